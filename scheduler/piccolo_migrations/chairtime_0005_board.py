"""What the version of a day's board is counted from.

The index is over what is cancelled: bookings that are not have one already, which begins with the
event, and a claim has no more to write than before.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.indexes import IndexMethod

from scheduler.storage import database

ID = "2026-11-24T23:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "board"

INDEX = "CREATE INDEX booking_cancelled ON booking (event) WHERE status = 'cancelled'"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="scheduler", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Event",
        tablename="event",
        column_name="revision",
        db_column_name="revision",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 0,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    async def guard() -> None:
        await database.engine().run_ddl(INDEX)

    manager.add_raw(guard)
    return manager
