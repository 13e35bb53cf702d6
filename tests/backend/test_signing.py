"""Envelopes that were altered after signing. tests/test_contracts.py holds sound ones to the app's values."""

import json
from typing import Any

import pytest

from backend.errors import EnvelopeError
from backend.signing import SigningKey, seal, unseal


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
