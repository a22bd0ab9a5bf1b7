"""Guards at the chair: what a no-show left is taken only while they stay a no-show.

The booking of somebody who did not come and the one that took the rest of its time are two rows of
one table, on two slots. So one trigger looks at the other slot's booking when a booking begins to
live there, and one looks the other way when somebody came after all. On PostgreSQL both wait for
the row of the slot that was given.

An offer to somebody on standby has no entry of the waitlist. SQLite cannot make a column nullable:
the table, to which nothing refers, is written anew.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-25T03:16:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "chair guards"

INDEXES = (
    (
        "CREATE UNIQUE INDEX slot_instead_once ON slot (instead_of)"
        " WHERE instead_of IS NOT NULL AND cancelled_at IS NULL"
    ),
    "CREATE UNIQUE INDEX standby_once ON standby (event, person) WHERE ended_at IS NULL",
    "CREATE INDEX standby_person ON standby (person)",
    "CREATE INDEX booking_no_show ON booking (ends_at) WHERE status = 'no_show'",
)

CAME = (
    "SELECT 1 FROM slot JOIN booking AS missed ON missed.id = slot.instead_of"
    " WHERE slot.id = NEW.slot AND missed.status <> 'no_show'"
)
GIVEN = (
    "SELECT 1 FROM slot JOIN booking AS instead ON instead.slot = slot.id"
    " AND instead.status <> 'cancelled'"
    " WHERE slot.instead_of = NEW.id AND slot.cancelled_at IS NULL"
)
ITS_SLOT, ITS_REST = "id = NEW.slot", "instead_of = NEW.id AND cancelled_at IS NULL"
GUARDS = (
    (
        "booking_of_no_show", ("INSERT", "UPDATE"), "NEW.status <> 'cancelled'",
        ITS_SLOT, "SHARE", CAME,
    ),
    (
        "booking_not_given", ("UPDATE",), "OLD.status = 'no_show' AND NEW.status <> 'no_show'",
        ITS_REST, "NO KEY UPDATE", GIVEN,
    ),
)  # fmt: skip

FUNCTION = """CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM 1 FROM slot WHERE {slot} FOR {lock};
    IF EXISTS ({wrong}) THEN
        RAISE EXCEPTION '{name}' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$"""
POSTGRES = """CREATE TRIGGER {name} BEFORE {verbs} OF slot, status ON booking
    FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"""
SQLITE = """CREATE TRIGGER {name}_{verb} BEFORE {verb} ON booking WHEN {when} BEGIN
    SELECT RAISE(ABORT, '{name}') WHERE EXISTS ({wrong});
END"""
NULLABLE = "ALTER TABLE offer ALTER COLUMN entry DROP NOT NULL"


def postgres() -> list[str]:
    statements = [NULLABLE]
    for name, verbs, when, slot, lock, wrong in GUARDS:
        statements += [
            FUNCTION.format(name=name, slot=slot, lock=lock, wrong=wrong),
            POSTGRES.format(name=name, verbs=" OR ".join(verbs), when=when),
        ]
    return statements


async def sqlite() -> list[str]:
    guards = [
        SQLITE.format(name=name, verb=verb, when=when, wrong=wrong)
        for name, verbs, when, _, _, wrong in GUARDS
        for verb in verbs
    ]
    return [*await _nullable_entry(), *guards]


async def _nullable_entry() -> list[str]:
    """What stands around the table is taken down as it is, and put up again."""
    around = await database.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        " AND ((type = 'index' AND tbl_name = 'offer') OR (type = 'trigger' AND sql LIKE '%offer%'))"
    )
    table = await database.execute("SELECT sql FROM sqlite_schema WHERE name = 'offer'")
    strict, _, rest = table[0]["sql"].partition('"entry"')
    wanted = f'{strict}"entry"{rest.replace(" NOT NULL", "", 1)}'
    return [
        *(f"DROP {one['type']} {one['name']}" for one in around),
        "ALTER TABLE offer RENAME TO offer_with_entry",
        wanted,
        "INSERT INTO offer SELECT * FROM offer_with_entry",
        "DROP TABLE offer_with_entry",
        *(one["sql"] for one in around),
    ]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        guards = postgres() if database.is_postgres() else await sqlite()
        for statement in (*INDEXES, *guards):
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
