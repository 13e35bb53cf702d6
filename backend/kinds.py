"""The kinds of model. Each has a channel of its own, with its own versions, sequence and roll-out."""

from enum import StrEnum


class Kind(StrEnum):
    """What a model does; `kind` of its model.json."""

    CLASSIFIER = "classifier"
    DETECTOR = "detector"


def qualified(kind: Kind, version: str) -> str:
    """Return a version as it is written where those of both kinds stand together: a classifier's alone, a detector's behind its kind."""
    return version if kind is Kind.CLASSIFIER else f"{kind}/{version}"
