"""The object store: one interface, a local folder and S3 behind it."""

from backend.storage.base import ObjectInfo, Storage, StoredObject
from backend.storage.factory import S3Credentials, open_storage

__all__ = ["ObjectInfo", "S3Credentials", "Storage", "StoredObject", "open_storage"]
