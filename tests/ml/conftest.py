"""What tests of several benchmarks judge: photos that may be shipped, since they are rendered."""

import csv
import hashlib
import shutil
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parents[2] / "app/assets/model"


@pytest.fixture
def golden_photos(tmp_path: Path) -> Path:
    """The pictures of the bundle that ships, all in the test split."""
    rows = []
    for picture in sorted((SHIPPED / "golden").glob("*.jpg")):
        kind = "hotdog" if picture.name.startswith("positive") else "not_hotdog"
        (tmp_path / kind).mkdir(exist_ok=True)
        shutil.copy(picture, tmp_path / kind)
        sha256 = hashlib.sha256(picture.read_bytes()).hexdigest()
        rows.append([f"{kind}/{picture.name}", sha256, kind, kind, "test", "renders"])
    with (tmp_path / "dataset.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["file", "sha256", "class", "subclass", "split", "source_repo"], *rows])
    return tmp_path
