"""The shapes of requests and responses, from which the OpenAPI document is made."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, Self

from apiflask.fields import UploadFile
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    model_validator,
)

from backend.models import Label, Platform, UpdateOutcome, now
from backend.photos import MAX_PHOTO_BYTES

MAX_COMMENT_CHARACTERS = 1000
MAX_EVENT_ENTRIES = 50
MAX_EVENT_COUNT = 10_000
MAX_EVENT_AGE = timedelta(days=31)
CLOCK_SKEW = timedelta(days=1)
PLAUSIBLE_YEARS = (1990, 2200)
UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain NUL")
    return text


def _plausible(moment: datetime) -> datetime:
    first, last = PLAUSIBLE_YEARS
    if not first <= moment.year <= last:
        raise ValueError(f"must lie between the years {first} and {last}")
    return moment.astimezone(UTC)


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def _recent(day: date) -> date:
    today = now().date()
    if not today - MAX_EVENT_AGE <= day <= today + CLOCK_SKEW:
        raise ValueError(f"must be at most {MAX_EVENT_AGE.days} days ago, and not in the future")
    return day


LowerCaseUuid = Annotated[str, Field(pattern=UUID_PATTERN)]
Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){2}$")]


class Report(BaseModel):
    """A user's complaint about a verdict."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: LowerCaseUuid = Field(description="Made by the phone; sending the same report again is harmless.")
    install_id: LowerCaseUuid = Field(description="Random, made at first start.")
    deletion_token_hash: Sha256Hex = Field(description="SHA-256 of a random token that the phone keeps.")
    model_version: Version
    score: float = Field(ge=0, le=1, allow_inf_nan=False)
    verdict: Label = Field(description="What the app said.")
    claimed_label: Label = Field(description="What the user says.")
    comment: Annotated[str, Field(max_length=MAX_COMMENT_CHARACTERS), AfterValidator(_without_nul)] | None = (
        None
    )
    app_version: Version
    platform: Platform
    taken_at: Annotated[AwareDatetime, AfterValidator(_plausible)]


class FeedbackForm(BaseModel):
    """The multipart form: the report as JSON text, and the photo."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    report: Json[Report] = Field(description="A Report as JSON text.")
    photo: UploadFile | None = Field(default=None, description="A JPEG of at most 2 MB and 4096 px a side.")
    photo_sha256: Sha256Hex | None = Field(
        default=None,
        description="In place of the photo: the hash of one that was sent as POST /uploads said.",
    )

    @model_validator(mode="after")
    def _has_one_photo(self) -> Self:
        if self.photo and self.photo_sha256:
            raise ValueError("photo and photo_sha256 exclude one another")
        return self


class UploadRequest(BaseModel):
    """A photo that a phone would send to the bucket."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: LowerCaseUuid = Field(description="Of the report that it belongs to.")
    photo_sha256: Sha256Hex = Field(description="Of the JPEG as it will be sent.")
    size_bytes: int = Field(ge=1, le=MAX_PHOTO_BYTES)


class UploadOffer(BaseModel):
    """Where to send it: a multipart form of `fields` and then `file`."""

    url: str
    fields: dict[str, str]


class DeletionHeaders(BaseModel):
    """What proves that a report is the caller's own."""

    model_config = ConfigDict(populate_by_name=True)

    deletion_token: str | None = Field(
        default=None, alias="Deletion-Token", description="The token whose SHA-256 came with the report."
    )


class FeedbackReceipt(BaseModel):
    """What was stored."""

    id: str
    has_photo: bool


UpdateFailure = Literal[
    "network",
    "bad_envelope",
    "bad_signature",
    "unknown_key",
    "wrong_channel",
    "expired",
    "old_sequence",
    "app_too_old",
    "runtime_too_old",
    "bad_manifest_hash",
    "bad_manifest",
    "bad_size",
    "bad_hash",
    "self_test_failed",
    "storage",
]
Count = Annotated[int, Field(strict=True, ge=1, le=MAX_EVENT_COUNT)]


class ChecksEntry(BaseModel):
    """Photos that one model version classified."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_version: Version
    count: Count


class UpdatesEntry(BaseModel):
    """Updates to one model version that ended alike."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model_version: Version | None = Field(
        description="The version that was wanted; null where it was not known yet."
    )
    outcome: UpdateOutcome
    reason: UpdateFailure | None = Field(default=None, description="Why it failed; only then.")
    count: Count

    @model_validator(mode="after")
    def _reasons_are_for_failures(self) -> Self:
        if (self.reason is None) != (self.outcome is UpdateOutcome.INSTALLED):
            raise ValueError("a failed update has a reason, an installed one has none")
        return self


class EventCounts(BaseModel):
    """What one phone counted within one UTC day. Nothing here outlives the batch or tells phones apart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: LowerCaseUuid = Field(description="Made for this batch; sending the same batch again is harmless.")
    day: Annotated[date, BeforeValidator(_text), AfterValidator(_recent)]
    app_version: Version
    platform: Platform
    checks: tuple[ChecksEntry, ...] = Field(default=(), max_length=MAX_EVENT_ENTRIES)
    updates: tuple[UpdatesEntry, ...] = Field(default=(), max_length=MAX_EVENT_ENTRIES)

    @model_validator(mode="after")
    def _counts_something(self) -> Self:
        if not self.checks and not self.updates:
            raise ValueError("neither checks nor updates are counted")
        return self


class ErrorDetail(BaseModel):
    """What is wrong."""

    code: str
    message: str
    field: str | None


class ErrorEnvelope(BaseModel):
    """Every error response."""

    error: ErrorDetail
