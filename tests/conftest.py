"""What the tests of several parts share because it takes long to make: a detector, trained at a size that takes a minute."""

from pathlib import Path

import pytest

from tests.ml.discs import write_discs


@pytest.fixture(scope="session")
def discs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures with boxes to learn from."""
    return write_discs(tmp_path_factory.mktemp("discs"), 200)


@pytest.fixture(scope="session")
def detector_bundle(discs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A detector's bundle, beside the folder `run` of its training; whoever changes it copies it first."""
    from ml.cli import main

    golden = write_discs(tmp_path_factory.mktemp("golden"), 10, seed=1)
    folder = tmp_path_factory.mktemp("detector")
    run, bundle = folder / "run", folder / "bundle"
    training = ["--task", "detect", "--recipe", "smoke_detector", "--out", str(run)]
    assert main(["train", str(discs), *training]) == 0
    arguments = ["export", str(run), str(discs), "--golden", str(golden), "--out", str(bundle)]
    assert main(arguments) == 0
    return bundle
