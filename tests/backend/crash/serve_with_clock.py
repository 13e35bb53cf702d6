"""Serves as gunicorn does in operation, with a clock that is off by so many seconds: `python -m tests.backend.crash.serve_with_clock 86400`."""

import sys
from datetime import datetime, timedelta, tzinfo

from gunicorn.app.wsgiapp import run  # type: ignore[import-untyped]

import backend.models

OFF = timedelta(seconds=int(sys.argv.pop()))


class WrongClock(datetime):
    """The clock that `backend.models.now`, the backend's only one, looks at."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + OFF


if __name__ == "__main__":
    vars(backend.models)["datetime"] = WrongClock
    sys.argv += ["--config", "backend/gunicorn.conf.py"]
    run()
