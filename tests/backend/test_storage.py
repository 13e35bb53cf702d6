"""One promise, two stores: a local folder and S3 (moto's server on the loopback address)."""

import pytest

from backend.errors import ObjectNotFoundError, PreconditionFailedError
from backend.objects import CHANNEL, photo_key
from backend.storage import Storage

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
