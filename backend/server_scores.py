"""Runs published models on stored photos: what would the current one say, and does a phone's runtime agree with ours?"""

import hashlib
import logging
from contextlib import suppress
from functools import lru_cache
from threading import Lock

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.database import insert_for
from backend.errors import StoreError
from backend.kinds import Kind
from backend.models import PhotoScore, Release, ReleaseState
from backend.objects import model_key, photo_key
from backend.services import Services

SCORE_BUDGET = 0.02
"""What a phone's score may differ by from Python's on the same photo (docs/contracts.md, Image to tensor)."""
CACHED_MODELS = 3

log = logging.getLogger(__name__)


class _Model:
    """A loaded model that several threads may ask, one after the other."""

    def __init__(self, model: bytes) -> None:
        # LiteRT takes a while to import, which only whoever reviews has to wait for.
        from ml.interpreter import Interpreter

        self._interpreter = Interpreter(model)
        self._lock = Lock()

    def score(self, photo: bytes) -> float:
        from ml.pixels import photo_to_tensor

        tensor = photo_to_tensor(photo, self._interpreter.resolution)
        with self._lock:
            return self._interpreter.classify(tensor).score


def scores(services: Services, photo_sha256: str, versions: set[str]) -> dict[str, float]:
    """Return each version's score of a photo; a version that was never published here is left out.

    What is computed is kept, so that the next one who looks need not wait.
    """
    with services.database.reading() as session:
        known = {
            row.model_version: row.score
            for row in session.scalars(
                select(PhotoScore).where(
                    PhotoScore.photo_sha256 == photo_sha256, PhotoScore.model_version.in_(versions)
                )
            )
        }
        missing = session.execute(
            select(Release.version, Release.model_sha256).where(
                Release.kind == Kind.CLASSIFIER,
                Release.version.in_(versions - set(known)),
                Release.state != ReleaseState.UPLOADING,
            )
        ).all()
    if not missing:
        return known
    try:
        photo = services.store.read(photo_key(photo_sha256).name).data
        computed = {version: _model(services, sha256).score(photo) for version, sha256 in missing}
    except (StoreError, ValueError) as error:
        log.warning("a photo cannot be scored: %s", error)
        return known
    rows = [
        {"photo_sha256": photo_sha256, "model_version": version, "score": score}
        for version, score in computed.items()
    ]
    # Where the photo was taken back meanwhile, there is nothing to keep a score of.
    with suppress(IntegrityError), services.database.writing() as session:
        session.execute(insert_for(session, PhotoScore).values(rows).on_conflict_do_nothing())
    return known | computed


def drifts(on_phone: float, here: float) -> bool:
    """Tell whether the phone's runtime gave the same model's score further off than the contract allows."""
    return abs(on_phone - here) > SCORE_BUDGET


@lru_cache(maxsize=CACHED_MODELS)
def _model(services: Services, sha256: str) -> _Model:
    key = model_key(sha256)
    model = services.store.read(key.name).data
    if hashlib.sha256(model).hexdigest() != sha256:
        # Its scores would be kept, and it is not ours to run.
        raise StoreError(
            f"{key} in {services.store.describe()} was changed; `flask verify-store` tells more."
        )
    return _Model(model)
