"""A network becomes a file."""

import numpy as np
import pytest

from ml.networks import build
from ml.quantise import quantise

pytestmark = pytest.mark.training


def test_the_converter_tells_nobody_its_arguments(capfd: pytest.CaptureFixture[str]) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (24, 32, 32, 3), np.uint8)
    quantise(build("deepdog", 0.25, 32), pictures)
    told = capfd.readouterr()
    assert "quantize" not in told.out + told.err
