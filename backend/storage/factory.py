"""Opens the object store that STORE_URL names."""

from pathlib import Path
from urllib.parse import urlsplit

from backend.errors import ConfigurationError
from backend.storage.base import Storage


def open_storage(url: str, s3_endpoint_url: str | None = None) -> Storage:
    """Open `file:FOLDER` or `s3://BUCKET/PREFIX`.

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
        return S3Storage(parts.netloc, f"{prefix}/" if prefix else "", s3_endpoint_url)
    raise ConfigurationError(f"STORE_URL is {url!r}; write file:FOLDER or s3://BUCKET/PREFIX.")
