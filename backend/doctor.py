"""Examines a whole installation, part by part, and says of each fault what to do about it."""

import ipaddress
import secrets
import shutil
import stat
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from backend.channel import latest_publication
from backend.config import ServerSettings, Settings
from backend.errors import DeepDogError, StoreError
from backend.keys import WAITING, channel_key, trusted_keys
from backend.kinds import Kind
from backend.maintenance import TASKS, VERIFY_STORE, last_runs
from backend.migrate import current_revision, newest_revision
from backend.models import Feedback, Operator, Publication, now
from backend.objects import MUTABLE, ObjectKey
from backend.services import Services
from backend.storage.local import LocalStorage
from backend.store_checks import channel_flaw

CHANNEL_MARGIN = timedelta(days=7)
"""A channel that expires sooner is a doubt: `flask maintain` renews it daily."""
CLOCK_TOLERANCE = timedelta(seconds=60)
SQLITE_MAX_THREADS = 8
FREE_FAULT_BYTES = 200 * 1000 * 1000
FREE_DOUBT_SHARE = 0.1
ANSWER_SECONDS = 5
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Health(StrEnum):
    """How a part of the installation is."""

    OK = "ok"
    DOUBT = "doubt"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """What was found of one part, and what to do about it."""

    part: str
    health: Health
    what: str
    remedy: str = ""


def examine(services: Services) -> Iterator[Finding]:
    """Examine every part; what depends on a part that is broken is left out."""
    yield from _secrets(services.settings)
    yield from _addresses(services.settings)
    yield from _web_app(services.settings)
    yield from _disk(services)
    database = list(_database(services))
    yield from database
    store = list(_store(services))
    yield from store
    if any(finding.health is Health.FAULT for finding in database):
        return
    yield from _clock(services)
    yield from _operators(services)
    yield from _maintenance(services)
    if not any(finding.health is Health.FAULT for finding in store):
        for kind in Kind:
            yield from _channel(services, kind)


def _ok(part: str, what: str) -> Finding:
    return Finding(part, Health.OK, what)


def _doubt(part: str, what: str, remedy: str) -> Finding:
    return Finding(part, Health.DOUBT, what, remedy)


def _fault(part: str, what: str, remedy: str) -> Finding:
    return Finding(part, Health.FAULT, what, remedy)


def _secrets(settings: Settings) -> Iterator[Finding]:
    if settings.secret_key is None:
        yield _fault(
            "secret key", "there is none: the server will not start", "`flask generate-keys` makes one."
        )
    else:
        yield _ok("secret key", "is there")
    try:
        key = channel_key(settings)
        yield _ok("channel key", f"{key.key_id} is one that apps trust")
    except DeepDogError as error:
        yield _fault("channel key", str(error), "Until then nothing is published and the channel expires.")
    if (settings.keys_dir / WAITING).exists():
        yield _doubt("keys", "their rotation was interrupted", "`flask rotate-keys` finishes it.")
    if settings.release_key_file.exists() and not _is_this_machine(settings.public_url):
        yield _doubt(
            "release key",
            f"{settings.release_key_file} lies on the server: whoever steals it can sign models",
            "Keep it where you publish, and publish with RELEASE_KEY_FILE there (docs/operating.md).",
        )
    for path in (settings.secret_key_file, settings.channel_key_file, settings.release_key_file):
        if path.exists() and path.stat().st_mode & OTHERS:
            yield _doubt("keys", f"others on this machine can read {path}", f"chmod 600 {path}")


def _addresses(settings: Settings) -> Iterator[Finding]:
    url = settings.public_url
    if _is_this_machine(url):
        yield _ok("address", f"{url}, for this machine alone")
    elif not url.startswith("https://"):
        yield _doubt(
            "address",
            f"PUBLIC_URL is {url}: without TLS browsers give no camera and store nothing offline",
            "Put a proxy with TLS in front (docker-compose.yml has one) and set PUBLIC_URL to its https:// address.",
        )
    elif not settings.trusted_proxies:
        yield _doubt(
            "proxies",
            "PUBLIC_URL is https:// but TRUSTED_PROXIES is empty: everybody's reports count as the proxy's",
            "Set TRUSTED_PROXIES to the proxy's address or network.",
        )
    else:
        yield _ok(
            "proxies", f"{', '.join(map(str, settings.trusted_proxies))} may say whom a request is from"
        )
    yield _answer(url)


def _answer(url: str) -> Finding:
    try:
        # The scheme was checked when the setting was read.
        with urllib.request.urlopen(f"{url}/healthz", timeout=ANSWER_SECONDS) as answer:  # noqa: S310  # nosec B310
            if answer.headers.get("X-Request-ID"):
                return _ok("server", f"answers at {url}")
            problem = "something else answers"
    except urllib.error.HTTPError as error:
        problem = f"the answer has status {error.code}"
        error.close()
    except HTTPException:
        problem = "what answers speaks no HTTP"
    except (OSError, ValueError) as error:  # ValueError: no name that DNS could have.
        problem = f"no answer ({getattr(error, 'reason', error)})"
    return _doubt(
        "server",
        f"{url}/healthz: {problem}",
        "Start gunicorn, or mend PUBLIC_URL, DNS or the proxy; harmless where this machine cannot reach its own address.",
    )


def _web_app(settings: Settings) -> Iterator[Finding]:
    page = settings.web_root / "index.html"
    if not page.is_file():
        yield _doubt(
            "web app",
            f"{page} is missing: visitors see no app",
            "`make demo` builds it; phones do without it.",
        )
        return
    try:
        key_ids = [key_id.encode() for key_id in trusted_keys(settings, "release")]
    except DeepDogError:
        return  # Told already, with the channel key.
    scripts = [path.read_bytes() for path in settings.web_root.rglob("*.js")]
    if any(key_id in script for key_id in key_ids for script in scripts):
        yield _ok("web app", "is built, and trusts the keys of this server")
    else:
        yield _doubt(
            "web app",
            f"{settings.web_root} was built with none of the release keys of {settings.trusted_keys_file}",
            "Build it with that file's content as EXPO_PUBLIC_TRUSTED_KEYS; unless keys were rotated since, it takes no updates.",
        )


def _disk(services: Services) -> Iterator[Finding]:
    folders = {Path(tempfile.gettempdir())}
    if services.database.is_sqlite and services.database.engine.url.database:
        folders.add(Path(services.database.engine.url.database).absolute().parent)
    if isinstance(services.store, LocalStorage):
        folders.add(services.store.root)
    for folder in sorted(_existing(folder) for folder in folders):
        usage = shutil.disk_usage(folder)
        free = f"{usage.free / 1e9:.1f} GB free in {folder}"
        remedy = "Make room: a smaller FEEDBACK_RETENTION_DAYS and `flask sweep`, or a larger disk."
        if usage.free < FREE_FAULT_BYTES:
            yield _fault("disk", f"only {free}", remedy)
        elif usage.free < FREE_DOUBT_SHARE * usage.total:
            yield _doubt("disk", f"only {free}", remedy)
        else:
            yield _ok("disk", free)


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def _database(services: Services) -> Iterator[Finding]:
    try:
        revision = current_revision(services.database)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", error)
        yield _fault("database", f"cannot be reached: {cause}", "Start it, or mend DATABASE_URL.")
        return
    newest = newest_revision()
    if revision != newest:
        yield _fault(
            "database", f"its tables are at {revision}, the code at {newest}", "Run `flask db upgrade`."
        )
        return
    yield _ok("database", "answers, and its tables are up to date")
    server = ServerSettings.from_environment()
    if services.database.is_sqlite and server.workers * server.threads > SQLITE_MAX_THREADS:
        yield _doubt(
            "database",
            f"SQLite behind {server.workers} processes of {server.threads} threads: writers will wait in line",
            f"Keep WEB_CONCURRENCY x THREADS at {SQLITE_MAX_THREADS} or below, or use PostgreSQL.",
        )


def _store(services: Services) -> Iterator[Finding]:
    key = ObjectKey(f"probe/doctor-{secrets.token_hex(8)}.txt", "text/plain", MUTABLE)
    store = services.store
    try:
        store.put(key, b"doctor")
        try:
            if store.read(key.name).data != b"doctor":
                raise StoreError("it does not return what was just written")
            written_at = next(entry.modified_at for entry in store.list("probe/") if entry.name == key.name)
        finally:
            store.delete(key.name)
    except (DeepDogError, OSError, StopIteration) as error:
        yield _fault(
            "store",
            f"{store.describe()} cannot be used: {error or 'it does not list what was just written'}",
            "Mend STORE_URL, AWS_ENDPOINT_URL, the credentials or the folder's rights; `flask check-store` tells more.",
        )
        return
    yield _ok("store", f"{store.describe()} can be written and read")
    yield _same_clock("the store", written_at)


def _clock(services: Services) -> Iterator[Finding]:
    with services.database.reading() as session:
        if not services.database.is_sqlite:
            moment = session.scalar(select(func.clock_timestamp()))
            assert isinstance(moment, datetime)
            yield _same_clock("the database", moment)
        known = [
            session.scalar(select(func.max(moment)))
            for moment in (Feedback.received_at, Publication.issued_at)
        ]
    latest = max((moment for moment in known if moment), default=None)
    if latest and latest > now() + CLOCK_TOLERANCE:
        yield _fault(
            "clock",
            f"something was stored at {latest:%Y-%m-%d %H:%M} UTC, which is yet to come",
            "This machine's clock goes slow, or went fast then: set it, and let NTP keep it.",
        )


def _same_clock(whose: str, moment: datetime) -> Finding:
    difference = abs(moment - now())
    if difference <= CLOCK_TOLERANCE:
        return _ok("clock", f"agrees with that of {whose}")
    return _fault(
        "clock",
        f"differs from that of {whose} by {difference.total_seconds():.0f} s",
        "Let NTP set both: channels expire, sessions end and quotas turn by the clock.",
    )


def _operators(services: Services) -> Iterator[Finding]:
    with services.database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Operator))
    if count:
        yield _ok("operators", f"{count} may sign in")
    else:
        yield _doubt(
            "operators",
            "there are none: nobody reviews complaints",
            "`flask create-operator NAME` makes one.",
        )


def _maintenance(services: Services) -> Iterator[Finding]:
    with services.database.reading() as session:
        runs = last_runs(session)
    for task in TASKS:
        run = runs.get(task.name)
        if run is None:
            yield _doubt(
                "daily tasks", f"{task.name} never ran", "Run `flask maintain` as a service, or from cron."
            )
        elif run.finished_at < now() - 2 * task.every:
            yield _fault(
                "daily tasks",
                f"{task.name} last ran {run.finished_at:%Y-%m-%d %H:%M} UTC",
                f"See why `flask maintain` does not run; `flask {task.name}` does it now.",
            )
        elif task is VERIFY_STORE and run.findings:
            yield _fault(
                "daily tasks",
                f"verify-store found {run.findings} objects that are not what they should be",
                "`flask verify-store` names them (docs/runbook.md).",
            )
        else:
            yield _ok("daily tasks", f"{task.name} ran {run.finished_at:%Y-%m-%d %H:%M} UTC")


def _channel(services: Services, kind: Kind) -> Iterator[Finding]:
    try:
        flaw = channel_flaw(services, kind)
    except DeepDogError as error:
        flaw = str(error)
    if flaw:
        yield _fault("channel", flaw, "Phones keep the model that they have until it is mended.")
        return
    with services.database.reading() as session:
        publication = latest_publication(session, kind)
    if publication is None:
        if kind is Kind.CLASSIFIER:  # Without a detector the app is whole.
            yield _doubt("channel", "no model is published", "`flask publish-model BUNDLE` publishes one.")
    elif publication.expires_at < now() + CHANNEL_MARGIN:
        yield _doubt(
            "channel",
            f"that of the {kind} expires {publication.expires_at:%Y-%m-%d %H:%M} UTC",
            "`flask refresh-channel` renews it.",
        )
    else:
        expires = f"{publication.expires_at:%Y-%m-%d}"
        yield _ok(
            "channel",
            f"{kind} {publication.version} for {publication.percent} %, signed, until {expires}",
        )


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
