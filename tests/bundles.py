"""Bundles for tests: the one that ships, under another version."""

import hashlib
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

SHIPPED = Path(__file__).parents[1] / "app/assets/model"

VERSION: str = json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))["version"]
"""Of the bundle that ships."""

NEXT_VERSION = VERSION.rpartition(".")[0] + f".{int(VERSION.rpartition('.')[2]) + 1}"

MEGABYTES = f"{round((SHIPPED / 'model.tflite').stat().st_size / 1e6, 1):g} MB"
"""Its size as the app says it."""

PADDING = bytes(16)
"""Behind the end of a FlatBuffer, where no reader looks: another file with the same behaviour, which phones must download."""


def relabelled(source: Path, dest: Path, version: str, notes: str = "", padding: bytes = b"") -> Path:
    """Copy a bundle to `dest` as another version, its file followed by `padding`, and return `dest`."""
    shutil.copytree(source, dest)
    model = (source / "model.tflite").read_bytes() + padding
    (dest / "model.tflite").write_bytes(model)
    description = json.loads((dest / "model.json").read_text(encoding="utf-8"))
    description |= {
        "version": version,
        "release_notes": notes,
        "sha256": hashlib.sha256(model).hexdigest(),
        "size_bytes": len(model),
    }
    (dest / "model.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    return dest


def republished(source: Path, dest: Path, version: str, notes: str = "") -> Path:
    """Copy a bundle to `dest` as another version, whose file differs in its last bytes only, and return `dest`."""
    return relabelled(source, dest, version, notes, PADDING)


_FOLDER = TemporaryDirectory(prefix="deepdog-first-")

FIRST_BUNDLE = relabelled(SHIPPED, Path(_FOLDER.name) / "first", "1.0.0")
"""The bundle that ships, as version 1.0.0: tests name versions, and a new model changes none of them. Goes with the process."""
