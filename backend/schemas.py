"""The shapes of requests and responses, from which the OpenAPI document is made."""

from datetime import UTC, datetime
from typing import Annotated

from apiflask.fields import UploadFile
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, Json

from backend.models import Label, Platform

MAX_COMMENT_CHARACTERS = 1000
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
    comment: Annotated[str, AfterValidator(_without_nul)] | None = Field(
        default=None, max_length=MAX_COMMENT_CHARACTERS
    )
    app_version: Version
    platform: Platform
    taken_at: Annotated[AwareDatetime, AfterValidator(_plausible)]


class FeedbackForm(BaseModel):
    """The multipart form: the report as JSON text, and the photo."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    report: Json[Report] = Field(description="A Report as JSON text.")
    photo: UploadFile | None = Field(default=None, description="A JPEG of at most 2 MB and 4096 px a side.")


class FeedbackReceipt(BaseModel):
    """What was stored."""

    id: str
    has_photo: bool


class ErrorDetail(BaseModel):
    """What is wrong."""

    code: str
    message: str
    field: str | None


class ErrorEnvelope(BaseModel):
    """Every error response."""

    error: ErrorDetail
