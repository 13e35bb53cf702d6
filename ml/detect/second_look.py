"""Does a second look pay? The classifier judges the square around the surest box too, and what it says of both is set beside what it said of the whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from tqdm import tqdm

from ml import metrics
from ml.ahead import made_ahead
from ml.dataset import Example
from ml.detect.annotations import Annotated, truths
from ml.detect.boxes import area
from ml.detect.evaluate import Finder
from ml.interpreter import Interpreter
from ml.metrics import Interval, Positives, Scores
from ml.paired import disagreements
from ml.pixels import Square, Tensor, centre_square, decode, photo_to_tensor

MARGIN = 1.2
"""Side of the square that is looked at, in longer sides of the box."""
UNCERTAIN = (0.1, 0.9)
"""First scores between which a second look is worth its time: below nothing is there, above it is found."""
SMALL_BOX = 0.5
"""A box whose longer side is under this share of the square's fills little of what the first look saw."""
SMALL_AREA = 0.2
"""Share of the square that the largest hotdog of a picture covers at most where its hotdogs are small."""
RESAMPLES = 500
SEED = 2017

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Looks:
    """What was seen in N pictures."""

    positives: Positives
    """(N,)"""
    small: Flags
    """(N,): what the picture shows is boxed, and small."""
    first: Scores
    """(N,) of the centre square."""
    second: Scores
    """(N,) of the square around the surest box; the first score where there is no box."""
    sides: npt.NDArray[np.float64]
    """(N,) longer side of that box in fractions of the centre square's; 1 where there is none."""
    box_scores: Scores
    """(N,) how sure the detector is of it; 0 where there is none."""
    box_threshold: float
    """From which on it is shown."""


COMBINATIONS: Mapping[str, Callable[[Scores, Scores], Scores]] = {
    "higher": np.maximum,
    "mean": lambda first, second: (first + second) / 2,
    "mean of logits": lambda first, second: expit((_logit(first) + _logit(second)) / 2),
    "second": lambda _first, second: second,
}
"""How two scores become one."""

OCCASIONS: Mapping[str, Callable[[Looks], Flags]] = {
    "always": lambda looks: looks.box_scores > 0,
    "unsure": lambda looks: (looks.first >= UNCERTAIN[0]) & (looks.first < UNCERTAIN[1]),
    "box shown": lambda looks: looks.box_scores >= looks.box_threshold,
    "small box": lambda looks: looks.sides < SMALL_BOX,
    "small box shown": lambda looks: (looks.sides < SMALL_BOX) & (looks.box_scores >= looks.box_threshold),
    "unsure, small box": lambda looks: (
        (looks.sides < SMALL_BOX) & (looks.first >= UNCERTAIN[0]) & (looks.first < UNCERTAIN[1])
    ),
}
"""When there is a second look."""


@dataclass(frozen=True)
class Rule:
    """When to look again, and what to make of it."""

    combination: str
    occasion: str

    def scores(self, looks: Looks) -> Scores:
        """Return the score of each picture, (N,)."""
        both = COMBINATIONS[self.combination](looks.first, looks.second)
        return np.where(OCCASIONS[self.occasion](looks), both, looks.first)

    def __str__(self) -> str:
        return f"{self.combination}, {self.occasion}"


RULES = [Rule(combination, occasion) for combination in COMBINATIONS for occasion in OCCASIONS]


@dataclass(frozen=True)
class Figures:
    """What scores are worth, on all pictures and on small hotdogs."""

    recall: float
    """At the classifier's threshold."""
    false_alarms: float
    """Likewise."""
    recall_at_rate: float
    """Where `metrics.FALSE_ALARMS` of the negatives are called positive."""
    small_recall: float
    """As `recall`, of pictures whose hotdogs are small; NaN where there are none."""
    small_recall_at_rate: float
    """As `recall_at_rate`, likewise."""


def look(
    classifier: bytes,
    finder: Finder,
    box_threshold: float,
    examples: Sequence[Example],
    known: Sequence[Annotated],
) -> Looks:
    """Look at every picture, and again at the square around its surest box, with a progress bar.

    Args:
        classifier: a .tflite file.
        finder: a detector's.
        box_threshold: score from which its boxes are shown.
        examples: the pictures.
        known: those whose boxes are known, which say where hotdogs are small.

    Raises:
        PhotoError: a file is no picture.
    """
    interpreter = Interpreter(classifier)

    def tensors(example: Example) -> tuple[Tensor, Tensor]:
        return (
            photo_to_tensor(example.path, interpreter.resolution),
            photo_to_tensor(example.path, finder.resolution),
        )

    rows = []
    seen = tqdm(made_ahead(tensors, examples), "looking", len(examples), unit="picture", disable=None)
    for example, (whole, for_finder) in zip(examples, seen, strict=True):
        first = interpreter.classify(whole).score
        boxes, scores = finder.find(for_finder)
        if not len(boxes):
            rows.append((first, first, 1.0, 0.0))
            continue
        picture = decode(example.path)
        part = photo_to_tensor(picture, interpreter.resolution, around(boxes[0], picture.size))
        second = interpreter.classify(part).score
        rows.append((first, second, float((boxes[0, 2:] - boxes[0, :2]).max()), float(scores[0])))
    first, second, sides, box_scores = np.array(rows, np.float64).T
    positives = np.array([example.positive for example in examples], np.bool_)
    return Looks(positives, _small(examples, known), first, second, sides, box_scores, box_threshold)


def around(box: npt.NDArray[np.float32], size: tuple[int, int]) -> Square:
    """Return the square to look at around a box, `MARGIN` times its longer side, moved and cut to lie in the picture.

    Args:
        box: (4,) in fractions of the picture's centre square.
        size: width and height of the upright picture in pixels.
    """
    whole = centre_square(*size)
    x0, y0, x1, y1 = (float(edge) * whole.side for edge in box)
    side = max(1, min(round(max(x1 - x0, y1 - y0) * MARGIN), whole.side))
    left = round(whole.left + (x0 + x1 - side) / 2)
    top = round(whole.top + (y0 + y1 - side) / 2)
    return Square(min(max(left, 0), size[0] - side), min(max(top, 0), size[1] - side), side)


def figures(scores: Scores, looks: Looks, threshold: float) -> Figures:
    """Return what scores are worth.

    Args:
        scores: (N,).
        looks: whose pictures they are of.
        threshold: of the verdict.
    """
    said = scores >= threshold
    positives = looks.positives
    small = ~positives | looks.small
    return Figures(
        float(said[positives].mean()),
        float(said[~positives].mean()),
        metrics.recall_at(scores, positives, metrics.FALSE_ALARMS),
        float(said[looks.small].mean()) if looks.small.any() else np.nan,
        metrics.recall_at(scores[small], positives[small], metrics.FALSE_ALARMS)
        if looks.small.any()
        else np.nan,
    )


def best_rule(looks: Looks) -> Rule:
    """Return the rule with the highest recall at `metrics.FALSE_ALARMS`; of equals, that of small hotdogs counts, then the first."""

    def worth(rule: Rule) -> tuple[float, float]:
        found = figures(rule.scores(looks), looks, 1.0)
        return found.recall_at_rate, np.nan_to_num(found.small_recall_at_rate)

    return max(RULES, key=worth)


def gain(scores: Scores, looks: Looks, small: bool = False) -> tuple[float, Interval]:
    """Return by how much recall at `metrics.FALSE_ALARMS` exceeds the first look's, and the 95 % interval: both drawn with the same pictures, by class.

    Args:
        scores: (N,), with a second look.
        looks: whose pictures they are of.
        small: count of the positives those only whose hotdogs are small.
    """
    chosen = ~looks.positives | looks.small if small else np.ones_like(looks.positives)
    one, other, positives = scores[chosen], looks.first[chosen], looks.positives[chosen]

    def difference(at: npt.NDArray[np.int64]) -> float:
        rates = (metrics.recall_at(s[at], positives[at], metrics.FALSE_ALARMS) for s in (one, other))
        return next(rates) - next(rates)

    rng = np.random.default_rng(SEED)
    classes = [np.flatnonzero(positives), np.flatnonzero(~positives)]
    drawn = [difference(np.concatenate([rng.choice(c, len(c)) for c in classes])) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return difference(np.arange(len(one))), Interval(float(low), float(high))


def report(val: Looks, test: Looks, threshold: float) -> str:
    """Return Markdown: every rule on val, and of the one chosen there what it is worth on test.

    Args:
        val: looks at the val split.
        test: at the test split.
        threshold: of the classifier's verdict.
    """
    rule = best_rule(val)
    lines = [f"On val ({_counts(val)}):", "", *_table(threshold)]
    lines.append(_row("no second look", figures(val.first, val, threshold)))
    lines += [_row(str(r), figures(r.scores(val), val, threshold)) for r in RULES]
    scores = rule.scores(test)
    lines += ["", f"Chosen on val: {rule}. On test ({_counts(test)}):", "", *_table(threshold)]
    lines.append(_row("no second look", figures(test.first, test, threshold)))
    lines.append(_row(str(rule), figures(scores, test, threshold)))
    lines += ["", f"Recall at {metrics.FALSE_ALARMS:.0%} false alarms changes by"]
    for name, small in (("all", False), ("small", True)):
        if not small or test.small.any():
            change, interval = gain(scores, test, small)
            lines.append(f"- {name}: {change:+.4f} (95 % {interval.low:+.4f} to {interval.high:+.4f})")
    lines += ["", f"Verdicts at {threshold:.2f} that change (McNemar, exact):"]
    lines += [
        f"- {d.photos}: {d.only_one_right} become right, {d.only_other_right} wrong, p = {d.p_value:.3f}"
        for d in disagreements(scores, test.first, test.positives, (threshold, threshold))
    ]
    return "\n".join(lines)


def _table(threshold: float) -> list[str]:
    at, rate = f"at {threshold:.2f}", f"at {metrics.FALSE_ALARMS:.0%} false alarms"
    head = [
        "rule",
        f"recall {at}",
        f"false alarms {at}",
        f"recall {rate}",
        f"small: recall {at}",
        f"small: {rate}",
    ]
    return ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]


def _row(name: str, found: Figures) -> str:
    values = (
        found.recall,
        found.false_alarms,
        found.recall_at_rate,
        found.small_recall,
        found.small_recall_at_rate,
    )
    return f"| {name} | " + " | ".join("-" if np.isnan(v) else f"{v:.4f}" for v in values) + " |"


def _counts(looks: Looks) -> str:
    return f"{looks.positives.sum()} positives, {looks.small.sum()} of them known to be small; {(~looks.positives).sum()} negatives"


def _small(examples: Sequence[Example], known: Sequence[Annotated]) -> Flags:
    """Tell which pictures show hotdogs whose largest covers no more than `SMALL_AREA` of the square."""
    of_split = {example.sha256 for example in examples}
    boxed = [picture for picture in known if len(picture.boxes) and picture.example.sha256 in of_split]
    small = {
        picture.example.sha256
        for picture, truth in zip(boxed, truths(boxed), strict=True)
        if len(truth.boxes) and not len(truth.unclear) and area(truth.boxes).max() <= SMALL_AREA
    }
    return np.array([example.sha256 in small for example in examples], np.bool_)


def _logit(scores: Scores) -> Scores:
    logits: Scores = logit(np.clip(scores, 1e-6, 1 - 1e-6))
    return logits
