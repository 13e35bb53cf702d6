"""One promise, two stores: a local folder and S3 (moto's server on the loopback address)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import ObjectNotFoundError, PreconditionFailedError
from backend.objects import CHANNEL, photo_key
from backend.storage import Storage, open_storage


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["local folder", "S3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    if request.param == "local folder":
        return open_storage(f"file:{tmp_path}")
    import boto3

    endpoint: str = request.getfixturevalue("s3_endpoint")
    for name, value in {
        "ACCESS_KEY_ID": "test",
        "SECRET_ACCESS_KEY": "test",
        "DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    bucket = tmp_path.name.replace("_", "-").lower()[:60]
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return open_storage(f"s3://{bucket}/some/prefix", endpoint)


PHOTO = photo_key("0" * 64)


def test_what_is_put_is_read(store: Storage) -> None:
    store.put(PHOTO, b"one")
    store.put(PHOTO, b"two")
    assert store.read(PHOTO.name).data == b"two"
    assert store.exists(PHOTO.name)
    assert [(found.name, found.size_bytes) for found in store.list("photos/")] == [(PHOTO.name, 3)]


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


def test_a_conditional_write_notices_that_somebody_else_was_first(store: Storage) -> None:
    store.put_if(CHANNEL, b"1", None)
    seen = store.read(CHANNEL.name).etag
    with pytest.raises(PreconditionFailedError):
        store.put_if(CHANNEL, b"mine", None)
    store.put_if(CHANNEL, b"2", seen)
    with pytest.raises(PreconditionFailedError):
        store.put_if(CHANNEL, b"late", seen)
    assert store.read(CHANNEL.name).data == b"2"
