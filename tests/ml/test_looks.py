"""Whether several looks at a photo tell more than one."""

import json
from pathlib import Path

import numpy as np
import pytest

from ml import metrics
from ml.batches import labels
from ml.benchmarks import looks
from ml.dataset import load_datasets
from ml.evaluate import evaluate
from ml.model_files import read_model

SHIPPED = Path(__file__).parents[2] / "app/assets/model"


def test_one_look_judges_as_evaluate_does_and_seven_cost_seven_runs(
    golden_photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    looks.main([str(golden_photos), "--split", "test", "--model", str(SHIPPED)])
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [(row[0], row[1]) for row in rows[::5]] == [("one", "1"), ("all of these", "7")]
    examples = load_datasets([golden_photos]).split("test")
    threshold = json.loads((SHIPPED / "model.json").read_text())["threshold"]
    scores = evaluate(read_model(SHIPPED).content, examples, threshold).scores
    positives = labels(examples)
    assert float(rows[0][2]) == pytest.approx(metrics.auc(scores, positives), abs=0.01)
    assert rows[0][3] == f"{(scores >= threshold)[positives].mean():.3f}"


def test_a_look_from_elsewhere_moves_and_enlarges_about_the_middle() -> None:
    photo = np.zeros((1, 33, 33, 3), np.uint8)
    photo[0, 15:18, 15:18] = 255
    moved = looks.seen_from(photo, 1, right=4, down=2)
    assert np.array_equal(moved[0, 17:20, 19:22], photo[0, 15:18, 15:18])
    assert moved.sum() == photo.sum()
    nearer = looks.seen_from(photo, 2)
    assert nearer.sum() / photo.sum() == pytest.approx(4, rel=0.1)
    assert np.array_equal(nearer, nearer[:, ::-1, ::-1]), "nothing drifts"
