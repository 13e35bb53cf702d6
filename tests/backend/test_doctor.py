"""`flask doctor` finds what is wrong with an installation and says what to do; `flask maintain` keeps it from going wrong."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select, update

from backend.app import create_app
from backend.channel import sync_channel
from backend.config import Settings
from backend.database import Database
from backend.doctor import Health, examine
from backend.keys import generate_keys
from backend.kinds import Kind
from backend.maintenance import TASKS, last_runs, record_run, run_due
from backend.migrate import downgrade
from backend.models import Feedback, MaintenanceRun, Publication, now
from backend.objects import photo_key
from backend.services import EXTENSION, Services
from tests.backend.commands import CHANNEL, refused, run
from tests.backend.conftest import services_of
from tests.backend.reports import report, send
from tests.bundles import FIRST_BUNDLE

Break = Callable[[Services], None]


@pytest.fixture(scope="module")
def model_installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of which nothing can be said but that no server answers; to copy, since making one takes a while."""
    folder = tmp_path_factory.mktemp("installation")
    settings = settings_in(folder)
    generate_keys(settings, say=lambda _: None)
    settings.web_root.mkdir()
    (settings.web_root / "index.html").write_text("<title>DeepDog</title>", encoding="utf-8")
    (settings.web_root / "app.js").write_bytes(settings.trusted_keys_file.read_bytes())
    (folder / "password").write_text("correct horse battery staple\n", encoding="utf-8")
    app = create_app(settings)
    runner = app.test_cli_runner()
    run(runner, "db", "upgrade")
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "create-operator", "maria", "--password-file", str(folder / "password"))
    run(runner, "maintain", "--once")
    services_of(app).database.dispose()
    return folder


@pytest.fixture
def app(model_installation: Path, tmp_path: Path) -> Iterator[APIFlask]:
    shutil.copytree(model_installation, tmp_path / "installation")
    app = create_app(settings_in(tmp_path / "installation"))
    yield app
    services_of(app).database.dispose()


def settings_in(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder / 'deepdog.sqlite3'}",
        store_url=f"file:{folder / 'store'}",
        secret_key="for the tests alone",
        secret_key_file=folder / "secret-key",
        keys_dir=folder / "keys",
        release_key_file=folder / "keys/release-key.pem",
        channel_key_file=folder / "keys/channel-key.pem",
        web_root=folder / "dist",
        public_url="http://127.0.0.1:1",
    )


def worst(services: Services, part: str) -> tuple[Health, str]:
    """Return the worst health of a part, and what was found with its remedy."""
    rank = list(Health)
    found = [finding for finding in examine(services) if finding.part == part]
    finding = max(found, key=lambda each: rank.index(each.health))
    return finding.health, f"{finding.what} {finding.remedy}"


def test_of_a_healthy_installation_nothing_is_said_but_good(
    services: Services, runner: FlaskCliRunner
) -> None:
    not_well = [finding for finding in examine(services) if finding.health is not Health.OK]
    # A full disk is none of this test's business.
    assert {finding.part for finding in not_well} <= {"server", "disk"}
    assert "channel: classifier 1.0.0 for 100 %" in run(runner, "doctor")


def test_it_leaves_nothing_behind(services: Services) -> None:
    list(examine(services))
    assert list(services.store.list("probe/")) == []


def remove_channel_key(services: Services) -> None:
    services.settings.channel_key_file.unlink()


def expose_channel_key(services: Services) -> None:
    services.settings.channel_key_file.chmod(0o644)


def remove_web_app(services: Services) -> None:
    (services.settings.web_root / "index.html").unlink()


def build_with_other_keys(services: Services) -> None:
    (services.settings.web_root / "app.js").write_text("built elsewhere", encoding="utf-8")


def remove_tables(services: Services) -> None:
    downgrade(services.database, "base")


def forbid_store(services: Services) -> None:
    probe = Path(services.settings.store_url.removeprefix("file:")) / "probe"
    probe.write_text("a file where a folder belongs", encoding="utf-8")


def expire_channel(services: Services) -> None:
    with services.database.writing() as session:
        session.execute(update(Publication).values(expires_at=now() - timedelta(hours=1)))
    sync_channel(services, Kind.CLASSIFIER)


def falsify_channel(services: Services) -> None:
    services.store.put(CHANNEL, b'{"payload": "AAAA"}')


def stop_maintenance(services: Services) -> None:
    with services.database.writing() as session:
        session.execute(update(MaintenanceRun).values(finished_at=now() - timedelta(days=3)))


def lose_objects(services: Services) -> None:
    record_run(services, "verify-store", 3)


def set_the_clock_back(services: Services) -> None:
    with services.database.writing() as session:
        session.execute(update(Publication).values(issued_at=now() + timedelta(days=1)))


@pytest.mark.parametrize(
    ("break_it", "part", "health", "says"),
    [
        (remove_channel_key, "channel key", Health.FAULT, "flask generate-keys"),
        (expose_channel_key, "keys", Health.DOUBT, "chmod 600"),
        (remove_web_app, "web app", Health.DOUBT, "make demo"),
        (build_with_other_keys, "web app", Health.DOUBT, "EXPO_PUBLIC_TRUSTED_KEYS"),
        (remove_tables, "database", Health.FAULT, "flask db upgrade"),
        (forbid_store, "store", Health.FAULT, "STORE_URL"),
        (expire_channel, "channel", Health.FAULT, "flask refresh-channel"),
        (falsify_channel, "channel", Health.FAULT, "was changed"),
        (stop_maintenance, "daily tasks", Health.FAULT, "flask maintain"),
        (lose_objects, "daily tasks", Health.FAULT, "flask verify-store"),
        (set_the_clock_back, "clock", Health.FAULT, "NTP"),
    ],
)
def test_it_finds_what_is_broken_and_says_what_to_do(
    services: Services, runner: FlaskCliRunner, break_it: Break, part: str, health: Health, says: str
) -> None:
    break_it(services)
    found, text = worst(services, part)
    assert found is health
    assert says in text
    result = runner.invoke(args=["doctor"])
    assert result.exit_code == (1 if health is Health.FAULT else 0), result.output
    assert says in result.output


@pytest.mark.parametrize(
    ("changes", "part", "health", "says"),
    [
        ({"secret_key": None, "serving": False}, "secret key", Health.FAULT, "flask generate-keys"),
        ({"public_url": "http://0.0.0.0:1"}, "address", Health.DOUBT, "TLS"),
        ({"public_url": "https://0.0.0.0:1"}, "proxies", Health.DOUBT, "TRUSTED_PROXIES"),
        ({"public_url": "https://0.0.0.0:1"}, "server", Health.DOUBT, "no answer"),
        ({"public_url": "https://.example"}, "server", Health.DOUBT, "no answer"),
        ({"public_url": "https://0.0.0.0:1"}, "release key", Health.DOUBT, "lies on the server"),
    ],
)
def test_it_finds_settings_that_will_not_do(
    services: Services, changes: dict[str, str], part: str, health: Health, says: str
) -> None:
    changed = Services(replace(services.settings, **changes), services.database)  # type: ignore[arg-type]
    found, text = worst(changed, part)
    assert found is health
    assert says in text


def test_another_service_at_its_address_is_a_doubt(services: Services) -> None:
    def greet(listener: socket.socket) -> None:
        visitor, _ = listener.accept()
        with visitor:
            visitor.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            visitor.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        greeting = pool.submit(greet, listener)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        changed = Services(replace(services.settings, public_url=address), services.database)
        found, text = worst(changed, "server")
        greeting.result()
    assert found is Health.DOUBT
    assert "what answers speaks no HTTP" in text


def test_an_unreachable_database_is_a_fault_and_no_traceback(app: APIFlask, services: Services) -> None:
    nowhere = Database("postgresql+psycopg://deepdog@127.0.0.1:1/deepdog")
    app.extensions[EXTENSION] = Services(services.settings, nowhere)
    refused(app.test_cli_runner(), "database: cannot be reached", "doctor")


def test_sqlite_behind_many_threads_is_a_doubt(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "16")
    assert worst(services, "database")[0] is Health.DOUBT


def runs(services: Services) -> dict[str, MaintenanceRun]:
    with services.database.reading() as session:
        return last_runs(session)


def test_maintenance_does_each_task_once_a_day(services: Services, runner: FlaskCliRunner) -> None:
    first = runs(services)
    assert set(first) == {task.name for task in TASKS}
    run(runner, "maintain", "--once")
    assert {name: each.finished_at for name, each in runs(services).items()} == {
        name: each.finished_at for name, each in first.items()
    }
    with services.database.writing() as session:
        session.execute(update(MaintenanceRun).values(finished_at=now() - timedelta(days=1)))
        before = session.scalars(select(Publication.expires_at)).one()
    run(runner, "maintain", "--once")
    with services.database.reading() as session:
        assert session.scalars(select(Publication.expires_at)).one() > before
    assert all(each.finished_at > now() - timedelta(hours=1) for each in runs(services).values())


def test_maintenance_removes_what_is_past_retention(client: FlaskClient, services: Services) -> None:
    send(client, report())
    with services.database.writing() as session:
        session.execute(update(Feedback).values(received_at=now() - timedelta(days=800)))
    stop_maintenance(services)
    assert run_due(services) == []
    with services.database.reading() as session:
        assert session.scalars(select(Feedback.id)).all() == []


def test_a_task_that_fails_holds_up_no_other_and_stays_due(
    services: Services, runner: FlaskCliRunner
) -> None:
    remove_channel_key(services)
    stop_maintenance(services)
    refused(runner, "refresh-channel failed", "maintain", "--once")
    overdue = {name for name, each in runs(services).items() if each.finished_at < now() - timedelta(days=1)}
    assert overdue == {"refresh-channel"}


@pytest.mark.parametrize("name", [task.name for task in TASKS])
def test_a_command_run_by_hand_counts_as_well(services: Services, runner: FlaskCliRunner, name: str) -> None:
    stop_maintenance(services)
    run(runner, name)
    assert runs(services)[name].finished_at > now() - timedelta(hours=1)


def test_what_is_wrong_with_the_store_is_counted(services: Services) -> None:
    (model,) = services.store.list("models/")
    services.store.delete(model.name)
    stop_maintenance(services)
    run_due(services)
    assert runs(services)["verify-store"].findings == 1


def test_orphans_that_the_sweep_removed_are_counted(services: Services) -> None:
    services.store.put(photo_key("0" * 64), b"its process was killed before the row was written")
    orphan = Path(services.settings.store_url.removeprefix("file:")) / photo_key("0" * 64).name
    two_days_ago = now().timestamp() - 2 * 86_400
    os.utime(orphan, (two_days_ago, two_days_ago))
    stop_maintenance(services)
    run_due(services)
    assert runs(services)["sweep"].findings == 1
    assert not orphan.exists()
