"""For Piccolo's own command line, as in `piccolo migrations new scheduler --auto`."""

from scheduler.piccolo_conf import APP_REGISTRY
from scheduler.settings import load
from scheduler.storage import database

DB = database.make_engine(load().database_url)
database.bind(DB)

__all__ = ["APP_REGISTRY", "DB"]
