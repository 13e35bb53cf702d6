"""Signatures against the values that the app's tests compute too."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.errors import EnvelopeError
from backend.signing import SigningKey, seal, unseal

CONTRACTS = json.loads((Path(__file__).parents[1] / "golden/contracts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", CONTRACTS["dsse"], ids=lambda example: str(example["payload_type"]))
def test_the_same_key_and_payload_give_the_same_signature_as_in_the_app(example: dict[str, Any]) -> None:
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example["private_key"])))
    payload = example["payload"].encode()

    envelope = seal(example["payload_type"], payload, key)

    assert key.public == base64.b64decode(example["public_key"])
    assert json.loads(envelope)["signatures"] == [{"keyid": example["keyid"], "sig": example["signature"]}]
    assert unseal(envelope, example["payload_type"], {key.key_id: key.public}) == payload


@pytest.mark.parametrize(
    "changes",
    [{"payload": "eyJhIjoyfQ=="}, {"payloadType": "text/plain"}, {"signatures": []}, {"payload": "?"}],
    ids=["other payload", "other type", "no signature", "no base64"],
)
def test_an_envelope_that_was_altered_is_refused(changes: dict[str, Any]) -> None:
    key = SigningKey.generate()
    envelope = json.loads(seal("application/json", b'{"a":1}', key)) | changes
    with pytest.raises(EnvelopeError):
        unseal(json.dumps(envelope).encode(), "application/json", {key.key_id: key.public})
