"""What holds for every address, and what the server refuses to start with."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import update

from backend.app import DEFAULT_MAX_BODY_BYTES, create_app
from backend.config import Settings
from backend.database import Database
from backend.kinds import Kind
from backend.migrate import downgrade
from backend.models import Publication, now
from backend.objects import manifest_key
from backend.services import Services
from tests.backend.commands import run
from tests.backend.reports import jpeg, report, send
from tests.bundles import FIRST_BUNDLE


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/feedback", 405, "method_not_allowed"),
        ("GET", "/api/v1/models/../../etc/passwd.tflite", 404, "not_found"),
        ("GET", f"/api/v1/models/{'0' * 64}.tflite", 404, "not_found"),
        ("GET", "/api/v1/models/%00.tflite", 404, "not_found"),
        ("GET", f"/api/v1/manifests/{'1' * 300}.json", 404, "not_found"),
        ("GET", "/api/v1/channels/beta.json", 404, "not_found"),
        ("GET", f"/{'a' * 300}.png", 404, "not_found"),
        ("POST", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_every_failure_comes_in_one_envelope(
    client: FlaskClient, services: Services, method: str, address: str, status: int, code: str
) -> None:
    # With the folders there, a name that is too long for the file system would get as far as that.
    services.settings.web_root.mkdir()
    services.store.put(manifest_key(Kind.CLASSIFIER, "1.0.0"), b"{}")
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert answer.json is not None
    assert set(answer.json["error"]) == {"code", "message", "field"}
    assert answer.json["error"]["code"] == code


def test_a_body_larger_than_any_form_needs_is_refused(client: FlaskClient) -> None:
    form = {"name": "a" * 2 * DEFAULT_MAX_BODY_BYTES}
    answer = client.post("/operator/sign-in", data=form)
    assert answer.status_code == 413
    assert "larger than this address accepts" in answer.text


def test_a_fault_of_ours_tells_the_client_nothing_of_its_cause(
    client: FlaskClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    downgrade(services.database, "base")  # no tables: every query fails
    answer = send(client, report(comment="my secret"))
    assert answer.status_code == 500
    assert answer.json == {
        "error": {
            "code": "internal_server_error",
            "message": "The server failed. The fault has been recorded; please try again later.",
            "field": None,
        }
    }
    assert "request failed: POST /api/v1/feedback" in caplog.text
    assert "my secret" not in caplog.text


def test_without_its_database_the_server_says_so_and_when_to_come_again(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = "postgresql+psycopg://somebody:hunter2hunter2@127.0.0.1:1/deepdog"
    app = create_app(replace(settings, database_url=nowhere))
    answer = send(app.test_client(), report(comment="my secret"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.json == {
        "error": {
            "code": "unavailable",
            "message": "The server cannot reach its database at the moment. Please send this again a little later.",
            "field": None,
        }
    }
    written = "".join(capsys.readouterr())
    assert "request failed: POST /api/v1/feedback: the database is unavailable" in written
    assert "Traceback" not in written
    assert "my secret" not in written
    assert "hunter2" not in written


def test_without_its_store_the_server_says_so_and_keeps_nothing_half(
    client: FlaskClient, settings: Settings
) -> None:
    folder = Path(settings.store_url.removeprefix("file:"))
    folder.write_bytes(b"a file, where a folder should be")
    document = report()
    answer = send(client, document, jpeg())
    assert answer.status_code == 503
    assert answer.json is not None
    assert "store" in answer.json["error"]["message"]

    folder.unlink()
    assert send(client, document, jpeg()).status_code == 201


def test_the_page_may_run_its_own_scripts_and_no_others(client: FlaskClient) -> None:
    for address in ("/healthz", "/", "/api/v1/nothing"):
        headers = client.get(address).headers
        assert "script-src 'self' 'wasm-unsafe-eval';" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_without_the_built_page_the_server_says_how_to_build_it(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "make demo" in answer.text


def test_the_page_is_served_with_its_types(client: FlaskClient, settings: Settings) -> None:
    (settings.web_root / "litert").mkdir(parents=True)
    (settings.web_root / "index.html").write_text("<title>DeepDog</title>")
    (settings.web_root / "litert/runtime.wasm").write_bytes(b"\0asm")
    with client.get("/") as page, client.get("/litert/runtime.wasm") as wasm:
        assert page.get_data(as_text=True) == "<title>DeepDog</title>"
        assert wasm.mimetype == "application/wasm"
    assert client.get("/../conftest.py").status_code == 404


def test_it_is_ready_when_its_database_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_with_a_channel_that_phones_refuse(
    client: FlaskClient, services: Services, runner: FlaskCliRunner
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    assert client.get("/readyz").json == {
        "status": "ok",
        "database": "ok",
        "store": "ok",
        "channel": "ok",
    }
    with services.database.writing() as session:
        session.execute(update(Publication).values(expires_at=now()))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["channel"] == "expired"
    run(runner, "refresh-channel")
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_without_its_tables(client: FlaskClient, services: Services) -> None:
    downgrade(services.database, "base")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "database": "unavailable",
        "store": "ok",
        "channel": "unknown",
    }
    assert client.get("/healthz").status_code == 200


def test_the_commands_load_neither_tensorflow_nor_boto3() -> None:
    script = (
        "import sys; from backend.app import create_app; from backend.config import Settings\n"
        "help = create_app(Settings(serving=False)).test_cli_runner().invoke(args=['--help']).output\n"
        "print('publish-model' in help, {'tensorflow', 'boto3', 'ai_edge_litert'} & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        == "True set()\n"
    )


@pytest.mark.parametrize(("query", "seconds"), [("", "10"), ("?connect_timeout=3", "3")])
def test_a_database_that_does_not_answer_is_not_waited_for_for_minutes(query: str, seconds: str) -> None:
    database = Database(f"postgresql+psycopg://deepdog@127.0.0.1/deepdog{query}")
    assert database.engine.url.query["connect_timeout"] == seconds
