"""Opens the object store that STORE_URL names."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from backend.errors import ConfigurationError
from backend.storage.base import Storage


class S3Credentials(NamedTuple):
    """What proves to S3 who we are; where it is None, boto3 looks where it always does."""

    access_key_id: str | None = None
    secret_access_key: str | None = None
    session_token: str | None = None


def open_storage(
    url: str,
    s3_endpoint_url: str | None = None,
    credentials: S3Credentials | None = None,
    s3_region: str | None = None,
) -> Storage:
    """Open `file:FOLDER` or `s3://BUCKET/PREFIX`; without a region, boto3 looks for one where it always does.

    Raises:
        ConfigurationError: the address is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        from backend.storage.local import LocalStorage

        return LocalStorage(Path(parts.path))
    if parts.scheme == "s3" and parts.netloc:
        # boto3 takes half a second to import; the local folder need not wait for it.
        from backend.storage.s3 import S3Storage

        prefix = parts.path.strip("/")
        bucket, prefix = parts.netloc, f"{prefix}/" if prefix else ""
        return S3Storage(bucket, prefix, s3_endpoint_url, s3_region, *(credentials or S3Credentials()))
    raise ConfigurationError(f"STORE_URL is {url!r}; write file:FOLDER or s3://BUCKET/PREFIX.")
