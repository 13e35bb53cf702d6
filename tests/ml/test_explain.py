"""What each layer sees, and the page that shows it, of the bundle that ships."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.activations import layers
from ml.bundle import self_test_tensor
from ml.cli import main
from ml.explain import peak_box
from ml.interpreter import Interpreter
from ml.model_files import read_model
from tests.bundles import SHIPPED

MODEL = read_model(SHIPPED)
TENSOR = self_test_tensor(7, Interpreter(MODEL.content).resolution)


def test_the_last_layer_is_the_heatmap() -> None:
    """XNNPACK computes it for the phone, the reference kernels here: they agree to the rounding of the file."""
    heatmap = Interpreter(MODEL.content).classify(TENSOR).heatmap
    last = layers(MODEL.content, TENSOR)[-1]
    assert last.name == "1×1 convolution"
    level = float(np.diff(np.unique(heatmap)).min())
    assert level < np.ptp(heatmap) / 10, "so that agreeing to a level means something"
    assert last.activations[..., 0] == pytest.approx(heatmap, abs=1.01 * level)
    assert np.corrcoef(last.activations.ravel(), heatmap.ravel())[0, 1] > 0.99


def test_layers_are_those_of_the_network() -> None:
    found = layers(MODEL.content, TENSOR)
    assert len(found) == 1 + 2 * 13 + 1
    assert found[0].name.startswith("3×3 convolution, stride 2")
    assert found[1].name == "3×3 depthwise"
    assert [layer.shape[0] for layer in found] == sorted((layer.shape[0] for layer in found), reverse=True)


def test_the_most_active_channels_come_first() -> None:
    layer = layers(MODEL.content, TENSOR)[0]
    peaks = np.abs(layer.activations).max(axis=(0, 1))
    assert layer.most_active(3) == list(np.argsort(-peaks)[:3])


def test_the_box_surrounds_the_peak_and_not_a_weaker_spot() -> None:
    heatmap = np.full((8, 8), -2, np.float32)
    heatmap[1:3, 4:7] = 6.0
    heatmap[6, 1] = 2.0
    box = peak_box(heatmap)
    assert box is not None
    assert (box.left, box.top) == pytest.approx((4 / 8, 1 / 8), abs=0.05)
    assert (box.width, box.height) == pytest.approx((3 / 8, 2 / 8), abs=0.07)


def test_no_evidence_no_box() -> None:
    assert peak_box(np.full((4, 4), -1, np.float32)) is None


def test_the_page_is_self_contained(tmp_path: Path) -> None:
    photo = next((SHIPPED / "golden").glob("positive-*.jpg"))
    assert main(["explain", str(photo), "--model", str(SHIPPED), "--out", str(tmp_path / "why.html")]) == 0
    page = (tmp_path / "why.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|src=\"(?!data:)|url\((?!#)|href=\"(?!#)", page)
    assert page.count('<section class="sheet layer"') == len(layers(MODEL.content, TENSOR))
    assert "Hotdog" in page


def test_several_photos_get_a_page_each(tmp_path: Path) -> None:
    photos = [str(path) for path in sorted((SHIPPED / "golden").glob("*.jpg"))[:2]]
    assert main(["explain", *photos, "--model", str(SHIPPED), "--out", str(tmp_path)]) == 0
    assert {path.stem for path in tmp_path.iterdir()} == {Path(photo).stem for photo in photos}


def test_two_photos_of_one_name_do_not_overwrite_each_others_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = next((SHIPPED / "golden").glob("*.jpg"))
    one, other = (tmp_path / kind / "0001.jpg" for kind in ("hotdog", "not_hotdog"))
    for copy in (one, other):
        copy.parent.mkdir()
        shutil.copy(photo, copy)
    assert (
        main(["explain", str(one), str(other), "--model", str(SHIPPED), "--out", str(tmp_path / "out")]) == 2
    )
    assert f"{one} and {other} would both be explained in {tmp_path}/out/0001.html" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_is_no_picture_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "lunch.jpg"
    text.write_text("no picture")
    assert main(["explain", str(text), "--model", str(SHIPPED)]) == 2
    assert f"{text} is not a picture that can be read" in capsys.readouterr().err
    enormous = tmp_path / "enormous.png"
    Image.new("1", (20_000, 20_000)).save(enormous)
    assert main(["explain", str(enormous), "--model", str(SHIPPED)]) == 2
    assert f"{enormous} is not a picture that can be read" in capsys.readouterr().err
