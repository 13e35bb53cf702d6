"""Every failure that the backend names."""

from http import HTTPStatus


class DeepDogError(Exception):
    """Root of the tree. The message is for people: it names what is wrong and the remedy."""


class ConfigurationError(DeepDogError):
    """A setting is missing or cannot be used."""


class KeyMaterialError(DeepDogError):
    """A key is missing, unreadable or not the one that is trusted."""


class EnvelopeError(DeepDogError):
    """A signed document is malformed, or its signature does not hold."""


class MigrationError(DeepDogError):
    """The database's tables cannot be migrated."""


class BackupError(DeepDogError):
    """A backup cannot be made or restored."""


class StoreError(DeepDogError):
    """The object store failed or refused."""


class ObjectNotFoundError(StoreError):
    """The store has no object of that key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The store has no object {key}.")
        self.key = key


class PreconditionFailedError(StoreError):
    """The object changed since it was read, or exists although it must not."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} was changed by somebody else in the meantime.")
        self.key = key


class PublishError(DeepDogError):
    """A model cannot be published, rolled out or rolled back."""


class BundleRefusedError(PublishError):
    """The bundle fails one of the gate's checks."""


class WorseModelError(PublishError):
    """The model gets fewer pictures right than the live one, or nobody can tell."""


class VersionConflictError(PublishError):
    """The version exists already with other content."""


class ConcurrentPublicationError(PublishError):
    """Somebody else moved the channel at the same moment."""


class ApiError(DeepDogError):
    """A request that gets an error response."""

    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def headers(self) -> dict[str, str]:
        """Response headers that belong to the error."""
        return {}


class InvalidInputError(ApiError):
    """A field's value is not acceptable."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"


class TooLargeError(ApiError):
    """A part of the request is over its limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class ForbiddenError(ApiError):
    """The caller has no right to this."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class NotFoundError(ApiError):
    """There is nothing of that name."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class ConflictError(ApiError):
    """The id is taken by other content."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class UploadMissingError(ApiError):
    """A photo that was to be sent to the bucket is not there."""

    status = HTTPStatus.CONFLICT
    code = "upload_missing"


class GoneError(ApiError):
    """It was deleted and must not return."""

    status = HTTPStatus.GONE
    code = "gone"


class TooManyRequestsError(ApiError):
    """The caller has to wait."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_requests"

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds

    @property
    def headers(self) -> dict[str, str]:
        """Tell the client when to come back."""
        return {"Retry-After": str(self.retry_after_seconds)}
