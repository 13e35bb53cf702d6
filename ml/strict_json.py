"""Reads JSON as phones and browsers read it, and refuses what only Python would take."""

import json
from typing import Any


def loads(text: bytes) -> Any:
    """Parse JSON (RFC 8259) in UTF-8: no NaN, no Infinity, no other encoding that Python would guess.

    Raises:
        ValueError: anything else, or nested deeper than Python's parser goes.
    """
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
