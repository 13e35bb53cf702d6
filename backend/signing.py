"""Signed documents: DSSE envelopes with Ed25519 (docs/contracts.md, Signed documents)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.errors import EnvelopeError, KeyMaterialError

MANIFEST_TYPE = "application/vnd.deepdog.manifest+json"
CHANNEL_TYPE = "application/vnd.deepdog.channel+json"
KEYS_TYPE = "application/vnd.deepdog.keys+json"
KEY_ID_HEX_DIGITS = 16

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
    try:
        document = json.loads(envelope)
        payload = base64.b64decode(document["payload"], validate=True)
        signatures = [
            (entry["keyid"], base64.b64decode(entry["sig"], validate=True))
            for entry in document["signatures"]
        ]
        found_type = document["payloadType"]
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise EnvelopeError(f"This is no signed envelope: {error!r}.") from error
    if found_type != payload_type:
        raise EnvelopeError(f"The envelope holds {found_type!r}, not {payload_type!r}.")
    known = [(key_id, signature) for key_id, signature in signatures if key_id in trusted]
    if not known:
        raise EnvelopeError("The envelope is signed by no trusted key.")
    signed = _pre_authentication_encoding(payload_type, payload)
    for key_id, signature in known:
        try:
            Ed25519PublicKey.from_public_bytes(trusted[key_id]).verify(signature, signed)
        except InvalidSignature:
            continue
        return payload
    raise EnvelopeError("The signature does not fit the payload: it was altered after signing.")


def signers(envelope: bytes) -> set[str]:
    """Return the ids of the keys that an envelope says it is signed with; `unseal` finds out whether it is."""
    return {entry["keyid"] for entry in json.loads(envelope)["signatures"]}


def _pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """DSSE's PAE: what is signed (github.com/secure-systems-lab/dsse, protocol.md)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
