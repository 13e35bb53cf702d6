"""What the exports of classifiers and detectors have in common: what each says of itself in model.json, and its golden pictures."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ml.ablation import Ablation
from ml.bundle import LEAST_GOLDEN, Description, Label, Scheme
from ml.dataset import Dataset, Example, words
from ml.files import write_json
from ml.pixels import PhotoError, decode
from ml.prepare.pictures import jpeg, shrunk
from ml.quantise import min_runtime_version

GOLDEN_SIDE = 512
"""Pixels of a golden picture's shorter side, at most: more than any network looks at, and a bundle stays small."""


class ExportError(ValueError):
    """The run cannot be exported; the message says why."""


class GoldenPicture(NamedTuple):
    """A picture as a bundle holds it."""

    file: str
    label: Label
    jpeg: bytes


class Release(NamedTuple):
    """What whoever exports a model decides about it."""

    version: str
    """major.minor.patch"""
    min_app_version: str
    """Oldest app that can run the model."""
    notes: str
    """What changed, for the app's settings page."""
    scheme: Scheme
    """How to round."""


def description_of(
    name: str,
    release: Release,
    record: Mapping[str, Any],
    dataset: Dataset,
    model: bytes,
    threshold: float,
    representative: int,
) -> Description:
    """Return what model.json says of a model of either kind.

    Args:
        name: of the model.
        release: how it is released.
        record: run.json of its run.
        dataset: the photos of the run.
        model: the file.
        threshold: from which score on it is shown.
        representative: pictures that ranges were measured on.
    """
    recipe = record["recipe"]
    return {
        "schema_version": 1,
        "name": name,
        "version": release.version,
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "git_commit": record["git_commit"],
        "data_sha256": record["data_sha256"],
        "architecture": {
            "name": _architecture(recipe),
            "alpha": recipe["alpha"],
            "resolution": recipe["resolution"],
        },
        "labels": {"negative": words(dataset.negative_name), "positive": words(dataset.positive_name)},
        "threshold": threshold,
        "input": {"height": recipe["resolution"], "width": recipe["resolution"], "dtype": "uint8"},
        "sha256": hashlib.sha256(model).hexdigest(),
        "size_bytes": len(model),
        "quantisation": {
            "scheme": release.scheme,
            "representative_images": representative if release.scheme == "int8" else 0,
        },
        "min_runtime_version": min_runtime_version(model),
        "min_app_version": release.min_app_version,
        "release_notes": release.notes,
    }


def check_out(out: Path) -> None:
    """Refuse, before the long work, to put a bundle in the place of anything but another.

    Raises:
        ExportError: `out` is a file, or a folder that holds things but no bundle.
    """
    if not out.exists() or (out / "model.json").is_file():
        return
    if not out.is_dir() or any(out.iterdir()):
        raise ExportError(
            f"{out} holds other things than a bundle, which would be lost; choose a folder that is empty or does not exist"
        )


def golden_pictures(golden: Dataset, dataset: Dataset) -> list[GoldenPicture]:
    """Return the golden pictures as they ship, before the long work: everybody sees them, so no camera's notes, such as the place, go with them.

    Raises:
        ExportError: there are fewer than a bundle needs, one is of the dataset, whose photos must not ship, one cannot be read, or two have one name.
    """
    if len(golden.examples) < LEAST_GOLDEN:
        rendered = ", or some that `deepdog sample` renders" if golden.positive_name == "hotdog" else ""
        raise ExportError(
            f"a bundle needs {LEAST_GOLDEN} golden pictures or more, there are {len(golden.examples)}; "
            f"add photos that may be shipped{rendered}"
        )
    known = {name for example in dataset.examples for name in example.names}
    shared = [example.path for example in golden.examples if example.names & known]
    if shared:
        raise ExportError(
            f"{len(shared)} of the {len(golden.examples)} golden pictures, such as {shared[0]}, are of the photos themselves, "
            "and would ship with the bundle; put others into the folder of --golden, that everybody may see"
        )
    pictures = [_golden_picture(example) for example in golden.examples]
    # Some file systems take capitals for small letters.
    (file, copies), *_ = Counter(picture.file.casefold() for picture in pictures).most_common()
    if copies > 1:
        raise ExportError(f"{copies} golden pictures would ship as {file}; give each a name of its own")
    return pictures


def _golden_picture(example: Example) -> GoldenPicture:
    try:
        picture = decode(example.path)
    except PhotoError as error:
        raise ExportError(f"{error}; put another golden picture in its place") from error
    label: Label = "positive" if example.positive else "negative"
    suffix = "" if example.path.suffix.lower() in (".jpg", ".jpeg") else ".jpg"
    return GoldenPicture(f"{label}-{example.path.name}{suffix}", label, jpeg(shrunk(picture, GOLDEN_SIDE)))


def write_golden(
    folder: Path,
    pictures: Sequence[GoldenPicture],
    tolerance: float,
    answer: Callable[[bytes], Mapping[str, Any]],
) -> None:
    """Fill golden/ with pictures and expected.json.

    Args:
        folder: to be made.
        pictures: as they ship.
        tolerance: of a score.
        answer: what expected.json says of a JPEG besides its file, hash and label.
    """
    folder.mkdir()
    cases = []
    for picture in pictures:
        (folder / picture.file).write_bytes(picture.jpeg)
        sha256 = hashlib.sha256(picture.jpeg).hexdigest()
        cases.append({"file": picture.file, "sha256": sha256, "label": picture.label, **answer(picture.jpeg)})
    write_json(folder / "expected.json", {"tolerance": tolerance, "cases": cases})


def _architecture(recipe: Mapping[str, Any]) -> str:
    """Return the network's name, with what was done otherwise than in 2017."""
    ablation = str(Ablation(**recipe.get("ablation", {})))
    return f"{recipe['network']} ({ablation})" if ablation else str(recipe["network"])
