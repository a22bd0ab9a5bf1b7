"""The server of `chairtime serve` with the route of tests/streams.py.

python -m tests.live_server PORT WORKERS
"""

import sys
from typing import Any

from litestar import Litestar

from scheduler import app, logs, serving
from scheduler.settings import load
from tests.streams import look


def create_app(*given: Any, **more: Any) -> Litestar:
    made = app.create_app(*given, **more)
    made.register(look)
    return made


# Here, and not below, because the workers import this module as well.
vars(serving)["create_app"] = create_app

if __name__ == "__main__":
    port, workers = int(sys.argv[1]), int(sys.argv[2])
    settings = load(port=port)
    logs.configure(settings.log)
    serving.serve(settings, serving.bind("127.0.0.1", port), workers=workers, jobs=False)
