"""Kills the storing and deleting of feedback at random points, looks at what is there, sends it again as a phone would, and counts.

python -m tests.backend.crash.feedback --points 200
"""

import argparse
import hashlib
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from backend.config import Settings
from backend.database import Database
from backend.feedback import Submission, forget, submit
from backend.migrate import upgrade
from backend.models import Feedback, Photo, QuotaUse, Tombstone
from backend.objects import PHOTO_PREFIX, photo_sha256
from backend.quotas import feedback_quotas, withdrawal_quotas
from backend.schemas import Report
from backend.services import Services
from backend.store_checks import verify_store
from tests.backend.crash.killing import kill_after, kill_at_line, run_and_count
from tests.backend.reports import TOKEN, jpeg, report

SEED = 4711
UPLOADS = tuple(jpeg((320 + 16 * n, 240)) for n in range(5))
"""Few, so that reports share photos and one is deleted while another of the same photo comes."""


@dataclass
class Tally:
    """What was found after the kills."""

    points: int = 0
    stored: int = 0
    orphans: int = 0
    deletions: int = 0
    deleted: int = 0

    def __str__(self) -> str:
        return (
            f"{self.points} kills while storing ({self.stored} after the commit, {self.orphans} left a photo without a row) "
            f"and {self.deletions} while deleting ({self.deleted} after the commit); "
            "nothing torn, nothing lost, nothing twice"
        )


def crash_feedback(settings: Settings, points: int, seed: int = SEED) -> Tally:
    """Store report after report and delete every one of them but the last few, each time first in a process that is killed.

    Half of the kills come before a line of the backend's, drawn from all that the work runs; the others after a while, so
    that they also fall into the middle of a write.
    """
    draw, tally = random.Random(seed), Tally()
    _submit_afresh(settings, _new_report(), UPLOADS[0])
    measured = _new_report()
    storing = run_and_count(lambda: _submit_afresh(settings, measured, UPLOADS[1]))
    deleting = run_and_count(lambda: _forget_afresh(settings, measured.id))
    kept: list[Report] = []
    for point in range(points):
        new, upload = _new_report(), draw.choice(UPLOADS)
        _kill(draw, point, storing, lambda new=new, upload=upload: _submit_afresh(settings, new, upload))  # type: ignore[misc]
        with _services(settings) as services:
            was_stored, orphans = _check(services, new.id)
            tally.stored += was_stored
            tally.orphans += orphans
            # The phone heard of nothing and sends it again.
            assert _submit(services, new, upload).created is not was_stored
            assert _check(services, new.id)[0]
            assert _submit(services, new, upload).created is False
        kept.append(new)
        old = kept.pop(draw.randrange(len(kept))) if len(kept) > 3 else None
        if old:
            _kill(draw, point, deleting, lambda old=old: _forget_afresh(settings, old.id))  # type: ignore[misc]
            with _services(settings) as services:
                with services.database.reading() as session:
                    tally.deletions += 1
                    tally.deleted += session.get(Feedback, old.id) is None
                # The phone asks again until it is answered.
                assert _forget(services, old.id)
                assert not _check(services, old.id)[0]
        with _services(settings) as services:
            assert _count(services, Feedback) == len(kept) + 1
            assert verify_store(services).flaws == []
        tally.points += 1
    with _services(settings) as services:
        assert _count(services, Tombstone) == tally.deletions + 1
        _check_quotas(services, points + 2)
    return tally


def prepared(folder: Path, database_url: str | None = None) -> Settings:
    """Make tables in an empty folder."""
    settings = Settings(
        database_url=database_url or f"sqlite:///{folder / 'deepdog.sqlite3'}",
        store_url=f"file:{folder / 'store'}",
        secret_key="for the tests alone",
        keys_dir=folder / "keys",
        feedback_per_install=1_000_000,
        feedback_per_address=1_000_000,
        feedback_in_total=1_000_000,
    )
    with _services(settings) as services:
        upgrade(services.database)
    return settings


def _kill(draw: random.Random, point: int, cost: tuple[int, float], work: Callable[[], object]) -> None:
    lines, seconds = cost
    if point % 2:
        kill_after(work, draw.uniform(0, seconds))
    else:
        kill_at_line(work, draw.randrange(lines))


@contextmanager
def _services(settings: Settings) -> Iterator[Services]:
    database = Database(settings.database_url)
    yield Services(settings, database)
    # A connection that a later process inherits would be used by two.
    database.dispose()


def _new_report() -> Report:
    return Report.model_validate_json(json.dumps(report()))


def _submit(services: Services, new: Report, upload: bytes) -> Submission:
    return submit(services, new, upload, feedback_quotas(services.settings, new.install_id, "127.0.0.1"))


def _submit_afresh(settings: Settings, new: Report, upload: bytes) -> None:
    with _services(settings) as services:
        _submit(services, new, upload)


def _forget_afresh(settings: Settings, feedback_id: str) -> None:
    with _services(settings) as services:
        _forget(services, feedback_id)


def _forget(services: Services, feedback_id: str) -> datetime:
    return forget(services, feedback_id, TOKEN, withdrawal_quotas(services.settings, "127.0.0.1"))


def _check(services: Services, feedback_id: str) -> tuple[bool, int]:
    """Hold what is there to the promises; return whether the report is stored, and how many photos have no row."""
    with services.database.reading() as session:
        stored = session.get(Feedback, feedback_id)
        photos = set(session.scalars(select(Photo.sha256)))
        referred = set(session.scalars(select(Feedback.photo_sha256)))
    assert photos == referred, "a row of a photo without a report, or a report without its photo's row"
    objects = set()
    for entry in services.store.list(PHOTO_PREFIX):
        sha256 = photo_sha256(entry.name)
        data = services.store.read(entry.name).data
        assert hashlib.sha256(data).hexdigest() == sha256, "a torn photo"
        objects.add(sha256)
    assert stored is None or stored.photo_sha256 in objects, "a report whose photo is lost"
    return stored is not None, len(objects - photos)


def _count(services: Services, table: type[Feedback] | type[Tombstone]) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _check_quotas(services: Services, reports: int) -> None:
    """Every report was counted once for each of its three quotas, however often it was tried."""
    with services.database.reading() as session:
        assert session.scalar(select(func.sum(QuotaUse.count))) == 3 * reports


def main() -> None:
    """Run the kills and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=200, help="kills of each kind (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deepdog-crash-") as folder:
        began = time.monotonic()
        tally = crash_feedback(prepared(Path(folder)), arguments.points, arguments.seed)
        print(f"feedback: {tally} ({time.monotonic() - began:.0f} s)")


if __name__ == "__main__":
    main()
