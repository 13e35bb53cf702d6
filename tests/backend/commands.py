"""Runs `flask` commands in tests, and reads the channel as a phone would."""

import json
from typing import Any

from flask.testing import FlaskClient, FlaskCliRunner

from backend.keys import trusted_keys
from backend.kinds import Kind
from backend.objects import CHANNELS
from backend.services import Services
from backend.signing import CHANNEL_TYPE, unseal

CHANNEL = CHANNELS[Kind.CLASSIFIER]


def run(runner: FlaskCliRunner, *arguments: str) -> str:
    result = runner.invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def refused(runner: FlaskCliRunner, reason: str, *arguments: str) -> None:
    """Run a command that must end with status 1 and one sentence."""
    result = runner.invoke(args=list(arguments))
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), "a traceback is no answer"
    assert reason in result.output


def channel(services: Services, client: FlaskClient, kind: Kind = Kind.CLASSIFIER) -> dict[str, Any]:
    envelope = client.get(f"/api/v1/{CHANNELS[kind]}").data
    document: dict[str, Any] = json.loads(
        unseal(envelope, CHANNEL_TYPE, trusted_keys(services.settings, "channel"))
    )
    return document
