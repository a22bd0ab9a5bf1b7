"""One choice of a person for each kind of message, and what was told is found again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-25T03:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "telling guards"

# A claim queues an invite, which is in neither of the last two before it was sent.
INDEXES = (
    "CREATE UNIQUE INDEX mail_choice_once ON mail_choice (organisation, person, kind)",
    "CREATE INDEX outbox_subject ON outbox (subject, recipient) WHERE subject IS NOT NULL",
    "CREATE INDEX outbox_told ON outbox (booking, id) WHERE told IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        for statement in INDEXES:
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
