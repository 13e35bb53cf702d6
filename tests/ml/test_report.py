"""The evaluation's page."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import charts
from ml.dataset import Example
from ml.evaluate import Evaluation, summary
from ml.report import Subject, comparison_table, metrics_json, report_html


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    """Sixty photos of two sources; hotdogs score 0.95 but for every sixth, others 0.1 but for one."""
    examples, scores = [], []
    for i in range(60):
        path, positive = tmp_path / f"{i}.jpg", i < 30
        Image.new("RGB", (40, 30), (4 * i, 100, 100)).save(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        examples.append(
            Example(path, digest, positive, "test", "<b>bun</b>" if positive else "taco", f"camera {i % 2}")
        )
        scores.append((0.2 if i % 6 == 0 else 0.95) if positive else (0.97 if i == 59 else 0.1))
    positives = np.array([e.positive for e in examples])
    return Evaluation(examples, np.array(scores), positives, 0.9)


def subject(evaluation: Evaluation, name: str = "deepdog") -> Subject:
    return Subject(name, 1024, evaluation, ("Not hotdog", "Hotdog"))


def test_a_page_that_ships_shows_no_photo(evaluation: Evaluation) -> None:
    assert "data:image" not in report_html(subject(evaluation))


def test_a_page_for_colleagues_shows_each_mistake_once(evaluation: Evaluation) -> None:
    page = report_html(subject(evaluation), pictures=True)
    assert page.count("data:image/jpeg") == 5 + 1


def test_the_page_needs_nothing_from_outside_and_escapes_names(evaluation: Evaluation) -> None:
    page = report_html(subject(evaluation), pictures=True)
    assert not re.search(r"<script|<link|src=\"(?!data:)|url\((?!#)", page)
    assert "<b>bun</b>" not in page
    assert "&lt;b&gt;bun&lt;/b&gt;" in page


def test_the_same_scores_give_the_same_page(evaluation: Evaluation) -> None:
    again = Evaluation(evaluation.examples, evaluation.scores, evaluation.positives, evaluation.threshold)
    assert report_html(subject(evaluation)) == report_html(subject(again))
    assert metrics_json(evaluation) == metrics_json(again)


def test_figures_stand_by_source_and_subclass(evaluation: Evaluation) -> None:
    assert [s.name for s in evaluation.by_source] == ["camera 0", "camera 1"]
    assert {s.name: s.recall for s in evaluation.by_subclass} == {
        "<b>bun</b>": pytest.approx(25 / 30, abs=1e-4),
        "taco": None,
    }
    assert evaluation.by_source[0].intervals["recall"] is not None


def test_always_saying_not_does_not_look_good(evaluation: Evaluation) -> None:
    """3 hotdogs and 57 others, all of them called not: right 95 times in 100, and the page opens with what it finds."""
    lazy = Evaluation(evaluation.examples, np.zeros(60), np.arange(60) < 3, evaluation.threshold)
    page = report_html(subject(lazy, "lazy"))
    assert "<h1>lazy finds 0 % of what it should" in page
    assert "always saying no: 95.0 %" in page
    assert re.search(r"recall at 0\.90 +0\.0000", summary(lazy))
    assert re.search(r"area under the ROC curve +0\.5000", summary(lazy))


def test_two_models_stand_side_by_side_with_the_photos_that_tell_them_apart(evaluation: Evaluation) -> None:
    better = Evaluation(
        evaluation.examples, np.where(evaluation.positives, 0.95, 0.1), evaluation.positives, 0.9
    )
    page = report_html(subject(better, "new"), [subject(evaluation, "old")], pictures=True)
    assert "new is right where old is wrong more often than chance explains" in page
    assert page.count("data:image/jpeg") == 6
    assert "only the one right 6, only the other 0, McNemar p = 0.0312" in comparison_table(
        subject(better, "new"), subject(evaluation, "old")
    )


def test_counts_of_few_photos_are_whole_numbers_and_one_photo_is_seen(evaluation: Evaluation) -> None:
    plot = charts.histogram(evaluation, ("Not hotdog", "Hotdog"))
    ticks = re.findall(r">(\d+)</text>", plot)
    assert {"1", "2", "5", "10"} <= set(ticks)
    assert "×" not in plot


def test_every_model_has_its_curve(evaluation: Evaluation) -> None:
    """A run in three roundings and two bundles: one more than there are colours."""
    names = [f"model {number}" for number in range(5)]
    for draw in (charts.roc, charts.precision_recall, charts.reliability):
        plot = draw([(name, evaluation) for name in names])
        assert [name for name in names if name not in plot] == []
