"""Guards of the waitlist: one offer for a slot, one for a person on a day, and nobody else's claim.

An offer and a claim of one slot are rows of two tables, so no index tells them apart. A trigger
does. On PostgreSQL it waits first for whoever has the slot's row: an offer has it for itself,
claims share it, as they did before. What it looks at then is as the other one left it, since each
statement of a trigger sees what is committed when it begins.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-25T00:25:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "waitlist guards"

INDEXES = (
    (
        "CREATE UNIQUE INDEX waitlist_entry_once ON waitlist_entry (event, person)"
        " WHERE ended_at IS NULL"
    ),
    "CREATE INDEX waitlist_entry_person ON waitlist_entry (person)",
    "CREATE UNIQUE INDEX offer_one_per_slot ON offer (slot) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX offer_one_per_person ON offer (event, person) WHERE ended_at IS NULL",
    "CREATE INDEX offer_event ON offer (event)",
    "CREATE INDEX offer_person ON offer (person)",
    "CREATE INDEX offer_expires ON offer (expires_at) WHERE ended_at IS NULL",
)

HELD = "SELECT 1 FROM offer WHERE slot = NEW.slot AND person <> NEW.person AND ended_at IS NULL"
TAKEN = (
    "SELECT 1 FROM booking WHERE slot = NEW.slot AND status <> 'cancelled'"
    " UNION ALL SELECT 1 FROM slot WHERE id = NEW.slot AND cancelled_at IS NOT NULL"
)
GUARDS = (
    ("booking_not_held", "booking", "NEW.status <> 'cancelled'", "slot, person, status", HELD),
    ("offer_of_open_slot", "offer", "NEW.ended_at IS NULL", "slot, ended_at", TAKEN),
)
LOCKS = {"booking": "SHARE", "offer": "NO KEY UPDATE"}

FUNCTION = """CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM 1 FROM slot WHERE id = NEW.slot FOR {lock};
    IF EXISTS ({wrong}) THEN
        RAISE EXCEPTION '{name}' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$"""
POSTGRES = """CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {columns} ON {table}
    FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"""
SQLITE = """CREATE TRIGGER {name}_{verb} BEFORE {verb} ON {table} WHEN {when} BEGIN
    SELECT RAISE(ABORT, '{name}') WHERE EXISTS ({wrong});
END"""


def postgres() -> list[str]:
    statements = []
    for name, table, when, columns, wrong in GUARDS:
        statements += [
            FUNCTION.format(name=name, lock=LOCKS[table], wrong=wrong),
            POSTGRES.format(name=name, table=table, when=when, columns=columns),
        ]
    return statements


def sqlite() -> list[str]:
    return [
        SQLITE.format(name=name, verb=verb, table=table, when=when, wrong=wrong)
        for name, table, when, _, wrong in GUARDS
        for verb in ("INSERT", "UPDATE")
    ]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        for statement in (*INDEXES, *(postgres() if database.is_postgres() else sqlite())):
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
