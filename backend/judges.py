"""Models that judge a picture: is there a hotdog in it? A classifier by its score, a detector by whether it finds one."""

import hashlib
from typing import Protocol

from backend.errors import StoreError
from backend.keys import trusted_keys
from backend.kinds import Kind
from backend.models import Release
from backend.objects import model_key
from backend.services import Services
from backend.signing import MANIFEST_TYPE, unseal
from ml.bundle import ModelDescription, parse_description
from ml.detect.bundle import DetectorDescription, parse_detector_description
from ml.detect.decode import Decoding, decode
from ml.detect.interpreter import DetectorInterpreter
from ml.interpreter import Interpreter
from ml.pixels import Tensor

Description = ModelDescription | DetectorDescription


class Judge(Protocol):
    """Says whether a picture is positive."""

    resolution: int

    def says_positive(self, tensor: Tensor) -> bool:
        """Tell, of the tensor of a picture, uint8 (1, R, R, 3)."""


class _ClassifierJudge:
    """Positive from the threshold on."""

    def __init__(self, model: bytes, description: ModelDescription) -> None:
        self._interpreter = Interpreter(model)
        self._threshold = description["threshold"]
        self.resolution = self._interpreter.resolution

    def says_positive(self, tensor: Tensor) -> bool:
        return self._interpreter.classify(tensor).score >= self._threshold


class _DetectorJudge:
    """Positive where a box is shown."""

    def __init__(self, model: bytes, description: DetectorDescription) -> None:
        self._interpreter = DetectorInterpreter(model)
        self._threshold = description["threshold"]
        self._decoding = Decoding(**description["decoding"])
        self.resolution = self._interpreter.resolution

    def says_positive(self, tensor: Tensor) -> bool:
        return len(decode(self._interpreter.maps(tensor), self._threshold, self._decoding).boxes) > 0


def judge(model: bytes, description: Description) -> Judge:
    """Load a model of either kind."""
    if description["kind"] == "detector":
        return _DetectorJudge(model, description)
    return _ClassifierJudge(model, description)


def published(services: Services, release: Release) -> tuple[Judge, Description]:
    """Load a model that was published, and read what its manifest says of it.

    Raises:
        StoreError: it cannot be read, or is not what was published.
    """
    payload = unseal(release.manifest, MANIFEST_TYPE, trusted_keys(services.settings, "release"))
    parse = parse_detector_description if release.kind is Kind.DETECTOR else parse_description
    model = services.store.read(model_key(release.model_sha256).name).data
    if hashlib.sha256(model).hexdigest() != release.model_sha256:
        raise StoreError(
            f"{model_key(release.model_sha256)} is not the model that was published as {release.version}: "
            "somebody changed it. `flask verify-store` says more."
        )
    description: Description = parse(payload)
    return judge(model, description), description
