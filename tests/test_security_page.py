"""docs/security.md claims nothing that no test proves, and the locks pin every package by its hash."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
TABLE = PAGE.split("## What comes in, and what answers it")[1].split("\n## ")[0]
ROWS = [row for row in TABLE.splitlines() if row.startswith("|")][2:]
NAMED = re.findall(r"`([\w./-]+)::([^`]+)`", TABLE)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_row_names_a_test(row: str) -> None:
    assert re.search(r"`[\w./-]+::[^`]+` \|$", row)


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda part: part)
def test_every_test_that_is_named_exists(path: str, name: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.endswith(".ts"):
        assert re.search(rf"(test|test\.each\S*|\[)\W*'{re.escape(name)}|'{re.escape(name)}'", text)
    else:
        functions = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
        assert name in functions


@pytest.mark.parametrize("lock", ["backend/requirements.lock", "tests/requirements.lock"])
def test_every_python_package_is_pinned_with_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())
    unpinned = [e for e in entries if not re.match(r"[\w.\[\],-]+==\S+", e) or "--hash=sha256:" not in e]
    assert len(entries) > 20
    assert unpinned == []


def test_every_npm_package_is_pinned_with_its_hash() -> None:
    packages = json.loads((ROOT / "app/package-lock.json").read_text(encoding="utf-8"))["packages"]
    unpinned = [
        name
        for name, entry in packages.items()
        if name and not entry.get("link") and not entry.get("integrity")
    ]
    assert len(packages) > 100
    assert unpinned == []
