"""Replays labelled pictures through a new model and the live one: a model that gets fewer right is not published unasked."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.channel import latest_publication
from backend.errors import ObjectNotFoundError, StoreError, WorseModelError
from backend.keys import trusted_keys
from backend.models import Decision, Feedback, Label, Release, ReviewState
from backend.objects import model_key, photo_key
from backend.services import Services
from backend.signing import MANIFEST_TYPE, unseal
from ml.bundle import Bundle, parse_description
from ml.interpreter import Interpreter
from ml.pixels import PhotoError, Tensor, photo_to_tensor

GOLDEN_SET = "golden set"
CORRECTIONS = "accepted corrections"


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


@dataclass(frozen=True)
class Comparison:
    """A new model beside the live one."""

    live_version: str | None
    live_sequence: int | None
    groups: list[Group]

    @property
    def worse_in(self) -> list[str]:
        """Names of the groups in which the new model gets fewer pictures right."""
        return [group.name for group in self.groups if group.new.right < group.live.right]

    def refuse_worse(self, version: str) -> None:
        """Refuse a model that gets fewer pictures right.

        Raises:
            WorseModelError: it does.
        """
        if self.worse_in:
            raise WorseModelError(
                f"{version} gets fewer right than the live {self.live_version} on the {' and the '.join(self.worse_in)}. "
                'Train it further, or publish it all the same with --force "REASON", which is recorded.'
            )


class _Judge:
    """A model with the threshold that turns its scores into verdicts."""

    def __init__(self, model: bytes, threshold: float) -> None:
        self._interpreter = Interpreter(model)
        self._threshold = threshold
        self.resolution = self._interpreter.resolution

    def says_positive(self, tensor: Tensor) -> bool:
        return self._interpreter.classify(tensor).score >= self._threshold


def pictures_to_replay(services: Services, bundle: Bundle) -> list[Picture]:
    """Return the bundle's golden pictures and every photo whose label reviewers have settled."""
    golden = [
        Picture(GOLDEN_SET, case.path.name, Label(case.label), case.path.read_bytes)
        for case in bundle.golden_cases
    ]
    with services.database.reading() as session:
        accepted = _accepted_corrections(session)
    corrections = [
        Picture(CORRECTIONS, sha256, label, _reader(services, sha256)) for sha256, label in accepted.items()
    ]
    return golden + corrections


def compare_with_live(
    services: Services, bundle: Bundle, pictures: Sequence[Picture], advance: Callable[[], object]
) -> Comparison:
    """Judge each picture by the bundle's model and the live one, calling `advance` after each.

    Before the first publication there is nothing to compare with, and no picture is judged.

    Raises:
        StoreError: the live model cannot be read, or is not what was published.
    """
    with services.database.reading() as session:
        current = latest_publication(session)
    if current is None:
        return Comparison(None, None, [])
    live = _published_judge(services, current.release)
    new = _Judge(bundle.model_bytes, bundle.description["threshold"])
    groups = {name: Group(name, Tally(), Tally()) for name in (GOLDEN_SET, CORRECTIONS)}
    for picture in pictures:
        _judge(picture, live, new, groups[picture.group])
        advance()
    return Comparison(current.version, current.sequence, list(groups.values()))


def _accepted_corrections(session: Session) -> dict[str, Label]:
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


def _judge(picture: Picture, live: _Judge, new: _Judge, group: Group) -> None:
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


def _published_judge(services: Services, release: Release) -> _Judge:
    payload = unseal(release.manifest, MANIFEST_TYPE, trusted_keys(services.settings, "release"))
    model = services.store.read(model_key(release.model_sha256).name).data
    if hashlib.sha256(model).hexdigest() != release.model_sha256:
        raise StoreError(
            f"{model_key(release.model_sha256)} is not the model that was published as {release.version}: "
            "somebody changed it. `flask verify-store` says more."
        )
    return _Judge(model, parse_description(payload)["threshold"])


def _reader(services: Services, sha256: str) -> Callable[[], bytes]:
    return lambda: services.store.read(photo_key(sha256).name).data
