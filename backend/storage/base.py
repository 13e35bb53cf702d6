"""What every object store must promise."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from backend.errors import ObjectNotFoundError, StoreError
from backend.objects import ObjectKey


@dataclass(frozen=True)
class StoredObject:
    """An object's bytes and the tag that a conditional write compares."""

    data: bytes
    etag: str


@dataclass(frozen=True)
class ObjectInfo:
    """An entry of a listing."""

    name: str
    size_bytes: int
    modified_at: datetime


class Storage(ABC):
    """Objects by key. Whatever a method has written when it returns survives a crash of this machine (or is S3's word)."""

    @abstractmethod
    def put(self, key: ObjectKey, data: bytes) -> None:
        """Write an object whole, replacing what was there."""

    @abstractmethod
    def put_if(self, key: ObjectKey, data: bytes, expected_etag: str | None) -> None:
        """Write an object only if it still has the expected tag, or, when that is None, only if there is none.

        Raises:
            PreconditionFailedError: somebody else wrote it meanwhile.
        """

    @abstractmethod
    def read(self, name: str) -> StoredObject:
        """Return an object.

        Raises:
            ObjectNotFoundError: there is none of that name.
        """

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Tell whether there is an object of that name."""

    def fingerprint(self, name: str) -> object:
        """Return what differs when an object was written anew, if that is cheap to tell; None where only reading it tells."""
        del name
        return None

    @abstractmethod
    def delete(self, name: str) -> None:
        """Remove an object; none being there is fine."""

    @abstractmethod
    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield the objects whose names start with `prefix`, a folder ending in a slash."""

    @abstractmethod
    def is_public(self, name: str) -> bool:
        """Tell whether somebody without our rights can read an object."""

    @abstractmethod
    def keeps_deleted(self) -> bool:
        """Tell whether what is deleted stays behind as an old version."""

    @abstractmethod
    def describe(self) -> str:
        """Return where this is, for messages; without credentials."""

    def read_start(self, name: str, max_bytes: int) -> bytes:
        """Return an object's first bytes: of one that strangers wrote, no more than one wants to hold.

        Raises:
            ObjectNotFoundError: there is none of that name.
        """
        return self.read(name).data[:max_bytes]

    def presigned_upload(self, key: ObjectKey, size_bytes: int, valid_seconds: int) -> dict[str, str]:
        """Return the fields of a form with which whoever has them may POST an object of this key and size here.

        Raises:
            StoreError: this kind of store takes nothing from strangers.
        """
        del key, size_bytes, valid_seconds
        raise StoreError(f"{self.describe()} takes no uploads from phones.")

    def allow_uploads_from(self, origin: str) -> None:
        """Let browsers that show a page of `origin` send such forms."""
        raise StoreError(f"{self.describe()} takes no uploads from {origin}.")

    def read_or_none(self, name: str) -> StoredObject | None:
        """Return an object, or None when there is none."""
        try:
            return self.read(name)
        except ObjectNotFoundError:
            return None
