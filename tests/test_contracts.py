"""The values that Python and TypeScript must both compute (docs/contracts.md); the app's tests read the same file."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.signing import SigningKey, seal, unseal
from ml.bundle import self_test_tensor

CONTRACTS = json.loads((Path(__file__).parent / "golden/contracts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", CONTRACTS["self_test"], ids=lambda example: f"seed {example['seed']}")
def test_the_self_test_picture_is_the_apps(example: dict[str, Any]) -> None:
    tensor = self_test_tensor(example["seed"], example["resolution"])
    assert tensor.shape == (1, example["resolution"], example["resolution"], 3)
    assert hashlib.sha256(tensor.tobytes()).hexdigest() == example["sha256"]


@pytest.mark.parametrize("example", CONTRACTS["rollout"], ids=lambda example: str(example["bucket"]))
def test_a_phone_falls_into_the_bucket_that_the_app_finds(example: dict[str, Any]) -> None:
    """Only phones compute it; this holds the contract's formula to the values that the app is tested against."""
    digest = hashlib.sha256((example["install_id"] + example["salt"]).encode()).digest()
    assert int.from_bytes(digest, "big") % 10_000 == example["bucket"]


@pytest.mark.parametrize("example", CONTRACTS["dsse"], ids=lambda example: str(example["payload_type"]))
def test_a_signed_envelope_is_the_apps(example: dict[str, Any]) -> None:
    """Ed25519 is deterministic: the same key and payload give the same signature everywhere."""
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example["private_key"])))
    payload = example["payload"].encode()
    assert base64.b64encode(key.public).decode() == example["public_key"]
    assert key.key_id == example["keyid"]

    envelope = seal(example["payload_type"], payload, key)
    assert json.loads(envelope) == {
        "payloadType": example["payload_type"],
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": example["keyid"], "sig": example["signature"]}],
    }
    assert unseal(envelope, example["payload_type"], {key.key_id: key.public}) == payload
