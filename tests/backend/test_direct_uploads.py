"""A photo that a phone sends straight to the bucket: bound, fetched, cleaned and moved once its report comes."""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.app import create_app
from backend.config import Settings
from backend.errors import ConfigurationError
from backend.models import QuotaUse
from backend.objects import INCOMING_PREFIX, PHOTO_PREFIX, incoming_key
from backend.services import Services
from backend.store_checks import sweep_orphans
from tests.backend.commands import run
from tests.backend.conftest import services_of
from tests.backend.reports import TOKEN, jpeg, report, send

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CORSRuleOutputTypeDef, CORSRuleTypeDef

PHOTO = jpeg(quality=80)
SHA256 = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def settings(settings: Settings, s3_url: str, s3_endpoint: str) -> Settings:
    bucket = s3_url.removeprefix("s3://").split("/")[0]
    return replace(
        settings,
        store_url=s3_url,
        s3_endpoint_url=s3_endpoint,
        direct_upload_url=f"{s3_endpoint}/{bucket}",
        public_url="https://deepdog.example",
    )


@pytest.fixture
def inline_only(settings: Settings) -> Iterator[FlaskClient]:
    """The same installation with direct uploads switched off."""
    app = create_app(replace(settings, direct_upload_url=None))
    yield app.test_client()
    services_of(app).database.dispose()


def offered(client: FlaskClient, feedback_id: str, **changes: Any) -> TestResponse:
    wanted = {"id": feedback_id, "photo_sha256": SHA256, "size_bytes": len(PHOTO)} | changes
    return client.post("/api/v1/uploads", json=wanted)


def upload(client: FlaskClient, feedback_id: str, photo: bytes = PHOTO) -> None:
    """Ask where to, and send the photo there, as a phone does."""
    offer = offered(client, feedback_id).json
    assert offer is not None
    sent = requests.post(offer["url"], data=offer["fields"], files={"file": photo}, timeout=30)
    assert sent.status_code == 204, sent.text


def refer(client: FlaskClient, document: dict[str, Any], sha256: str = SHA256) -> TestResponse:
    return client.post(
        "/api/v1/feedback",
        data={"report": json.dumps(document), "photo_sha256": sha256},
        content_type="multipart/form-data",
    )


def stored(services: Services, prefix: str) -> list[str]:
    return [entry.name for entry in services.store.list(prefix)]


def code(answer: TestResponse) -> str:
    assert answer.json is not None
    return str(answer.json["error"]["code"])


def test_the_photo_is_cleaned_and_moved_when_its_report_comes(
    client: FlaskClient, services: Services
) -> None:
    document = report()
    upload(client, document["id"])
    assert stored(services, INCOMING_PREFIX) == [incoming_key(document["id"], SHA256).name]
    answer = refer(client, document)
    assert (answer.status_code, answer.json) == (201, {"id": document["id"], "has_photo": True})
    assert stored(services, INCOMING_PREFIX) == []
    (photo,) = stored(services, PHOTO_PREFIX)
    assert services.store.read(photo).data != PHOTO, "it was encoded anew"


def test_sent_twice_it_is_stored_once(client: FlaskClient, services: Services) -> None:
    document = report()
    upload(client, document["id"])
    assert refer(client, document).status_code == 201
    assert refer(client, document).status_code == 200, "although the upload is gone by now"
    assert send(client, document, PHOTO).status_code == 200, "the same photo, sent along"
    upload(client, document["id"])
    assert refer(client, document).status_code == 200
    assert stored(services, INCOMING_PREFIX) == [], "nor does a second upload stay"
    assert len(stored(services, PHOTO_PREFIX)) == 1
    assert refer(client, document | {"comment": "other"}).status_code == 409


def test_a_report_whose_photo_did_not_arrive_is_told_so(client: FlaskClient, services: Services) -> None:
    document = report()
    answer = refer(client, document)
    assert (answer.status_code, code(answer)) == (409, "upload_missing")
    assert send(client, document, PHOTO).status_code == 201, "the way on is to send it along"
    del services


def test_what_arrived_must_be_what_was_announced(client: FlaskClient, services: Services) -> None:
    document = report()
    services.store.put(incoming_key(document["id"], SHA256), jpeg((64, 64)))
    assert code(refer(client, document)) == "upload_missing"


def test_no_more_is_read_than_a_photo_may_have(client: FlaskClient, services: Services) -> None:
    document = report()
    huge = b"\xff" * 3_000_000
    services.store.put(incoming_key(document["id"], hashlib.sha256(huge).hexdigest()), huge)
    assert code(refer(client, document, hashlib.sha256(huge).hexdigest())) == "upload_missing"


def test_what_is_no_photo_is_refused(client: FlaskClient, services: Services) -> None:
    document, letter = report(), b"dear"
    sha256 = hashlib.sha256(letter).hexdigest()
    services.store.put(incoming_key(document["id"], sha256), letter)
    answer = refer(client, document, sha256)
    assert (answer.status_code, code(answer)) == (422, "invalid")
    assert stored(services, INCOMING_PREFIX) == stored(services, PHOTO_PREFIX) == []


def test_the_signature_is_of_the_buckets_region_and_of_version_4(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    app = create_app(replace(settings, s3_region="eu-central-1"))
    answer = offered(app.test_client(), report()["id"]).json
    services_of(app).database.dispose()
    assert answer is not None
    assert answer["fields"]["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
    assert answer["fields"]["x-amz-credential"].endswith("/eu-central-1/s3/aws4_request")


def test_the_signature_binds_name_type_and_size(client: FlaskClient, services: Services) -> None:
    document = report()
    offer = offered(client, document["id"]).json
    assert offer is not None
    assert offer["url"] == services.settings.direct_upload_url
    policy = json.loads(base64.b64decode(offer["fields"]["policy"]))
    conditions = policy["conditions"]
    assert {"key": f"some/prefix/{incoming_key(document['id'], SHA256)}"} in conditions
    assert {"Content-Type": "image/jpeg"} in conditions
    assert ["content-length-range", len(PHOTO), len(PHOTO)] in conditions


@pytest.mark.parametrize(
    "changes", [{"size_bytes": 2_000_001}, {"size_bytes": 0}, {"photo_sha256": "../../x"}, {"id": "../x"}]
)
def test_nothing_else_is_offered(client: FlaskClient, changes: dict[str, Any]) -> None:
    assert offered(client, report()["id"], **changes).status_code == 422


def test_offers_have_a_quota(app: APIFlask, settings: Settings) -> None:
    few = create_app(replace(settings, feedback_per_address=2))
    client = few.test_client()
    statuses = [offered(client, report()["id"]).status_code for _ in range(3)]
    services_of(few).database.dispose()
    assert statuses == [200, 200, 429]
    del app


def test_without_credentials_nothing_is_offered_and_the_log_names_the_remedy(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": "none",
        "AWS_CONFIG_FILE": "none",
    }.items():
        monkeypatch.setenv(name, value)
    app = create_app(settings)
    answer = offered(app.test_client(), report()["id"])
    with services_of(app).database.reading() as session:
        counters = session.scalars(select(QuotaUse)).all()
    services_of(app).database.dispose()
    assert (answer.status_code, code(answer)) == (503, "unavailable")
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in capsys.readouterr().err
    assert not counters, "what was refused does not count"


def test_without_the_setting_nothing_is_offered_and_photos_come_along(
    client: FlaskClient, inline_only: FlaskClient
) -> None:
    document = report()
    upload(client, document["id"])
    answer = offered(inline_only, document["id"])
    assert (answer.status_code, code(answer)) == (404, "not_found")
    assert code(refer(inline_only, document)) == "upload_missing"
    assert send(inline_only, document, PHOTO).status_code == 201


def test_two_photos_are_one_too_many(client: FlaskClient) -> None:
    form = {"report": json.dumps(report()), "photo": (io.BytesIO(PHOTO), "p.jpg"), "photo_sha256": SHA256}
    answer = client.post("/api/v1/feedback", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_taking_back_deletes_what_was_uploaded(client: FlaskClient, services: Services) -> None:
    document = report()
    upload(client, document["id"])
    address, token = f"/api/v1/feedback/{document['id']}", {"Deletion-Token": TOKEN}
    assert client.delete(address, headers=token).status_code == 204
    assert stored(services, INCOMING_PREFIX) == []
    upload(client, document["id"])
    refer(client, document)
    upload(client, document["id"])
    assert client.delete(address, headers=token).status_code == 204
    assert stored(services, INCOMING_PREFIX) == stored(services, PHOTO_PREFIX) == []
    upload(client, document["id"])
    assert refer(client, document).status_code == 410
    assert stored(services, INCOMING_PREFIX) == [], "an upload that was under way does not stay either"


def test_uploads_that_no_report_followed_are_swept(client: FlaskClient, services: Services) -> None:
    upload(client, report()["id"])
    assert sweep_orphans(services, timedelta(hours=24), dry_run=False) == []
    assert len(sweep_orphans(services, timedelta(hours=-1), dry_run=False)) == 1
    assert stored(services, INCOMING_PREFIX) == []


def bucket_of(services: Services) -> str:
    assert services.settings.direct_upload_url is not None
    return services.settings.direct_upload_url.rpartition("/")[2]


def cors_rules(services: Services) -> "list[CORSRuleOutputTypeDef]":
    s3 = boto3.client("s3", endpoint_url=services.settings.s3_endpoint_url)
    rules = s3.get_bucket_cors(Bucket=bucket_of(services))["CORSRules"]
    s3.close()
    return rules


def test_browsers_may_send_there(client: FlaskClient, runner: FlaskCliRunner, services: Services) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert f"connect-src 'self' blob: data: {services.settings.upload_origin};" in policy
    run(runner, "check-store")
    (rule,) = cors_rules(services)
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["https://deepdog.example"], ["POST"])


def test_rules_that_others_made_stay(runner: FlaskCliRunner, services: Services) -> None:
    s3 = boto3.client("s3", endpoint_url=services.settings.s3_endpoint_url)
    rule: CORSRuleTypeDef = {"AllowedOrigins": ["https://elsewhere.example"], "AllowedMethods": ["GET"]}
    s3.put_bucket_cors(Bucket=bucket_of(services), CORSConfiguration={"CORSRules": [rule]})
    s3.close()
    for _ in range(2):
        run(runner, "check-store")
    assert [each["AllowedMethods"] for each in cors_rules(services)] == [["GET"], ["POST"]]


def test_it_is_not_ready_without_its_bucket(client: FlaskClient, services: Services) -> None:
    assert client.get("/readyz").status_code == 200
    s3 = boto3.client("s3", endpoint_url=services.settings.s3_endpoint_url)
    s3.delete_bucket(Bucket=bucket_of(services))
    s3.close()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["store"] == "unavailable"


def test_a_folder_takes_no_uploads_from_phones() -> None:
    with pytest.raises(ConfigurationError, match="only a bucket takes photos"):
        Settings(direct_upload_url="https://bucket.example", serving=False)
