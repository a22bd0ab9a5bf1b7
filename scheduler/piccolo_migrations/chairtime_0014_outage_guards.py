"""One outage of a shift at a time, no slot of a shift while it is out, one reseating of a booking.

A slot and an outage are rows of two tables, so triggers keep them apart. On PostgreSQL each waits
first for whoever has the shift's row: an outage has it for itself, slots share it.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-25T03:14:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "outage guards"

INDEXES = (
    "CREATE UNIQUE INDEX outage_once ON outage (shift) WHERE ended_at IS NULL",
    "CREATE INDEX outage_event ON outage (event)",
    "CREATE UNIQUE INDEX reseating_once ON reseating (outage, booking)",
    "CREATE INDEX reseating_booking ON reseating (booking)",
)

OUT = (
    "SELECT 1 FROM outage WHERE shift = NEW.shift AND ended_at IS NULL"
    " AND starts_at <= NEW.starts_at"
)
STILL_THERE = (
    "SELECT 1 FROM slot WHERE shift = NEW.shift AND cancelled_at IS NULL"
    " AND starts_at >= NEW.starts_at"
)
GUARDS = (
    ("slot_not_out", "slot", "NEW.cancelled_at IS NULL", "shift, starts_at, cancelled_at", OUT),
    ("outage_of_no_slot", "outage", "NEW.ended_at IS NULL", "shift, ended_at", STILL_THERE),
)
LOCKS = {"slot": "SHARE", "outage": "NO KEY UPDATE"}

FUNCTION = """CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM 1 FROM shift WHERE id = NEW.shift FOR {lock};
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
