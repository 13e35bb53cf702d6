"""The layout of the object store: which key holds what, and how it may be cached."""

import re
from dataclasses import dataclass

from backend.kinds import Kind, qualified

IMMUTABLE = "public, max-age=31536000, immutable"
MUTABLE = "no-cache"
PRIVATE = "private, no-store"

PHOTO_PREFIX = "photos/"
INCOMING_PREFIX = "incoming/"
"""What phones sent straight to the bucket, until its report comes."""
CHANNEL_NAMES = {Kind.CLASSIFIER: "stable", Kind.DETECTOR: "detector"}
PREFIXES = ("channels/", "manifests/", "models/", "keys/", PHOTO_PREFIX)
"""Where everything lies that must outlive the machine."""


_PHOTO = re.compile(rf"{PHOTO_PREFIX}([0-9a-f]{{64}})\.jpg")


@dataclass(frozen=True)
class ObjectKey:
    """A key with the headers that its object is served with, by us or straight from a bucket."""

    name: str
    content_type: str
    cache_control: str

    def __str__(self) -> str:
        return self.name


CHANNELS = {
    kind: ObjectKey(f"channels/{name}.json", "application/json", MUTABLE)
    for kind, name in CHANNEL_NAMES.items()
}


def model_key(sha256: str) -> ObjectKey:
    """Return where a model file lies."""
    return ObjectKey(f"models/{sha256}.tflite", "application/octet-stream", IMMUTABLE)


def manifest_key(kind: Kind, version: str) -> ObjectKey:
    """Return where a version's signed manifest lies."""
    return ObjectKey(f"manifests/{qualified(kind, version)}.json", "application/json", IMMUTABLE)


def key_set_key(number: int | str) -> ObjectKey:
    """Return where a set of trusted keys lies, signed by the set before it."""
    return ObjectKey(f"keys/{number}.json", "application/json", IMMUTABLE)


def photo_key(sha256: str) -> ObjectKey:
    """Return where a cleaned photo lies."""
    return ObjectKey(f"{PHOTO_PREFIX}{sha256}.jpg", "image/jpeg", PRIVATE)


def incoming_folder(feedback_id: str) -> str:
    """Return under which prefix a report's photo arrives."""
    return f"{INCOMING_PREFIX}{feedback_id}/"


def incoming_key(feedback_id: str, sha256: str) -> ObjectKey:
    """Return where a photo arrives that is sent straight to the bucket; the hash is that of its bytes as they are sent."""
    return ObjectKey(f"{incoming_folder(feedback_id)}{sha256}.jpg", "image/jpeg", PRIVATE)


def photo_sha256(name: str) -> str | None:
    """Return the hash in a photo's key, None of any other object."""
    found = _PHOTO.fullmatch(name)
    return found[1] if found else None


def stored_key(name: str) -> ObjectKey:
    """Return the key of an object that was listed.

    Raises:
        ValueError: nothing of ours has that name.
    """
    prefix = name.partition("/")[0] + "/"
    if prefix not in PREFIXES:
        raise ValueError(f"{name} lies under none of {', '.join(PREFIXES)}")
    if prefix == PHOTO_PREFIX:
        return ObjectKey(name, "image/jpeg", PRIVATE)
    content_type = "application/octet-stream" if prefix == "models/" else "application/json"
    return ObjectKey(name, content_type, MUTABLE if prefix == "channels/" else IMMUTABLE)
