"""One promise, two stores: a local folder and S3 (moto's server on the loopback address)."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import boto3
import pytest

from backend.errors import ObjectNotFoundError, PreconditionFailedError, StoreError
from backend.kinds import Kind
from backend.objects import manifest_key, photo_key
from backend.storage import S3Credentials, Storage, open_storage
from backend.storage.s3 import S3Storage
from tests.backend.commands import CHANNEL

PHOTO = photo_key("0" * 64)


def test_what_is_put_is_read(store: Storage) -> None:
    store.put(PHOTO, b"one")
    store.put(PHOTO, b"two")
    assert store.read(PHOTO.name).data == b"two"
    assert store.exists(PHOTO.name)


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 4096], ids=["nothing", "a mebibyte"])
def test_any_bytes_come_back_as_they_were(store: Storage, data: bytes) -> None:
    store.put(PHOTO, data)
    assert store.read(PHOTO.name).data == data


def test_a_listing_tells_name_size_and_age_below_a_folder_only(store: Storage) -> None:
    store.put(PHOTO, b"one")
    store.put(manifest_key(Kind.CLASSIFIER, "1.0.0"), b"{}")
    (entry,) = store.list("photos/")
    assert (entry.name, entry.size_bytes) == (PHOTO.name, 3)
    assert abs(entry.modified_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert [entry.name for entry in store.list("manifests/")] == ["manifests/1.0.0.json"]


def test_a_listing_is_not_cut_off(store: Storage) -> None:
    keys = [photo_key(f"{number:064x}") for number in range(1005)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: store.put(key, b""), keys))
    assert [entry.name for entry in store.list("photos/")] == [key.name for key in keys]


def test_what_is_not_there(store: Storage) -> None:
    assert not store.exists(PHOTO.name)
    assert store.read_or_none(PHOTO.name) is None
    assert list(store.list("photos/")) == []
    with pytest.raises(ObjectNotFoundError, match=PHOTO.name):
        store.read(PHOTO.name)


def test_deleting_twice_is_fine(store: Storage) -> None:
    store.put(PHOTO, b"one")
    store.delete(PHOTO.name)
    store.delete(PHOTO.name)
    assert not store.exists(PHOTO.name)


def test_a_tag_changes_with_the_bytes(store: Storage) -> None:
    store.put(CHANNEL, b"1")
    first = store.read(CHANNEL.name).etag
    assert store.read(CHANNEL.name).etag == first
    store.put(CHANNEL, b"2")
    assert store.read(CHANNEL.name).etag != first


def test_a_fingerprint_never_stays_when_an_object_is_written_anew(store: Storage) -> None:
    store.put(CHANNEL, b"1")
    first = store.fingerprint(CHANNEL.name)
    store.put(CHANNEL, b"2")
    assert first is None or store.fingerprint(CHANNEL.name) != first


def test_a_conditional_write_notices_that_somebody_else_was_first(store: Storage) -> None:
    store.put_if(CHANNEL, b"1", None)
    seen = store.read(CHANNEL.name).etag
    with pytest.raises(PreconditionFailedError):
        store.put_if(CHANNEL, b"mine", None)
    store.put_if(CHANNEL, b"2", seen)
    with pytest.raises(PreconditionFailedError):
        store.put_if(CHANNEL, b"late", seen)
    assert store.read(CHANNEL.name).data == b"2"


def test_of_many_conditional_writers_one_wins_each_round(store: Storage) -> None:
    store.put_if(CHANNEL, b"0", None)

    def attempt(data: bytes) -> bool:
        try:
            store.put_if(CHANNEL, data, seen)
        except PreconditionFailedError:
            return False
        return True

    for turn in range(3):
        seen = store.read(CHANNEL.name).etag
        contents = [f"writer {number} of round {turn}".encode() for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(attempt, contents)) == 1


def test_what_was_written_is_private(store: Storage) -> None:
    store.put(PHOTO, b"one")
    assert not store.is_public(PHOTO.name)
    assert not store.keeps_deleted()


class CutOff(BaseHTTPRequestHandler):
    """Ends in the middle of an answer."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("ETag", '"0"')
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"a\r\nhalf of it\r\n")

    def log_message(self, *_: object) -> None:
        pass


class Website(BaseHTTPRequestHandler):
    """Answers whatever it is asked with a page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Welcome</html>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def store_behind(handler: type[BaseHTTPRequestHandler]) -> Iterator[Storage]:
    """Open a bucket at a server that answers in its own way."""
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield open_storage(
            "s3://bucket",
            f"http://127.0.0.1:{server.server_port}",
            S3Credentials("test", "test"),
            "us-east-1",
        )
        server.shutdown()


def test_an_answer_that_is_cut_off_is_the_stores_failure() -> None:
    with store_behind(CutOff) as store:
        for read in (store.read, lambda name: store.read_start(name, 1000)):
            with pytest.raises(StoreError, match="cannot be reached"):
                read(PHOTO.name)


def test_a_server_that_is_no_store_is_the_stores_failure() -> None:
    with store_behind(Website) as store, pytest.raises(StoreError, match=r"no S3 server.*AWS_ENDPOINT_URL"):
        store.read(PHOTO.name)


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
@pytest.mark.usefixtures("s3_url")
def test_a_bucket_is_made_where_it_is_to_be(
    s3_endpoint: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    bucket = f"made-{uuid.uuid4()}"
    store = open_storage(f"s3://{bucket}", s3_endpoint, s3_region=region)
    assert isinstance(store, S3Storage)
    assert [store.make_bucket(), store.make_bucket()] == [True, False]
    client = boto3.client("s3", endpoint_url=s3_endpoint, region_name=region)
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] == (
        None if region == "us-east-1" else region
    )
    client.close()
