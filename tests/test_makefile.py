"""What `make` does anew when something changed, as `make --dry-run` tells it."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEYS = "var/keys/trusted-keys.json"


@pytest.mark.parametrize("bundle", ["app/assets/model", "app/assets/detector"])
def test_a_bundle_that_was_replaced_is_published_too(bundle: str, tmp_path: Path) -> None:
    """Else the channel would turn the app back into what was published before."""
    (tmp_path / "published").touch()
    assert "publish-model" not in planned(tmp_path)
    assert f"publish-model {bundle}" in planned(tmp_path, "--what-if", f"{bundle}/model.json")


def planned(stamps: Path, *options: str) -> str:
    """Return the commands with which `make` would bring the stamp `published` up to date."""
    make = ["make", "--dry-run", "--old-file", KEYS, *options, f"STAMPS={stamps}", str(stamps / "published")]
    return subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True).stdout
