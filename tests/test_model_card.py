"""What the README and the model card say of the classifier is what its export measured."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CARD = (ROOT / "docs/model-card.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "app/assets/model/model.json").read_text(encoding="utf-8"))
    return loaded


def test_the_card_is_of_the_version_that_ships(description: dict[str, Any]) -> None:
    assert CARD.startswith(f"# Model card: DeepDog {description['version']}\n")


def test_the_readme_and_the_card_give_the_files_size(description: dict[str, Any]) -> None:
    megabytes = f"{description['size_bytes'] / 1e6:.2f} MB"
    assert f"The classifier is {megabytes} " in README
    assert f"int8, {megabytes}, " in CARD


def test_the_readme_and_the_card_give_the_measured_recall_and_false_alarms(
    description: dict[str, Any],
) -> None:
    metrics = description["metrics"]
    found = round(metrics["recall"] * metrics["positives"])
    false_alarms = round(metrics["false_alarm_rate"] * metrics["negatives"])
    recall, rate = found / metrics["positives"], false_alarms / metrics["negatives"]

    assert f"finds {recall:.0%}".replace("%", " %") + " of the hotdogs" in README
    assert f"calls {100 * rate:.1f} % of the others hotdogs" in README
    assert f"| recall at 0.90 | {recall:.3f} |" in CARD
    assert f"| false alarms at 0.90 | {100 * rate:.2f} % ({false_alarms} of {metrics['negatives']}) |" in CARD
    assert f"| area under the ROC curve | {metrics['auc']:.3f} |" in CARD
