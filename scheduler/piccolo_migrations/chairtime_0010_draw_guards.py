"""One draw of a day, and one wish of a person for it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from scheduler.storage import database

ID = "2026-11-25T01:35:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "draw guards"

INDEXES = (
    "CREATE UNIQUE INDEX draw_once ON draw (event)",
    "CREATE INDEX draw_due ON draw (wishes_close_at) WHERE drawn_at IS NULL",
    "CREATE UNIQUE INDEX wish_once ON wish (event, person)",
    "CREATE UNIQUE INDEX wish_slot ON wish (slot)",
    "CREATE INDEX wish_person ON wish (organisation, person)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)

    async def guard() -> None:
        for statement in INDEXES:
            await database.engine().run_ddl(statement)

    manager.add_raw(guard)
    return manager
