"""Server and phone must agree on what a manifest is: 10,000 spoilt ones get the same verdict from Python and from the app's TypeScript."""

import base64
import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.errors import EnvelopeError
from backend.signing import MANIFEST_TYPE, SigningKey, seal, unseal
from ml.bundle import BundleError, parse_description
from tests.bundles import SHIPPED
from tests.mutation import respell, spoil_bytes, spoil_tree

APP = Path(__file__).parents[1] / "app"
DOCUMENTS = 10_000
SEED = 20_261_124
KEY, STRANGER = (SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)) for n in (1, 2))
MODEL = (SHIPPED / "model.json").read_bytes()
VERSION = json.loads(MODEL)["version"]
STAGES = {
    "bad_envelope": "envelope refused",
    "unknown_key": "envelope refused",
    "bad_signature": "envelope refused",
    "bad_manifest": "description refused",
    "accepted": "accepted",
}
"""The app's verdicts, and what Python has for them."""


Document = tuple[str, bytes]
"""What it is, "description" or "envelope", and its bytes."""


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return list(islice(_spoilt(random.Random(SEED)), DOCUMENTS))


@pytest.fixture(scope="module")
def verdicts_of_the_app(documents: list[Document]) -> list[str]:
    return _judged_by_the_app(documents)


def test_python_and_typescript_agree_on_10000_spoilt_manifests(
    documents: list[Document], verdicts_of_the_app: list[str]
) -> None:
    verdicts = [_verdict(*document) for document in documents]
    coarse = [STAGES.get(verdict, verdict) for verdict in verdicts_of_the_app]
    disputed = [
        dispute for dispute in zip(verdicts, coarse, documents, strict=True) if dispute[0] != dispute[1]
    ]
    assert disputed == []


def test_the_spoilt_manifests_reach_every_stage_of_the_check(verdicts_of_the_app: list[str]) -> None:
    counts = Counter(verdicts_of_the_app)
    assert counts.total() == DOCUMENTS
    assert all(counts[verdict] >= DOCUMENTS / 100 for verdict in STAGES), counts


def _spoilt(draw: random.Random) -> Iterator[Document]:
    model: dict[str, Any] = json.loads(MODEL)
    sound = seal(MANIFEST_TYPE, MODEL, KEY)
    while True:
        yield "description", _json(spoil_tree(draw, model))
        yield "description", respell(draw, _json(spoil_tree(draw, model)))
        yield "description", spoil_bytes(draw, MODEL)
        yield "description", _json(spoil_tree(draw, model))
        yield "envelope", _json(spoil_tree(draw, json.loads(sound)))
        yield "envelope", respell(draw, _json(spoil_tree(draw, json.loads(_signed_by_several(draw)))))
        yield "envelope", spoil_bytes(draw, sound)
        yield "envelope", seal(MANIFEST_TYPE, respell(draw, _json(spoil_tree(draw, model))), KEY)


def _signed_by_several(draw: random.Random) -> bytes:
    return seal(MANIFEST_TYPE, MODEL, *draw.choices((KEY, STRANGER), k=draw.choice((1, 2, 3, 8, 9))))


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


def _judged_by_the_app(documents: list[Document]) -> list[str]:
    question = {"keys": {KEY.key_id: base64.b64encode(KEY.public).decode()}, "version": VERSION}
    lines = [json.dumps(question), *(f"{kind} {base64.b64encode(text).decode()}" for kind, text in documents)]
    answer = subprocess.run(
        ["node", "scripts/judge-manifests.mjs"],
        cwd=APP,
        input="\n".join(lines),
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


def _verdict(kind: str, text: bytes) -> str:
    try:
        payload = text if kind == "description" else unseal(text, MANIFEST_TYPE, {KEY.key_id: KEY.public})
    except EnvelopeError:
        return "envelope refused"
    try:
        description = parse_description(payload)
    except BundleError:
        return "description refused"
    is_announced = kind == "description" or description["version"] == VERSION
    return "accepted" if is_announced else "description refused"
