"""docker-compose.yml brings up a backend that works: its services run here as processes, over PostgreSQL, S3 and nginx."""

import hashlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy.engine import make_url

from backend.config import Settings
from backend.keys import generate_keys, trusted_keys
from backend.maintenance import TASKS
from backend.signing import CHANNEL_TYPE, unseal
from tests.backend.composition import ROOT, Composition, Host, last_stage
from tests.backend.conftest import execute
from tests.backend.reports import TOKEN, jpeg, report
from tests.bundles import FIRST_BUNDLE, republished

PATIENCE_SECONDS = 180
"""A busy machine is slow, not wrong."""
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Running:
    """The whole composition, up."""

    host: Host
    inside: str
    """The backend's own address."""
    address: str
    """What phones use: nginx's, or without nginx the backend's own."""
    plain: str
    """nginx's address without TLS."""
    secrets: Path
    folder: Path
    processes: dict[str, "subprocess.Popen[bytes]"]

    def visitor(self) -> requests.Session:
        """Return a client that trusts the operator's certificate alone."""
        session = requests.Session()
        session.trust_env = False  # Or REQUESTS_CA_BUNDLE would go before the next line.
        session.verify = str(self.secrets / "tls-certificate")
        return session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that backend/deploy/make-secrets.sh makes, beside the operator's own keys."""
    folder = tmp_path_factory.mktemp("operator")
    settings = {"KEYS_DIR": str(folder / "keys"), "SECRET_KEY_FILE": str(folder / "secret-key")}
    environment = os.environ | settings
    script = [str(ROOT / "backend/deploy/make-secrets.sh"), str(folder / "secrets")]
    too_early = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    assert too_early.returncode == 1
    assert "flask generate-keys" in too_early.stderr
    generate_keys(Settings.from_environment(settings, serving=False), say=lambda _: None)
    subprocess.run(script, env=environment, check=True, capture_output=True)
    before = {path.name: path.read_bytes() for path in (folder / "secrets").iterdir()}
    again = subprocess.run(script, env=environment, check=True, capture_output=True, text=True)
    assert "made" not in again.stdout, "what is there is never replaced"
    assert {path.name: path.read_bytes() for path in (folder / "secrets").iterdir()} == before
    return folder / "secrets"


@pytest.fixture(scope="module")
def running(
    secrets: Path, postgres_url: str, s3_endpoint: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Every service of ours, started in the order of `depends_on`, each waiting for what it depends on."""
    folder, port, bucket = tmp_path_factory.mktemp("composition"), free_port(), f"deepdog-{uuid.uuid4()}"
    database = f"compose_{uuid.uuid4().hex}"
    password = (secrets / "database-password").read_text(encoding="utf-8").strip()
    role = f"role_{uuid.uuid4().hex}"
    execute(
        postgres_url,
        f"CREATE ROLE {role} LOGIN PASSWORD '{password}'",
        f"CREATE DATABASE {database} OWNER {role}",
    )
    socket_folder = make_url(postgres_url).query["host"]
    nginx, http_port, https_port = find_nginx(), free_port(), free_port()
    address = f"https://localhost:{https_port}" if nginx else f"http://127.0.0.1:{port}"
    composition = Composition({"SECRETS": str(secrets), "STORE_URL": f"s3://{bucket}", "PUBLIC_URL": address})
    host = Host(
        composition,
        folder,
        {
            "deepdog@postgres/deepdog": f"{role}@/{database}?host={socket_folder}",
            "http://store:9000": s3_endpoint,
            "127.0.0.1:8000": f"127.0.0.1:{port}",
        },
    )
    processes: dict[str, subprocess.Popen[bytes]] = {}
    here = {"HOST": "127.0.0.1", "PORT": str(port)}
    try:
        for name in composition.ours():
            for needed, how in composition.services[name].get("depends_on", {}).items():
                if needed in processes and how["condition"] == "service_healthy":
                    eventually(partial(host.is_healthy, needed), f"{needed} is not healthy")
            if "restart" in composition.services[name]:
                processes[name] = host.start(name, folder / f"{name}.log", **here)
            else:
                done = host.run(name)
                assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        if nginx:
            ports = {"HTTP_PORT": str(http_port), "HTTPS_PORT": str(https_port)}
            processes["proxy"] = start_nginx(nginx, host, folder, ports | {"BACKEND": f"127.0.0.1:{port}"})
            eventually(lambda: answers(https_port), "nginx does not answer")
        yield Running(
            host,
            f"http://127.0.0.1:{port}",
            address,
            f"http://localhost:{http_port}",
            secrets,
            folder,
            processes,
        )
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()
        execute(postgres_url, f"DROP DATABASE {database} WITH (FORCE)", f"DROP ROLE {role}")


def find_nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start_nginx(nginx: str, host: Host, folder: Path, changes: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start nginx with the template that its image would fill in from the composition's environment."""
    environment = host.environment("proxy", CACHE=str(folder / "cache"), **changes)
    template = (ROOT / "backend/deploy/nginx/deepdog.conf.template").read_text(encoding="utf-8")
    for name in host.composition.services["proxy"]["environment"]:
        template = template.replace(f"${{{name}}}", environment[name])
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;"
        f"events {{}} http {{ access_log off; {temporary} {template} }}",
        encoding="utf-8",
    )
    return subprocess.Popen([nginx, "-e", str(folder / "nginx.log"), "-c", str(folder / "nginx.conf")])


def send(running: Running, document: dict[str, Any], photo: bytes | None = None) -> requests.Response:
    files: dict[str, Any] = {"report": (None, json.dumps(document), "application/json")}
    if photo:
        files["photo"] = ("photo.jpg", io.BytesIO(photo), "image/jpeg")
    with running.visitor() as phone:
        return phone.post(f"{running.address}/api/v1/feedback", files=files, timeout=60)


def channel(running: Running) -> dict[str, Any]:
    """Read the channel as a phone does: signed by the key that the operator's trusted-keys.json names."""
    with running.visitor() as phone:
        envelope = phone.get(f"{running.address}/api/v1/channels/stable.json", timeout=60).content
    settings = Settings(keys_dir=running.secrets, serving=False)
    document: dict[str, Any] = json.loads(unseal(envelope, CHANNEL_TYPE, trusted_keys(settings, "channel")))
    return document


def announced(running: Running, version: str, after: int) -> dict[str, Any]:
    """Wait until the channel announces a version in a later sequence: each server process may answer from memory for a moment."""
    found: dict[str, Any] = {}

    def is_announced() -> bool:
        found.update(channel(running))
        return bool(found["manifest"]["version"] == version and found["sequence"] > after)

    eventually(is_announced, f"{version} is not announced after sequence {after}: {found}")
    return found


def csrf_token(page: str) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return token[1]


def settle_first_complaint(running: Running) -> None:
    """Sign in as a reviewer, and agree with the user."""
    file = running.folder / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    flask(running, "create-operator", "maria", "--password-file", str(file))
    with running.visitor() as desk:
        page = desk.get(f"{running.address}/operator/sign-in", timeout=60).text
        form = {"name": "maria", "password": PASSWORD, "csrf_token": csrf_token(page)}
        desk.post(f"{running.address}/operator/sign-in", data=form, timeout=60).raise_for_status()
        page = desk.get(f"{running.address}/operator/review", timeout=60).text
        action = re.search(r'id="decide" method="post" action="([^"]+)"', page)
        assert action, page
        form = {"decision": "positive", "csrf_token": csrf_token(page)}
        desk.post(f"{running.address}{action[1]}", data=form, timeout=60).raise_for_status()


def flask(running: Running, *command: str, **changes: str) -> str:
    """Run a command as `docker compose run backend flask …` does."""
    done = running.host.run("backend", "flask", *command, **changes)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def publish(running: Running, bundle: Path) -> None:
    """Publish with the release key, which no service has: it comes with the command, as docs/operating.md says."""
    release_key = running.secrets.parent / "keys/release-key.pem"
    flask(running, "publish-model", str(bundle), RELEASE_KEY=release_key.read_text(encoding="utf-8"))


def test_a_complaint_comes_in_and_a_model_goes_out_and_back(running: Running, tmp_path: Path) -> None:
    complaint = report()
    publish(running, FIRST_BUNDLE)
    first = announced(running, "1.0.0", after=0)

    assert send(running, complaint, jpeg()).status_code == 201
    assert send(running, complaint, jpeg()).status_code == 200, "sent twice, stored once"
    settle_first_complaint(running)
    assert "holds 1 photos" in flask(running, "export-feedback", str(tmp_path / "feedback"))

    publish(running, republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1"))
    live = announced(running, "1.0.1", after=first["sequence"])
    with running.visitor() as phone:
        manifest = phone.get(f"{running.address}/api/v1/manifests/1.0.1.json", timeout=60)
        assert hashlib.sha256(manifest.content).hexdigest() == live["manifest"]["sha256"]
    flask(running, "rollback")
    announced(running, "1.0.0", after=live["sequence"])

    with running.visitor() as phone:
        answer = phone.delete(
            f"{running.address}/api/v1/feedback/{complaint['id']}",
            headers={"Deletion-Token": TOKEN},
            timeout=60,
        )
    assert answer.status_code == 204
    assert answer.headers["Deletion-Receipt"].startswith(complaint["id"])


LET_EXPIRE = """
from sqlalchemy import update
from backend.app import create_app
from backend.models import Publication
from backend.services import services
with create_app().app_context(), services().database.writing() as session:
    session.execute(update(Publication).values(expires_at=Publication.published_at))
"""


def test_an_expired_channel_keeps_nobody_from_starting(running: Running, tmp_path: Path) -> None:
    """What would renew it starts once the backend is healthy, and so does the proxy."""
    publish(running, republished(FIRST_BUNDLE, tmp_path / "third", "1.0.2"))
    expired = running.host.run("backend", "python", "-c", LET_EXPIRE)
    assert expired.returncode == 0, expired.stderr
    assert requests.get(f"{running.inside}/readyz", timeout=60).status_code == 503
    assert running.host.is_healthy("backend")
    flask(running, "refresh-channel")
    assert requests.get(f"{running.inside}/readyz", timeout=60).status_code == 200


def test_the_daily_tasks_run_by_themselves_and_the_doctor_finds_no_fault(running: Running) -> None:
    token = running.host.composition.secrets["metrics-token"].read_text(encoding="utf-8").strip()

    def all_ran() -> bool:
        answer = requests.get(
            f"{running.inside}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        assert answer.status_code == 200
        return all(
            f'deepdog_maintenance_last_run_timestamp_seconds{{task="{task.name}"}}' in answer.text
            for task in TASKS
        )

    eventually(all_ran, "the daily tasks do not run")
    assert requests.get(f"{running.inside}/metrics", timeout=60).status_code == 403
    examined = flask(running, "doctor")
    assert "store: s3://" in examined
    assert "agrees with that of the database" in examined


def test_nothing_is_written_where_a_container_could_not(running: Running) -> None:
    written = running.host.listing() - running.host.files
    assert {path for path in written if "__pycache__" not in path.parts} == set()


def test_the_proxy_speaks_tls_and_keeps_what_never_changes(running: Running) -> None:
    if not running.address.startswith("https://"):
        pytest.skip("nginx is not installed")
    plain = requests.get(running.plain, timeout=60, allow_redirects=False)
    assert plain.status_code == 301
    assert plain.headers["Location"].startswith("https://")
    with running.visitor() as phone:
        assert phone.get(f"{running.address}/metrics", timeout=60).status_code == 404
        polled = phone.get(f"{running.address}/api/v1/channels/stable.json", timeout=60)
        again = phone.get(polled.url, headers={"If-None-Match": polled.headers["ETag"]}, timeout=60)
        assert again.status_code == 304
        assert "max-age" in polled.headers["Strict-Transport-Security"]
        manifest = phone.get(f"{running.address}/api/v1/manifests/1.0.0.json", timeout=60)
        part = phone.get(
            manifest.url, headers={"Range": "bytes=0-9", "If-Range": manifest.headers["ETag"]}, timeout=60
        )
        assert (part.status_code, part.content) == (206, manifest.content[:10])
        assert phone.get(running.address, timeout=60).headers["Content-Encoding"] == "gzip"
        form = phone.get(f"{running.address}/operator/sign-in", timeout=60)
        assert "csrf" in form.text
        assert "Content-Encoding" not in form.headers
        running.processes["backend"].send_signal(signal.SIGSTOP)
        try:
            assert phone.get(manifest.url, timeout=60).content == manifest.content, "without the backend"
        finally:
            running.processes["backend"].send_signal(signal.SIGCONT)


def test_every_service_of_ours_is_held_in_bounds() -> None:
    composition = Composition({})
    assert composition.ours() == ["migrate", "check-store", "backend", "maintenance"]
    for name in [*composition.ours(), "proxy"]:
        service = composition.services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert any(line.startswith("USER ") for line in last_stage())
    for name, service in composition.services.items():
        assert "restart" in service or name in ("migrate", "check-store")
        for variable, value in service["environment"].items():
            if re.search("PASSWORD|SECRET|TOKEN|ACCESS_KEY", variable):
                assert variable.endswith("_FILE"), f"{name} has a secret in its environment"
                assert str(value).startswith("/run/secrets/")


def test_the_secrets_are_for_the_operator_alone(secrets: Path) -> None:
    assert secrets.stat().st_mode & 0o077 == 0
    assert {path.name for path in secrets.iterdir()} == set(Composition({}).secrets)
