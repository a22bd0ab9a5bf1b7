"""What Piccolo's migrations ask for: the database that this process is bound to, and the apps."""

from piccolo.conf.apps import AppRegistry

from scheduler.storage import database

APP_REGISTRY = AppRegistry(apps=["scheduler.piccolo_app"])


def __getattr__(name: str) -> object:
    # Piccolo wants a module attribute; ours is chosen when the process starts, not at import.
    if name == "DB":
        return database.engine()
    raise AttributeError(name)
