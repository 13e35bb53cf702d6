"""Spoils documents at random, from a seed: the bytes, the JSON tree, and single values in ways that parsers are known to disagree about."""

import copy
import json
import random
from collections.abc import Callable
from typing import Any

# fmt: off
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, [], {}, [[]], "", " ", "\0", "x" * 600, "\ud800", "é", "𝟏.0.0", "🌭" * 40, "🌭" * 41,
    0, -1, 1, 2, 0.5, -0.0, 1.0, 1e-400, 1e300, 31, 32, 512, 513, 2**31, 2**32 - 1, 2**32, 2**53 + 1, 10**30, 8388608.0,
)
ODD_NAMES = ("__proto__", "constructor", "toString", "", "Version", "version ", "versio\u0301n", "release_notes", "extra")
ODD_MOMENTS = (
    "2026-11-24T08:00:00z", "2026-11-24t08:00:00Z", "2026-11-24 08:00:00Z", "2026-11-24T08:00:00", "2026-11-24T08:00Z",
    "2026-02-29T08:00:00Z", "2028-02-29T08:00:00Z", "2026-02-30T08:00:00Z", "2026-13-01T08:00:00Z", "2026-00-10T08:00:00Z",
    "2026-11-24T24:00:00Z", "2026-11-24T23:59:60Z", "2026-11-24T12:00:60Z", "2026-11-24T08:60:00Z", "0000-01-01T00:00:00Z",
    "2026-11-24T08:00:00.5Z", "2026-11-24T08:00:00.Z", "2026-11-24T08:00:00,5Z", "2026-11-24T08:00:00.1234567890Z",
    "2026-11-24T08:00:00+01:00", "2026-11-24T08:00:00-00:00", "2026-11-24T08:00:00+24:00", "2026-11-24T08:00:00+0100",
    "2026-11-24T08:00:00+23:59", "2026-11-24T08:00:00+01:60", "2026-06-30T23:59:60Z", "2026-07-01T00:59:60+01:00",
    "99999-01-01T00:00:00Z", "2026-11-24T08:00:00Z\n", " 2026-11-24T08:00:00Z", "２０２６-11-24T08:00:00Z", "1970-01-01", "now",
)
ODD_BYTES = (
    b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xc2\xa0", b"\x0b", b"\x0c",
    b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"01", b"1.", b".5", b"+1", b"0x10", b"1_000", b"9" * 400,
    b"9" * 5000, b"[" * 3000, b"]" * 3, b'{"a":' * 3000, b"//", b"/**/", b",", b",,", b"'", b'"', b"\\", b"\\u0000", b"\\x41",
    b"\\ud800", b"\\uD83C\\uDF2D", b"\n", b"\t", b" ", b"null", b"true", b"undefined", b"{}", b"[]", b":", b"}",
)
# fmt: on

Path = tuple[str | int, ...]


def spoil_bytes(draw: random.Random, text: bytes) -> bytes:
    """Return the bytes after one to three changes: flipped, inserted, removed, repeated, cut off, moved."""
    for _ in range(draw.choice((1, 1, 2, 3))):
        at, length = draw.randrange(len(text) + 1), draw.choice((1, 1, 2, 8, 40))
        text = draw.choice(
            (
                lambda text, at, _: text[:at] + bytes([draw.randrange(256)]) + text[at + 1 :],
                lambda text, at, _: text[:at] + draw.choice(ODD_BYTES) + text[at:],
                lambda text, at, _: text[:at] + draw.choice(ODD_BYTES) + text[at + 1 :],
                lambda text, at, length: text[:at] + text[at + length :],
                lambda text, at, length: text[: at + length] + text[at:],
                lambda text, at, _: text[:at],
                lambda text, at, _: text[at:] + text[:at],
            )
        )(text, at, length)
    return text


def respell(draw: random.Random, text: bytes) -> bytes:
    """Return the same JSON in other bytes: other spaces, order and escapes, or a name twice."""
    document = json.loads(text)
    if isinstance(document, dict):
        items = list(document.items())
        draw.shuffle(items)
        document = dict(items)
    spelt = json.dumps(document, ensure_ascii=draw.random() < 0.5, indent=draw.choice((None, 0, 7)))
    if draw.random() < 0.3 and isinstance(document, dict):
        name, value = draw.choice(list(document.items()))
        twice = draw.choice((value, draw.choice(ODD_VALUES)))
        spelt = spelt[:-1] + f", {json.dumps(name)}: {json.dumps(twice)}" + "}"
    return spelt.encode("utf-8", "surrogatepass")


def spoil_tree(draw: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy in which one or two values, names or elements are changed, added or missing."""
    document = copy.deepcopy(document)
    for _ in range(draw.choice((1, 1, 1, 2))):
        path = draw.choice(_paths(document))
        parent = document
        for step in path[:-1]:
            parent = parent[step]  # type: ignore[index]
        _spoil_child(draw, parent, path[-1])
    return document


def _spoil_child(draw: random.Random, parent: Any, at: Any) -> None:
    change = draw.random()
    if change < 0.15:
        del parent[at]
    elif change < 0.25 and isinstance(parent, dict):
        parent[draw.choice(ODD_NAMES)] = draw.choice((parent[at], draw.choice(ODD_VALUES)))
    elif change < 0.3 and isinstance(parent, list):
        parent.insert(draw.randrange(len(parent) + 1), draw.choice((parent[at], draw.choice(ODD_VALUES))))
    elif change < 0.75:
        parent[at] = _near(draw, parent[at])
    else:
        parent[at] = draw.choice(ODD_VALUES)


def _near(draw: random.Random, value: Any) -> Any:
    """Return a value that a careless check would take for the same kind."""
    if isinstance(value, bool) or value is None:
        return draw.choice(("true", 1, 0, not value))
    if isinstance(value, int | float):
        factor = draw.choice((-1, 0, 0.999, 1.001, 10, 1e6))
        return draw.choice((value * factor, value + 1, value - 1, float(value), int(value), str(value)))
    if isinstance(value, str):
        return _near_text(draw, value)
    if isinstance(value, list):
        return draw.choice((value[::-1], value[:1], [*value, *value], {}, dict(enumerate(value))))
    return draw.choice(([], {}, [list(item) for item in value.items()], [value], json.dumps(value)))


def _near_text(draw: random.Random, text: str) -> str:
    changes: tuple[Callable[[str], str], ...] = (
        lambda text: text + draw.choice("\n\r\t \0=\u2028A0f."),
        lambda text: draw.choice("\n \ufeffA0-") + text,
        str.upper,
        str.title,
        lambda text: text[:-1],
        lambda text: text[1:],
        lambda text: text.replace(draw.choice(text or " "), draw.choice("０٣fG0Z.\ud800-_+/="), 1),
        lambda text: text * draw.choice((2, 12, 50)),
        lambda _: draw.choice(
            ("0.0.0", "1.2.3", "01.2.3", "1.2", "1.2.3.4", "999999.0.0", "1000000.0.0", "1.2.3-rc", "١.2.3")
        ),
    )
    if text[4:5] == "-" or draw.random() < 0.05:
        return draw.choice((draw.choice(ODD_MOMENTS), draw.choice(changes)(text)))
    return draw.choice(changes)(text)


def _paths(node: Any, path: Path = ()) -> list[Path]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for name, child in children for found in ((*path, name), *_paths(child, (*path, name)))]
