"""Piccolo's view of this package: its tables and its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from scheduler.storage.tables import TABLES

APP_CONFIG = AppConfig(
    app_name="scheduler",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=TABLES,
    migration_dependencies=[],
    commands=[],
)
