"""Signed documents: DSSE envelopes with Ed25519 (docs/contracts.md, Signed documents)."""

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.errors import EnvelopeError, KeyMaterialError
from ml.strict_json import loads

MANIFEST_TYPE = "application/vnd.deepdog.manifest+json"
CHANNEL_TYPE = "application/vnd.deepdog.channel+json"
KEYS_TYPE = "application/vnd.deepdog.keys+json"
KEY_ID_HEX_DIGITS = 16
MAX_SIGNATURES = 8
"""Each costs whoever checks it a verification."""

PublicKeys = Mapping[str, bytes]
"""Raw 32-byte public keys by key id."""


@dataclass(frozen=True)
class SigningKey:
    """A private key with the id that envelopes name it by."""

    private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> "SigningKey":
        """Make a new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes, source: str) -> "SigningKey":
        """Read an unencrypted PKCS #8 key.

        Raises:
            KeyMaterialError: it is no such key; the message names `source`.
        """
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise KeyMaterialError(f"{source} holds no private key in PEM: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyMaterialError(f"{source} holds a key, but not an Ed25519 one.")
        return cls(key)

    def to_pem(self) -> bytes:
        """Return the key as unencrypted PKCS #8."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @cached_property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> str:
        """The first 16 hex digits of the public key's SHA-256."""
        return hashlib.sha256(self.public).hexdigest()[:KEY_ID_HEX_DIGITS]


def seal(payload_type: str, payload: bytes, *keys: SigningKey) -> bytes:
    """Sign `payload` with each key and return the envelope's bytes. The same input gives the same bytes."""
    signed = _pre_authentication_encoding(payload_type, payload)
    envelope = {
        "payloadType": payload_type,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [
            {"keyid": key.key_id, "sig": base64.b64encode(key.private.sign(signed)).decode()} for key in keys
        ],
    }
    return json.dumps(envelope, separators=(",", ":")).encode()


def unseal(envelope: bytes, payload_type: str, trusted: PublicKeys) -> bytes:
    """Return the payload of an envelope that one of the trusted keys signed.

    Raises:
        EnvelopeError: malformed, of another type, signed by no trusted key, or altered.
    """
    found = _Envelope.parse(envelope)
    if found.payload_type != payload_type:
        raise EnvelopeError(f"The envelope holds {found.payload_type!r}, not {payload_type!r}.")
    known = [(key_id, signature) for key_id, signature in found.signatures if key_id in trusted]
    if not known:
        raise EnvelopeError("The envelope is signed by no trusted key.")
    signed = _pre_authentication_encoding(payload_type, found.payload)
    for key_id, signature in known:
        # One that cannot be read does not hold, and spoils none beside it.
        with suppress(InvalidSignature, ValueError):
            Ed25519PublicKey.from_public_bytes(trusted[key_id]).verify(_decode(signature), signed)
            return found.payload
    raise EnvelopeError("The signature does not fit the payload: it was altered after signing.")


def signers(envelope: bytes) -> set[str]:
    """Return the ids of the keys that an envelope says it is signed with; `unseal` finds out whether it is.

    Raises:
        EnvelopeError: malformed.
    """
    return {key_id for key_id, _ in _Envelope.parse(envelope).signatures}


def unverified_payload(envelope: bytes) -> bytes:
    """Return what an envelope holds, whoever signed it; `unseal` finds out whether anybody did.

    Raises:
        EnvelopeError: malformed.
    """
    return _Envelope.parse(envelope).payload


class _Envelope(NamedTuple):
    payload_type: str
    payload: bytes
    signatures: list[tuple[str, str]]
    """Key id, and signature in base64."""

    @classmethod
    def parse(cls, text: bytes) -> "_Envelope":
        """Take an envelope apart as phones do (app/src/updates/dsse.ts); a test holds both to the same verdicts."""
        try:
            document = loads(text)
            signatures = [(_text(entry["keyid"]), _text(entry["sig"])) for entry in document["signatures"]]
            envelope = cls(_text(document["payloadType"]), _decode(_text(document["payload"])), signatures)
        except (ValueError, KeyError, TypeError) as error:
            raise EnvelopeError(f"This is no signed envelope: {error!r}.") from error
        if not 1 <= len(signatures) <= MAX_SIGNATURES:
            raise EnvelopeError(f"The envelope has {len(signatures)} signatures, not 1 to {MAX_SIGNATURES}.")
        return envelope


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _decode(text: str) -> bytes:
    """Decode base64, of which every content has one spelling only (RFC 4648, section 3.5)."""
    decoded = base64.b64decode(text, validate=True)
    if base64.b64encode(decoded).decode() != text:
        raise ValueError("base64 with stray bits")
    return decoded


def _pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """DSSE's PAE: what is signed (github.com/secure-systems-lab/dsse, protocol.md)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
