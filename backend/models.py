"""The tables: feedback, its photos and their review, counts from phones, releases and publications, operators, maintenance."""

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from backend.database import UtcDateTime
from backend.kinds import Kind

SHA256_HEX_DIGITS = 64
DIFFERENCE_HASH_HEX_DIGITS = 16
VERSION_LENGTH = 20
REASON_LENGTH = 32
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


class Decision(StrEnum):
    """What a reviewer says of a complaint's photo."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"
    UNUSABLE = "unusable"
    SPAM = "spam"


class ReviewState(StrEnum):
    """A complaint's way: open → settled, or open → disputed → settled."""

    OPEN = "open"
    DISPUTED = "disputed"
    SETTLED = "settled"


class UpdateOutcome(StrEnum):
    """What became of an update on a phone."""

    INSTALLED = "installed"
    FAILED = "failed"


class Role(StrEnum):
    """What an operator may do; a publisher may also do what a reviewer may."""

    REVIEWER = "reviewer"
    PUBLISHER = "publisher"


class ReleaseState(StrEnum):
    """A release's way: uploading → ready → live → retired | withdrawn."""

    UPLOADING = "uploading"
    READY = "ready"
    LIVE = "live"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What moved the channel."""

    PUBLISH = "publish"
    ROLLOUT = "rollout"
    PAUSE = "pause"
    ROLLBACK = "rollback"
    WITHDRAW = "withdraw"


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
    difference_hash: Mapped[str | None] = mapped_column(String(DIFFERENCE_HASH_HEX_DIGITS))
    """Of what the picture looks like; near-duplicates differ in few bits. None for photos from before there was one."""
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

    review_state: Mapped[ReviewState] = mapped_column(
        _enum(ReviewState, "review_state"), default=ReviewState.OPEN, index=True
    )
    outcome: Mapped[Decision | None] = mapped_column(_enum(Decision, "outcome"))
    """What the reviewers settled on. Like `review_state` it follows from the reviews and is kept for queries."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    photo: Mapped[Photo | None] = relationship(lazy="raise")

    __table_args__ = (
        CheckConstraint("score >= 0 AND score <= 1", name="score_range"),
        Index("ix_feedback_newest", received_at.desc(), id.desc()),
    )


class Review(Base):
    """One reviewer's decision on one complaint. It is never changed, only marked as undone."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[str] = mapped_column(
        ForeignKey("feedback.id", ondelete="CASCADE"), type_=Uuid(as_uuid=False), index=True
    )
    operator: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH))
    decision: Mapped[Decision] = mapped_column(_enum(Decision, "decision"))
    batch_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    """Shared by the decisions that one press of a key made: near-duplicates are decided, and undone, together."""
    settled_alone: Mapped[bool] = mapped_column(default=False)
    """Against the user's claim and without a second reviewer, for there was no other operator to ask."""
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_reviews_operator_decided_at", operator, decided_at),)


class DrawnBox(Base):
    """A box around what a photo shows. It is never changed, only marked as removed when another takes its place."""

    __tablename__ = "drawn_boxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[str] = mapped_column(
        ForeignKey("feedback.id", ondelete="CASCADE"), type_=Uuid(as_uuid=False), index=True
    )
    label: Mapped[Label] = mapped_column(_enum(Label, "label"))
    x0: Mapped[float]
    """Left edge in fractions of the stored photo's width; the others alike."""
    y0: Mapped[float]
    x1: Mapped[float]
    y1: Mapped[float]
    operator: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[str | None] = mapped_column(String(OPERATOR_NAME_LENGTH))

    __table_args__ = (
        CheckConstraint(
            "0 <= x0 AND x0 < x1 AND x1 <= 1 AND 0 <= y0 AND y0 < y1 AND y1 <= 1", name="corners"
        ),
    )


class PhotoScore(Base):
    """What a published model says here of a stored photo."""

    __tablename__ = "photo_scores"

    photo_sha256: Mapped[str] = mapped_column(
        ForeignKey("photos.sha256", ondelete="CASCADE"), primary_key=True
    )
    model_version: Mapped[str] = mapped_column(String(VERSION_LENGTH), primary_key=True)
    score: Mapped[float]


class ExportedPhoto(Base):
    """A photo that was handed to training, and the split that it has for good."""

    __tablename__ = "exported_photos"

    photo_sha256: Mapped[str] = mapped_column(
        ForeignKey("photos.sha256", ondelete="CASCADE"), primary_key=True
    )
    split: Mapped[str] = mapped_column(String(5))
    exported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Training(Base):
    """A model version that learnt from an exported photo."""

    __tablename__ = "trainings"

    photo_sha256: Mapped[str] = mapped_column(
        ForeignKey("photos.sha256", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[Kind] = mapped_column(_enum(Kind, "kind"), primary_key=True)
    model_version: Mapped[str] = mapped_column(String(VERSION_LENGTH), primary_key=True)


class CheckCount(Base):
    """How many photos phones classified on a day, by the classifier's version."""

    __tablename__ = "check_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(String(VERSION_LENGTH), primary_key=True)
    platform: Mapped[Platform] = mapped_column(_enum(Platform, "platform"), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class UpdateCount(Base):
    """What became of updates of the classifier on a day, by the version that was wanted."""

    __tablename__ = "update_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    model_version: Mapped[str] = mapped_column(String(VERSION_LENGTH), primary_key=True)
    """Empty where the phone did not get so far as to know it."""
    platform: Mapped[Platform] = mapped_column(_enum(Platform, "platform"), primary_key=True)
    outcome: Mapped[UpdateOutcome] = mapped_column(_enum(UpdateOutcome, "outcome"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), primary_key=True)
    """Empty for updates that were installed."""
    count: Mapped[int] = mapped_column(BigInteger)


class EventBatch(Base):
    """The id of a batch of counts, kept until it is too old to be sent again. It says nothing of who sent it."""

    __tablename__ = "event_batches"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """The beginning of the day (UTC): the moment would tell more than is needed."""


class QuotaUse(Base):
    """How often something was used within an hour. The key is a salted hash that changes with the hour."""

    __tablename__ = "quota_uses"

    key: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS), primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int]


class Tombstone(Base):
    """What is kept of deleted feedback: enough that it cannot return, nothing that it said."""

    __tablename__ = "tombstones"

    feedback_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    deletion_token_hash: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    deleted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class MaintenanceRun(Base):
    """When a task of backend/maintenance.py last came to its end, and how many things it found that should not have been."""

    __tablename__ = "maintenance_runs"

    task: Mapped[str] = mapped_column(String(32), primary_key=True)
    finished_at: Mapped[datetime] = mapped_column(UtcDateTime)
    findings: Mapped[int]


class Release(Base):
    """A model version whose manifest was signed here. Its content never changes; only its state does."""

    __tablename__ = "releases"

    kind: Mapped[Kind] = mapped_column(_enum(Kind, "kind"), primary_key=True)
    version: Mapped[str] = mapped_column(String(VERSION_LENGTH), primary_key=True)
    model_sha256: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    model_size_bytes: Mapped[int]
    manifest: Mapped[bytes] = mapped_column(LargeBinary)
    """The signed envelope, byte for byte as stored."""
    manifest_sha256: Mapped[str] = mapped_column(String(SHA256_HEX_DIGITS))
    min_app_version: Mapped[str] = mapped_column(String(VERSION_LENGTH))
    state: Mapped[ReleaseState] = mapped_column(_enum(ReleaseState, "state"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(OPERATOR_NAME_LENGTH))
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)


def _of_release(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["kind", column],
        ["releases.kind", "releases.version"],
        name=f"fk_publications_{column}_releases",
        ondelete="RESTRICT",
    )


class Publication(Base):
    """One move of a kind's channel. The row with the highest sequence of its kind is what phones should see."""

    __tablename__ = "publications"

    kind: Mapped[Kind] = mapped_column(_enum(Kind, "kind"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(VERSION_LENGTH))
    previous_version: Mapped[str | None] = mapped_column(String(VERSION_LENGTH))
    percent: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32))
    action: Mapped[Action] = mapped_column(_enum(Action, "action"))
    reason: Mapped[str | None] = mapped_column(Text)
    """Why, in the operator's words: always there when a worse model was forced through or a roll-out halted by itself."""
    operator: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the channel document was last renewed: `refresh-channel` moves it and `expires_at`, never the sequence."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    release: Mapped[Release] = relationship(foreign_keys=[kind, version], viewonly=True, lazy="raise")
    previous: Mapped[Release | None] = relationship(
        foreign_keys=[kind, previous_version], viewonly=True, lazy="raise"
    )

    __table_args__ = (
        _of_release("version"),
        _of_release("previous_version"),
        CheckConstraint("percent >= 0 AND percent <= 100", name="percent_range"),
    )


class Operator(Base):
    """Somebody who may see the operators' pages."""

    __tablename__ = "operators"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(_enum(Role, "role"), default=Role.REVIEWER)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    signed_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """For the last time, on whichever device."""

    def may_act_as(self, role: Role) -> bool:
        """Tell whether this operator's role includes `role`."""
        return self.role in (role, Role.PUBLISHER)


class SignInFailure(Base):
    """A failed attempt to sign in, by the name that was given; enough of them lock that name for a while."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(OPERATOR_NAME_LENGTH))
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    __table_args__ = (Index("ix_sign_in_failures_name_failed_at", name, failed_at),)
