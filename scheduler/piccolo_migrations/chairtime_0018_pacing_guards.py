"""One row of rules for an organisation, and a way from a series to its days."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-25T03:18:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "pacing guards"

INDEXES = (
    "CREATE UNIQUE INDEX pacing_once ON pacing (organisation)",
    "CREATE INDEX event_series ON event (series) WHERE series IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        for statement in INDEXES:
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
