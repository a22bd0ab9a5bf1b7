"""Brings the database to the tables of this release."""

import contextlib
import io
import os

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from scheduler.storage import database
from scheduler.storage.transaction import transaction

APP = "scheduler"
LOCK = 4_2026_1123  # any number that nobody else takes an advisory lock on


@transaction
async def migrate() -> list[str]:
    """Runs what is missing, all or nothing, and answers what it ran. Any number may do so."""
    _point_piccolo_here()
    if database.is_postgres():
        await database.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
    missing = await pending()
    with contextlib.redirect_stdout(io.StringIO()):
        await ForwardsMigrationManager(app_name=APP).run()
    return missing


async def pending() -> list[str]:
    """The migrations that this release has and the database has not."""
    _point_piccolo_here()
    manager = ForwardsMigrationManager(app_name=APP)
    folder = manager.get_app_config(app_name=APP).resolved_migrations_folder_path
    known = manager.get_migration_ids(manager.get_migration_modules(folder))
    if not await Migration.table_exists():
        return known
    ran = await Migration.get_migrations_which_ran(app_name=APP)
    return sorted(set(known) - set(ran))


def _point_piccolo_here() -> None:
    os.environ["PICCOLO_CONF"] = "scheduler.piccolo_conf"
