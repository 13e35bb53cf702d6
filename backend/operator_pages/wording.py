"""The words that the pages use for labels, platforms and decisions; those for labels are the live model's own."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend.channel import latest_publication
from backend.kinds import Kind
from backend.models import Decision, Label, Platform, Release, ReviewState

PLATFORM_NAMES = {Platform.WEB: "the web", Platform.IOS: "iOS", Platform.ANDROID: "Android"}
STATE_NAMES = {
    ReviewState.OPEN: "not reviewed",
    ReviewState.DISPUTED: "needs a second reviewer",
    ReviewState.SETTLED: "settled",
}
OTHER_DECISIONS = {Decision.UNSURE: "Unsure", Decision.UNUSABLE: "Unusable", Decision.SPAM: "Spam"}


def share_of_phones(percent: int) -> str:
    """Say to whom a model is offered."""
    return {0: "no phone", 100: "every phone"}.get(percent, f"{percent} % of phones")


@dataclass(frozen=True)
class Wording:
    """How the live classifier calls its labels, and from which score on it calls a photo positive."""

    labels: dict[Label, str]
    live_version: str | None = None
    threshold: float | None = None

    @property
    def decisions(self) -> dict[Decision, str]:
        """What each decision is called."""
        return {Decision(label): word for label, word in self.labels.items()} | OTHER_DECISIONS

    def verdict(self, score: float) -> Label | None:
        """Return what the live model would call a photo of this score."""
        if self.threshold is None:
            return None
        return Label.POSITIVE if score >= self.threshold else Label.NEGATIVE


def wording(session: Session) -> Wording:
    """Return the live model's words; before the first model the labels' own names."""
    publication = latest_publication(session, Kind.CLASSIFIER)
    if publication is None:
        return Wording({Label.POSITIVE: "Positive", Label.NEGATIVE: "Negative"})
    description = description_of(publication.release)
    labels = {label: str(description["labels"][label]) for label in (Label.POSITIVE, Label.NEGATIVE)}
    return Wording(labels, publication.version, float(description["threshold"]))


def description_of(release: Release) -> dict[str, Any]:
    """Return a release's model.json. Its manifest was verified when it was stored; only words and figures are wanted here."""
    description: dict[str, Any] = json.loads(base64.b64decode(json.loads(release.manifest)["payload"]))
    return description
