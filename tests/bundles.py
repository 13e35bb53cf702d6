"""Bundles for tests: the one that ships, under another version."""

import json
import shutil
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "app/assets/model"


def republished(source: Path, dest: Path, version: str, notes: str = "") -> Path:
    """Copy a bundle to `dest` as another version of the same weights, and return `dest`."""
    shutil.copytree(source, dest)
    description = json.loads((dest / "model.json").read_text(encoding="utf-8"))
    description |= {"version": version, "release_notes": notes}
    (dest / "model.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    return dest
