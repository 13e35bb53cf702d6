"""What a request or a command works with: settings, database and store of the running app."""

from dataclasses import dataclass
from functools import cached_property

from flask import current_app

from backend.config import Settings
from backend.database import Database
from backend.shelf import Shelf
from backend.storage import S3Credentials, Storage, open_storage

EXTENSION = "deepdog"


@dataclass(frozen=True)
class Services:
    """One per app. The store is opened at first use, so that `flask --help` does not wait for boto3."""

    settings: Settings
    database: Database

    @cached_property
    def store(self) -> Storage:
        """The object store."""
        settings = self.settings
        credentials = S3Credentials(
            settings.s3_access_key_id, settings.s3_secret_access_key, settings.s3_session_token
        )
        return open_storage(settings.store_url, settings.s3_endpoint_url, credentials, settings.s3_region)

    @cached_property
    def shelf(self) -> Shelf:
        """Copies of what phones download."""
        return Shelf(self.store)


def services() -> Services:
    """Return the services of the current app."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Services)
    return found
