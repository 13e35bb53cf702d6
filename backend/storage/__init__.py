"""The object store: one interface, a local folder and S3 behind it."""

from backend.storage.base import ObjectInfo, Storage, StoredObject
from backend.storage.factory import open_storage

__all__ = ["ObjectInfo", "Storage", "StoredObject", "open_storage"]
