"""Kills `publish` at random points, looks at what phones would see, runs it again, and counts.

python -m tests.backend.crash.publishing --points 200
"""

import argparse
import hashlib
import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from backend.channel import latest_publication, open_channel
from backend.config import Settings
from backend.database import Database
from backend.errors import ConcurrentPublicationError
from backend.keys import generate_keys, trusted_keys
from backend.kinds import Kind
from backend.migrate import upgrade
from backend.models import Publication
from backend.objects import manifest_key, model_key
from backend.publications import Outcome
from backend.publishing import publish
from backend.rollout import roll_back
from backend.services import Services
from backend.signing import MANIFEST_TYPE, unseal
from backend.store_checks import verify_store
from ml.bundle import Bundle, load_bundle
from tests.backend.commands import CHANNEL
from tests.backend.crash.killing import kill_after, kill_at_line, run_and_count
from tests.bundles import SHIPPED

SEED = 4711
MODEL_BYTES = 64 * 1024


@dataclass
class Tally:
    """What was found: how often a kill came before the commit, and how often between it and the channel."""

    points: int = 0
    before_commit: int = 0
    behind: int = 0
    finished: int = 0

    def __str__(self) -> str:
        return (
            f"{self.points} kills: {self.before_commit} before the commit, {self.behind} between commit and channel, "
            f"{self.finished} after both; nothing torn, nothing lost, nothing twice"
        )


def crash_publish(settings: Settings, points: int, seed: int = SEED) -> Tally:
    """Publish version after version, each first in a process that is killed and then again in one that is not.

    Half of the kills come before a line of the backend's, drawn from all that a publication runs; the others after a while,
    so that they also fall into the middle of a write.
    """
    draw, tally = random.Random(seed), Tally()
    original = load_bundle(SHIPPED)
    with _services(settings) as services:
        _publish(services, original)
    lines, seconds = run_and_count(lambda: _publish_afresh(settings, _version(original, 1)))
    for point in range(points):
        bundle = _version(original, point + 2)
        version = bundle.description["version"]

        def work(bundle: Bundle = bundle) -> None:
            _publish_afresh(settings, bundle)

        if point % 2:
            kill_after(work, draw.uniform(0, seconds))
        else:
            kill_at_line(work, draw.randrange(lines))
        with _services(settings) as services:
            published = _check_what_phones_see(services)
            committed = _latest_version(services) == version
            tally.before_commit += not committed
            tally.behind += committed and published != version
            tally.finished += published == version
            _publish(services, bundle)
            _check_history(services, expected=point + 3)
            assert _check_what_phones_see(services) == version
            assert verify_store(services).flaws == []
        tally.points += 1
    return tally


def crash_rollback(settings: Settings, points: int, seed: int = SEED) -> None:
    """Roll back and forth between two versions, each time first in a process that is killed."""
    draw = random.Random(seed)
    original = load_bundle(SHIPPED)
    names = [original.description["version"], _version(original, 1).description["version"]]
    with _services(settings) as services:
        _publish(services, original)
        _publish(services, _version(original, 1))
    lines, _ = run_and_count(lambda: _roll_back_afresh(settings, names[0]))
    for point in range(points):
        target = names[(point + 1) % 2]
        kill_at_line(lambda target=target: _roll_back_afresh(settings, target), draw.randrange(lines))  # type: ignore[misc]
        with _services(settings) as services:
            _check_what_phones_see(services)
            roll_back(services, Kind.CLASSIFIER, target, "somebody", lambda _: None)
            _check_history(services, expected=point + 4)
            assert _check_what_phones_see(services) == target


def prepared(folder: Path, database_url: str | None = None) -> Settings:
    """Make keys and tables in an empty folder."""
    keys = folder / "keys"
    settings = Settings(
        database_url=database_url or f"sqlite:///{folder / 'deepdog.sqlite3'}",
        store_url=f"file:{folder / 'store'}",
        secret_key="for the tests alone",
        secret_key_file=folder / "secret-key",
        keys_dir=keys,
        release_key_file=keys / "release-key.pem",
        channel_key_file=keys / "channel-key.pem",
    )
    generate_keys(settings, say=lambda _: None)
    with _services(settings) as services:
        upgrade(services.database)
    return settings


@contextmanager
def _services(settings: Settings) -> Iterator[Services]:
    database = Database(settings.database_url)
    yield Services(settings, database)
    # A connection that a later process inherits would be used by two.
    database.dispose()


def _publish_afresh(settings: Settings, bundle: Bundle) -> None:
    with _services(settings) as services:
        _publish(services, bundle)


def _roll_back_afresh(settings: Settings, version: str) -> None:
    with _services(settings) as services:
        roll_back(services, Kind.CLASSIFIER, version, "somebody", lambda _: None)


def _publish(services: Services, bundle: Bundle) -> Outcome:
    for _ in range(20):
        with services.database.reading() as session:
            current = latest_publication(session, Kind.CLASSIFIER)
        try:
            return publish(
                services,
                bundle,
                100,
                "somebody",
                lambda _: None,
                compared_with=current.sequence if current else None,
            )
        except ConcurrentPublicationError:
            time.sleep(0.1)  # PostgreSQL may still be committing for a process that is dead already.
    raise AssertionError("the publication never went through")


def _version(bundle: Bundle, number: int) -> Bundle:
    """Return the bundle under another version, with a file of its own: a part, since all of them are hashed after each kill."""
    model = bundle.model_bytes[:MODEL_BYTES] + number.to_bytes(16, "big")
    description = bundle.description.copy()
    description["version"] = f"2.0.{number}"
    description["sha256"] = hashlib.sha256(model).hexdigest()
    description["size_bytes"] = len(model)
    return replace(
        bundle, description=description, description_bytes=json.dumps(description).encode(), model_bytes=model
    )


def _latest_version(services: Services) -> str:
    with services.database.reading() as session:
        current = latest_publication(session, Kind.CLASSIFIER)
    assert current is not None
    return current.version


def _check_what_phones_see(services: Services) -> str:
    """Follow the channel to the weights of both models that it names, as a phone would, and return the version for most."""
    channel = open_channel(services, services.store.read(CHANNEL.name).data)
    for reference in filter(None, (channel["manifest"], channel["previous"])):
        manifest = services.store.read(manifest_key(Kind.CLASSIFIER, reference["version"]).name).data
        assert hashlib.sha256(manifest).hexdigest() == reference["sha256"]
        payload = unseal(manifest, MANIFEST_TYPE, trusted_keys(services.settings, "release"))
        sha256 = json.loads(payload)["sha256"]
        assert hashlib.sha256(services.store.read(model_key(sha256).name).data).hexdigest() == sha256
    # Whatever lies in the store is whole, even what nothing refers to yet.
    for entry in services.store.list("models/"):
        assert model_key(hashlib.sha256(services.store.read(entry.name).data).hexdigest()).name == entry.name
    for entry in services.store.list("manifests/"):
        unseal(
            services.store.read(entry.name).data, MANIFEST_TYPE, trusted_keys(services.settings, "release")
        )
    with services.database.reading() as session:
        latest = latest_publication(session, Kind.CLASSIFIER)
    assert latest is not None
    assert channel["sequence"] <= latest.sequence
    version: str = channel["manifest"]["version"]
    return version


def _check_history(services: Services, expected: int) -> None:
    """Every publication is there once, in a row."""
    with services.database.reading() as session:
        rows = session.scalars(select(Publication).order_by(Publication.sequence)).all()
    assert [row.sequence for row in rows] == list(range(1, expected + 1))
    moves = [row.version for row in rows]
    assert all(before != after for before, after in pairwise(moves)), moves


def main() -> None:
    """Run the kills and tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, default=200, help="kills (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="deepdog-crash-") as folder:
        began = time.monotonic()
        tally = crash_publish(prepared(Path(folder)), arguments.points, arguments.seed)
        print(f"publish: {tally} ({time.monotonic() - began:.0f} s)")
    with tempfile.TemporaryDirectory(prefix="deepdog-crash-") as folder:
        crash_rollback(prepared(Path(folder)), arguments.points // 4, arguments.seed)
        print(f"rollback: {arguments.points // 4} kills; nothing torn, nothing lost, nothing twice")


if __name__ == "__main__":
    main()
