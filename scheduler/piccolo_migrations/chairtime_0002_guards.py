"""Indexes, and the guards that decide races.

They hold planned times, and only what is not cancelled. PostgreSQL says "no two that overlap" with
exclusion constraints over ranges (an own range type over uuid and text needs no extension); SQLite
says it with triggers, which suffices because its writers come one after the other.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-23T21:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards"

INDEXES = (
    "CREATE UNIQUE INDEX membership_once ON membership (organisation, person, role)",
    "CREATE UNIQUE INDEX known_as_once ON known_as (organisation, person)",
    "CREATE INDEX membership_person ON membership (person)",
    "CREATE UNIQUE INDEX token_hash ON token (hash)",
    "CREATE INDEX event_date ON event (organisation, date)",
    "CREATE INDEX shift_event ON shift (event)",
    "CREATE INDEX shift_therapist ON shift (therapist)",
    "CREATE INDEX slot_event ON slot (event)",
    "CREATE INDEX slot_shift ON slot (shift)",
    "CREATE UNIQUE INDEX booking_one_per_slot ON booking (slot) WHERE status <> 'cancelled'",
    (
        "CREATE UNIQUE INDEX booking_claims_per_person ON booking (event, person, ordinal)"
        " WHERE status <> 'cancelled'"
    ),
    "CREATE INDEX booking_person ON booking (person)",
    "CREATE INDEX booking_starts ON booking (starts_at) WHERE status <> 'cancelled'",
    "CREATE UNIQUE INDEX rating_once ON rating (booking, moment)",
    "CREATE INDEX outbox_waiting ON outbox (recipient, id) WHERE done_at IS NULL",
    "CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL",
    "CREATE INDEX audit_log ON audit (organisation, at)",
    "CREATE UNIQUE INDEX calendar_feed_hash ON calendar_feed (hash)",
    "CREATE UNIQUE INDEX calendar_feed_owner ON calendar_feed (organisation, person)",
    "CREATE UNIQUE INDEX idempotency_once ON idempotency_key (organisation, person, key)",
    "CREATE INDEX idempotency_age ON idempotency_key (created_at)",
)

POSTGRES = (
    "CREATE TYPE uuidrange AS RANGE (subtype = uuid)",
    "CREATE TYPE textrange AS RANGE (subtype = text)",
    """ALTER TABLE booking ADD CONSTRAINT booking_one_place EXCLUDE USING gist (
        uuidrange(person, person, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (status <> 'cancelled')""",
    """ALTER TABLE shift ADD CONSTRAINT shift_one_therapist EXCLUDE USING gist (
        uuidrange(therapist, therapist, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (cancelled_at IS NULL)""",
    """ALTER TABLE shift ADD CONSTRAINT shift_one_chair EXCLUDE USING gist (
        uuidrange(event, event, '[]') WITH &&, textrange(chair_key, chair_key, '[]') WITH &&,
        tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (cancelled_at IS NULL)""",
)

OVERLAP = """CREATE TRIGGER {name}_{verb} BEFORE {verb} ON {table} WHEN {active} BEGIN
    SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
        SELECT 1 FROM {table} AS other WHERE other.id <> NEW.id AND {same}
        AND {other_active} AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at
    );
END"""


def overlap_triggers(name: str, table: str, active: str, *columns: str) -> list[str]:
    return [
        OVERLAP.format(
            name=name,
            verb=verb,
            table=table,
            active=f"NEW.{active}",
            other_active=f"other.{active}",
            same=" AND ".join(f"other.{column} = NEW.{column}" for column in columns),
        )
        for verb in ("INSERT", "UPDATE")
    ]


SQLITE = (
    *overlap_triggers("booking_one_place", "booking", "status <> 'cancelled'", "person"),
    *overlap_triggers("shift_one_therapist", "shift", "cancelled_at IS NULL", "therapist"),
    *overlap_triggers("shift_one_chair", "shift", "cancelled_at IS NULL", "event", "chair_key"),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        for statement in (*INDEXES, *(POSTGRES if database.is_postgres() else SQLITE)):
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
