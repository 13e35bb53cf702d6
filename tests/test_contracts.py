"""The values that Python and TypeScript must both compute (docs/contracts.md); the app's tests read the same file."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from ml.bundle import self_test_tensor

CONTRACTS = json.loads((Path(__file__).parent / "golden/contracts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", CONTRACTS["self_test"], ids=lambda example: f"seed {example['seed']}")
def test_self_test_picture(example: dict[str, Any]) -> None:
    tensor = self_test_tensor(example["seed"], example["resolution"])
    assert tensor.shape == (1, example["resolution"], example["resolution"], 3)
    assert hashlib.sha256(tensor.tobytes()).hexdigest() == example["sha256"]


@pytest.mark.parametrize("example", CONTRACTS["rollout"], ids=lambda example: str(example["bucket"]))
def test_rollout_bucket(example: dict[str, Any]) -> None:
    """Only phones compute it; this holds the contract's formula to the values that the app is tested against."""
    digest = hashlib.sha256((example["install_id"] + example["salt"]).encode()).digest()
    assert int.from_bytes(digest, "big") % 10_000 == example["bucket"]
