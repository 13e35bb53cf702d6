"""Replays labelled pictures through a new model and the live one of its kind: a model that gets fewer right is not published unasked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.channel import latest_publication
from backend.errors import EnvelopeError, ObjectNotFoundError, StoreError, WorseModelError
from backend.judges import Description, Judge, judge, published
from backend.models import Decision, Feedback, Label, ReviewState
from backend.objects import photo_key
from backend.publishing import kind_of
from backend.services import Services
from ml.bundle import Bundle
from ml.detect.bundle import DetectorBundle
from ml.pixels import PhotoError, photo_to_tensor

GOLDEN_SET = "golden set"
CORRECTIONS = "corrections"
AVERAGE_PRECISION = "AP"


class Picture(NamedTuple):
    """A picture whose label is known."""

    group: str
    name: str
    label: Label
    read: Callable[[], bytes]


@dataclass
class Tally:
    """How a model does on a group of pictures."""

    right: int = 0
    misses: int = 0
    false_alarms: int = 0


@dataclass
class Group:
    """Both models on one group of pictures."""

    name: str
    live: Tally
    new: Tally
    pictures: int = 0
    newly_wrong: int = 0
    unreadable: int = 0


class Figure(NamedTuple):
    """One of COCO's figures of both models on the test split; None where there was nothing to measure it on."""

    name: str
    live: float | None
    new: float | None


@dataclass(frozen=True)
class Comparison:
    """A new model beside the live one of its kind."""

    live_version: str | None
    live_sequence: int | None
    groups: list[Group]
    figures: list[Figure] = field(default_factory=list)
    """Of detectors: average precision first, which decides. Empty where the two were not measured on the same boxes."""
    live_flaw: str | None = None
    """Why the live model could not be read, so that nobody knows which of the two is better."""

    @property
    def fewer_right_in(self) -> list[str]:
        """Names of the groups in which the new model gets fewer pictures right."""
        return [group.name for group in self.groups if group.new.right < group.live.right]

    @property
    def is_less_precise(self) -> bool:
        """Whether the new detector's average precision is lower."""
        return any(
            figure.name == AVERAGE_PRECISION and (figure.new or 0.0) < (figure.live or 0.0)
            for figure in self.figures
        )

    @property
    def is_worse(self) -> bool:
        """Whether the new model has to be forced."""
        return bool(self.fewer_right_in) or self.is_less_precise or self.live_flaw is not None

    def refuse_worse(self, version: str) -> None:
        """Refuse a model that gets fewer pictures right, or a detector whose average precision is lower, or for all one knows might.

        Raises:
            WorseModelError: it does.
        """
        if self.live_flaw:
            raise WorseModelError(
                f"{version} cannot be compared with the live {self.live_version}. Publish the bundle of {self.live_version} "
                f'again, which repairs the store, or {version} all the same with --force "REASON", which is recorded. '
                f"{self.live_flaw}"
            )
        if self.is_worse:
            flaws = []
            if self.fewer_right_in:
                flaws.append(
                    f"gets fewer right than the live {self.live_version} on the {' and the '.join(self.fewer_right_in)}"
                )
            if self.is_less_precise:
                flaws.append(
                    f"has a lower average precision on the test split than the live {self.live_version}"
                )
            raise WorseModelError(
                f"{version} {' and '.join(flaws)}. "
                'Train it further, or publish it all the same with --force "REASON", which is recorded.'
            )


def pictures_to_replay(services: Services, bundle: Bundle | DetectorBundle) -> list[Picture]:
    """Return the bundle's golden pictures and every photo whose label reviewers have settled."""
    golden = [
        Picture(GOLDEN_SET, case.path.name, Label(case.label), case.path.read_bytes)
        for case in (bundle.golden_pictures if isinstance(bundle, DetectorBundle) else bundle.golden_cases)
    ]
    with services.database.reading() as session:
        labels = _corrections(session)
    corrections = [
        Picture(CORRECTIONS, sha256, label, _reader(services, sha256)) for sha256, label in labels.items()
    ]
    return golden + corrections


def compare_with_live(
    services: Services,
    bundle: Bundle | DetectorBundle,
    pictures: Sequence[Picture],
    advance: Callable[[], object],
) -> Comparison:
    """Judge each picture by the bundle's model and the live one of its kind, calling `advance` after each.

    A detector calls a picture positive when it shows a box in it; where its boxes lie is what the figures tell.
    Before the first publication there is nothing to compare with, and no picture is judged; nor is one where the live model cannot
    be read, is not what was published, or is signed with a key that was replaced.
    """
    with services.database.reading() as session:
        current = latest_publication(session, kind_of(bundle))
    if current is None:
        return Comparison(None, None, [])
    try:
        live, live_description = published(services, current.release)
    except (EnvelopeError, StoreError) as error:
        return Comparison(current.version, current.sequence, [], live_flaw=str(error))
    new = judge(bundle.model_bytes, bundle.description)
    groups = {name: Group(name, Tally(), Tally()) for name in (GOLDEN_SET, CORRECTIONS)}
    for picture in pictures:
        _judge(picture, live, new, groups[picture.group])
        advance()
    return Comparison(
        current.version,
        current.sequence,
        list(groups.values()),
        _figures(live_description, bundle.description),
    )


def _corrections(session: Session) -> dict[str, Label]:
    """Return each photo that reviewers settled on one label for; a photo with two was two people's complaint about each."""
    rows = session.execute(
        select(Feedback.photo_sha256, func.min(Feedback.outcome))
        .where(
            Feedback.photo_sha256.is_not(None),
            Feedback.review_state == ReviewState.SETTLED,
            Feedback.outcome.in_((Decision.POSITIVE, Decision.NEGATIVE)),
        )
        .group_by(Feedback.photo_sha256)
        .having(func.count(Feedback.outcome.distinct()) == 1)
        .order_by(Feedback.photo_sha256)
    )
    return {str(sha256): Label(str(outcome)) for sha256, outcome in rows}


def _judge(picture: Picture, live: Judge, new: Judge, group: Group) -> None:
    positive = picture.label is Label.POSITIVE
    try:
        photo = picture.read()
        tensors = {side: photo_to_tensor(photo, side) for side in {live.resolution, new.resolution}}
    except (ObjectNotFoundError, PhotoError):
        group.unreadable += 1
        return
    live_right = live.says_positive(tensors[live.resolution]) == positive
    new_right = new.says_positive(tensors[new.resolution]) == positive
    group.pictures += 1
    group.newly_wrong += live_right and not new_right
    for tally, right in ((group.live, live_right), (group.new, new_right)):
        tally.right += right
        tally.misses += not right and positive
        tally.false_alarms += not right and not positive


def _figures(live: Description, new: Description) -> list[Figure]:
    if live["kind"] != "detector" or new["kind"] != "detector":
        return []
    before, after = live["metrics"], new["metrics"]
    if (before["pictures"], before["boxes"]) != (after["pictures"], after["boxes"]):
        return []
    return [
        Figure(AVERAGE_PRECISION, before["ap"], after["ap"]),
        Figure("AP at 0.5", before["ap50"], after["ap50"]),
        Figure("recall", before["recall"], after["recall"]),
        Figure("precision", before["precision"], after["precision"]),
        Figure("count error", before["count_error"], after["count_error"]),
        Figure("false boxes", before["false_boxes"], after["false_boxes"]),
    ]


def _reader(services: Services, sha256: str) -> Callable[[], bytes]:
    return lambda: services.store.read(photo_key(sha256).name).data
