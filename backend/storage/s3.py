"""Objects in an S3 bucket, Amazon's or any server that speaks the protocol."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from backend.errors import ObjectNotFoundError, PreconditionFailedError, StoreError
from backend.objects import ObjectKey
from backend.storage.base import ObjectInfo, Storage, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CORSRuleOutputTypeDef, CORSRuleTypeDef

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 20
MAX_ATTEMPTS = 4
FIRST_REGION = "us-east-1"
MISSING = {"NoSuchKey", "404", "NotFound"}
CONFLICTING = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409"}


class S3Storage(Storage):
    """A bucket, and a prefix in it that may be empty or ends in a slash."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        endpoint_url: str | None,
        region: str | None = None,
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        session_token: str | None = None,
    ) -> None:
        self.bucket = bucket
        self.prefix = prefix
        config = Config(
            # Forms for uploads are signed by version 2 otherwise, which S3 no longer takes everywhere.
            signature_version="s3v4",
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"total_max_attempts": MAX_ATTEMPTS, "mode": "standard"},
        )
        session = boto3.Session(
            # boto3 by itself reads AWS_DEFAULT_REGION alone.
            region_name=region,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            aws_session_token=session_token,
        )
        self._has_credentials = session.get_credentials() is not None
        self._client = session.client("s3", endpoint_url=endpoint_url, config=config)

    def put(self, key: ObjectKey, data: bytes) -> None:  # noqa: D102
        self._put(key, data)

    def put_if(self, key: ObjectKey, data: bytes, expected_etag: str | None) -> None:  # noqa: D102
        if expected_etag is None:
            self._put(key, data, IfNoneMatch="*")
        else:
            self._put(key, data, IfMatch=expected_etag)

    def _put(self, key: ObjectKey, data: bytes, **condition: str) -> None:
        with self._errors(key.name):
            self._client.put_object(
                Bucket=self.bucket,
                Key=self.prefix + key.name,
                Body=data,
                ContentType=key.content_type,
                CacheControl=key.cache_control,
                **condition,  # type: ignore[arg-type]  # the stubs know each argument by name
            )

    def read(self, name: str) -> StoredObject:  # noqa: D102
        with self._errors(name):
            answer = self._client.get_object(Bucket=self.bucket, Key=self.prefix + name)
            data = answer["Body"].read()
        if "ETag" not in answer:
            raise StoreError(
                f"What answers for {self.describe()} is no S3 server: it gives {name} without an ETag. Look at AWS_ENDPOINT_URL."
            )
        return StoredObject(data, answer["ETag"])

    def read_start(self, name: str, max_bytes: int) -> bytes:  # noqa: D102
        with self._errors(name):
            answer = self._client.get_object(Bucket=self.bucket, Key=self.prefix + name)
            # Not by `with`, which hands out urllib3's stream: that knows other errors.
            with closing(answer["Body"]) as body:
                return body.read(max_bytes)

    def presigned_upload(self, key: ObjectKey, size_bytes: int, valid_seconds: int) -> dict[str, str]:  # noqa: D102
        fields = {"Content-Type": key.content_type, "Cache-Control": key.cache_control}
        conditions = [{name: value} for name, value in fields.items()]
        with self._errors(key.name):
            if not self._has_credentials:
                raise NoCredentialsError  # boto3 checks that itself for all but these forms.
            post = self._client.generate_presigned_post(
                self.bucket,
                self.prefix + key.name,
                Fields=fields,
                Conditions=[*conditions, ["content-length-range", size_bytes, size_bytes]],
                ExpiresIn=valid_seconds,
            )
            return dict(post["fields"])

    def allow_uploads_from(self, origin: str) -> None:  # noqa: D102
        rule: CORSRuleTypeDef = {
            "AllowedOrigins": [origin],
            "AllowedMethods": ["POST"],
            "AllowedHeaders": ["*"],
        }
        with self._errors("its CORS rules"):
            # The bucket may serve models to other pages, whose rules are not ours to take away.
            rules = self._cors_rules()
            if not any(
                "POST" in each["AllowedMethods"] and origin in each["AllowedOrigins"] for each in rules
            ):
                self._client.put_bucket_cors(
                    Bucket=self.bucket, CORSConfiguration={"CORSRules": [*rules, rule]}
                )

    def _cors_rules(self) -> "list[CORSRuleOutputTypeDef]":
        try:
            return self._client.get_bucket_cors(Bucket=self.bucket)["CORSRules"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchCORSConfiguration":
                return []
            raise

    def exists(self, name: str) -> bool:  # noqa: D102
        try:
            with self._errors(name):
                self._client.head_object(Bucket=self.bucket, Key=self.prefix + name)
        except ObjectNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:  # noqa: D102
        with self._errors(name):
            self._client.delete_object(Bucket=self.bucket, Key=self.prefix + name)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:  # noqa: D102
        with self._errors(prefix):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + prefix):
                for entry in page.get("Contents", []):
                    name = entry["Key"].removeprefix(self.prefix)
                    yield ObjectInfo(name, entry["Size"], entry["LastModified"])

    def is_public(self, name: str) -> bool:  # noqa: D102
        stranger = boto3.client(
            "s3",
            endpoint_url=self._client.meta.endpoint_url,
            region_name=self._client.meta.region_name,
            config=Config(signature_version=UNSIGNED),
        )
        try:
            stranger.get_object(Bucket=self.bucket, Key=self.prefix + name)
        except ClientError as error:
            status: int = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                return False
            raise StoreError(f"{self.describe()} answered a stranger oddly: {error}") from error
        except BotoCoreError as error:
            raise StoreError(f"{self.describe()} cannot be reached: {error}") from error
        finally:
            stranger.close()
        return True

    def keeps_deleted(self) -> bool:  # noqa: D102
        with self._errors("its versioning"):
            status = self._client.get_bucket_versioning(Bucket=self.bucket).get("Status")
        # Where versioning was suspended, what was stored before stays behind when it is deleted.
        return status in ("Enabled", "Suspended")

    def make_bucket(self) -> bool:
        """Make the bucket unless there is one; tell whether it was made.

        Raises:
            StoreError: it belongs to somebody else, or we may not.
        """
        try:
            with self._errors(""):
                self._client.head_bucket(Bucket=self.bucket)
        except ObjectNotFoundError:
            region = self._client.meta.region_name
            # The first region alone is not named.
            place = (
                {}
                if region == FIRST_REGION
                else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            )
            with self._errors(""):
                self._client.create_bucket(Bucket=self.bucket, **place)  # type: ignore[arg-type]  # the stubs list the regions
            return True
        return False

    def describe(self) -> str:  # noqa: D102
        return f"s3://{self.bucket}/{self.prefix}"

    @contextmanager
    def _errors(self, name: str) -> Iterator[None]:
        """Turn boto3's errors into the ones that the rest of the backend knows."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in CONFLICTING:
                raise PreconditionFailedError(name) from error
            if code in MISSING:
                raise ObjectNotFoundError(name) from error
            raise StoreError(f"{self.describe()} refused {name or 'a request'}: {error}") from error
        except NoCredentialsError as error:
            raise StoreError(
                f"There are no credentials for {self.describe()}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give "
                "this machine a profile or a role."
            ) from error
        except BotoCoreError as error:
            raise StoreError(f"{self.describe()} cannot be reached: {error}") from error
