"""The tables: feedback and its photos, releases and publications, operators."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from backend.database import UtcDateTime

SHA256_HEX_DIGITS = 64
VERSION_LENGTH = 20
OPERATOR_NAME_LENGTH = 64


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can change it on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class Label(StrEnum):
    """What a photo shows, or is said to show."""

    NEGATIVE = "negative"
    POSITIVE = "positive"


class Platform(StrEnum):
    """Where the app ran."""

    WEB = "web"
    IOS = "ios"
    ANDROID = "android"


class ReleaseState(StrEnum):
    """A release's way: uploading → ready → live → retired | withdrawn."""

    UPLOADING = "uploading"
    READY = "ready"
    LIVE = "live"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


def _enum(enum: type[StrEnum], name: str) -> Enum:
    """Store an enumeration as checked text: unlike a native type it migrates alike on both databases."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


class Photo(Base):
    """A cleaned photo in the store. Feedback refers to it, and the foreign key is what keeps it."""

    __tablename__ = "photos"

    sha256: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS), primary_key=True)
    size_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Feedback(Base):
    """One complaint: what the app said, and what the user says instead."""

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    install_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), index=True)
    deletion_token_hash: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    model_version: Mapped[str] = mapped_column(String(VERSION_LENGTH))
    score: Mapped[float]
    verdict: Mapped[Label] = mapped_column(_enum(Label, "verdict"))
    claimed_label: Mapped[Label] = mapped_column(_enum(Label, "claimed_label"))
    comment: Mapped[str | None] = mapped_column(Text)
    app_version: Mapped[str] = mapped_column(String(VERSION_LENGTH))
    platform: Mapped[Platform] = mapped_column(_enum(Platform, "platform"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    content_sha256: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    """Of the request's report and photo as they came: tells a retry from other content under the same id."""
    photo_sha256: Mapped[str | None] = mapped_column(
        ForeignKey("photos.sha256", ondelete="RESTRICT"), index=True
    )

    photo: Mapped[Photo | None] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("score >= 0 AND score <= 1", name="score_range"),
        Index("ix_feedback_newest", received_at.desc(), id.desc()),
    )


class Tombstone(Base):
    """What is kept of deleted feedback: enough that it cannot return, nothing that it said."""

    __tablename__ = "tombstones"

    feedback_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    deletion_token_hash: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Release(Base):
    """A model version whose manifest was signed here. Its content never changes; only its state does."""

    __tablename__ = "releases"

    version: Mapped[str] = mapped_column(String(VERSION_LENGTH), primary_key=True)
    model_sha256: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    model_size_bytes: Mapped[int]
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    """The signed envelope, byte for byte as stored."""
    manifest_sha256: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    min_app_version: Mapped[str] = mapped_column(String(VERSION_LENGTH))
    state: Mapped[ReleaseState] = mapped_column(_enum(ReleaseState, "state"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Publication(Base):
    """One move of the channel. The row with the highest sequence is what phones should see."""

    __tablename__ = "publications"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(ForeignKey("releases.version", ondelete="RESTRICT"))
    previous_version: Mapped[str | None] = mapped_column(ForeignKey("releases.version", ondelete="RESTRICT"))
    percent: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32))
    operator: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the channel document was last renewed: `refresh-channel` moves it and `expires_at`, never the sequence."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    release: Mapped[Release] = relationship(foreign_keys=[version], lazy="raise")
    previous: Mapped[Release | None] = relationship(foreign_keys=[previous_version], lazy="raise")

    __table_args__ = (CheckConstraint("percent >= 0 AND percent <= 100", name="percent_range"),)


class Operator(Base):
    """Somebody who may read the complaints."""

    __tablename__ = "operators"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SignInFailure(Base):
    """A failed attempt to sign in, by the name that was given; enough of them lock that name for a while."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH))
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    __table_args__ = (Index("ix_sign_in_failures_name_failed_at", name, failed_at),)
