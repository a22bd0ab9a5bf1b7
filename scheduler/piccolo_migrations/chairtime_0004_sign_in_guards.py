"""Indexes of the sign-in, and an outbox whose messages need not be about a booking.

SQLite cannot take NOT NULL away from a column, so there the table is built again. Nothing refers to
the outbox, so nothing is lost when the old one is dropped.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-24T23:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "sign-in guards"

INDEXES = (
    "CREATE UNIQUE INDEX session_hash ON session (hash)",
    "CREATE INDEX session_person ON session (person)",
    "CREATE INDEX sign_in_browser ON sign_in (browser_hash)",
    "CREATE INDEX sign_in_email ON sign_in (email_key, created_at)",
    "CREATE UNIQUE INDEX sign_in_link ON sign_in (link_hash)",
    "CREATE UNIQUE INDEX identity_provider_organisation ON identity_provider (organisation)",
    "CREATE UNIQUE INDEX personal_link_hash ON personal_link (hash)",
    "CREATE INDEX personal_link_person ON personal_link (event, person)",
    "CREATE INDEX announcement_event ON announcement (event)",
)

POSTGRES = tuple(
    f"ALTER TABLE outbox ALTER COLUMN {column} DROP NOT NULL"
    for column in ("organisation", "booking", "sequence", "recipient")
)

COLUMNS = (
    "id, organisation, effect_key, kind, booking, sequence, subject, recipient, detail, queued_at,"
    " due_at, attempts, lease_until, lease_token, done_at, outcome, error"
)
CASCADING = "ON DELETE CASCADE ON UPDATE CASCADE"
SQLITE = (
    f"""CREATE TABLE outbox_rebuilt (
        id UUID PRIMARY KEY NOT NULL,
        organisation UUID REFERENCES organisation (id) {CASCADING},
        effect_key VARCHAR(200) UNIQUE NOT NULL DEFAULT '',
        kind VARCHAR(40) NOT NULL DEFAULT '',
        booking UUID REFERENCES booking (id) {CASCADING},
        sequence INTEGER,
        subject UUID,
        recipient UUID REFERENCES person (id) {CASCADING},
        detail TEXT,
        queued_at TIMESTAMPTZ NOT NULL,
        due_at TIMESTAMPTZ NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        lease_until TIMESTAMPTZ,
        lease_token UUID,
        done_at TIMESTAMPTZ,
        outcome VARCHAR(20),
        error TEXT
    )""",
    f"INSERT INTO outbox_rebuilt ({COLUMNS}) SELECT {COLUMNS} FROM outbox",
    "DROP TABLE outbox",
    "ALTER TABLE outbox_rebuilt RENAME TO outbox",
    "CREATE INDEX outbox_waiting ON outbox (recipient, id) WHERE done_at IS NULL",
    "CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        for statement in (*INDEXES, *(POSTGRES if database.is_postgres() else SQLITE)):
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
