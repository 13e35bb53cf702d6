"""Networks side by side."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from ml.charts import Point, _free_side
from ml.cli import main
from ml.compare import CompareError, Entrant, Measured, Row, compare, markdown, parse_entrant
from ml.dataset import Dataset, load_datasets
from ml.recipes import load_recipe

pytestmark = pytest.mark.training


@pytest.mark.parametrize(
    ("text", "entrant", "name"),
    [
        ("squeezenet", Entrant("squeezenet"), "squeezenet"),
        ("deepdog:0.5", Entrant("deepdog", 0.5), "deepdog-0.5"),
        ("mobilenet_v2:.35@160", Entrant("mobilenet_v2", 0.35, 160), "mobilenet_v2-0.35-160px"),
    ],
)
def test_how_a_network_is_written(text: str, entrant: Entrant, name: str) -> None:
    assert parse_entrant(text) == entrant
    assert entrant.name == name


@pytest.mark.parametrize("networks", [[], ["deepdog:0.5"]], ids=["two runs", "a run and a network"])
def test_networks_of_one_name_are_refused_before_the_long_work(networks: list[str], tmp_path: Path) -> None:
    """Their files would replace each other's, and no --out would help."""
    nothing = Dataset((), "hotdog", "not_hotdog")
    entrants = [parse_entrant(text) for text in networks]
    runs = [tmp_path / "monday/deepdog-0.5", tmp_path / "tuesday/deepdog-0.5"][: 2 - len(networks)]
    with pytest.raises(CompareError, match=r"two of the networks are called deepdog-0\.5"):
        compare(nothing, entrants, load_recipe("smoke"), tmp_path / "compare", runs)


def test_another_writing_is_refused() -> None:
    with pytest.raises(CompareError, match="network\\[:alpha\\]\\[@resolution\\], such as deepdog"):
        parse_entrant("deepdog 0.5")


def test_an_entrant_without_widths_is_refused() -> None:
    with pytest.raises(CompareError, match="'deepdog:0' has no widths"):
        parse_entrant("deepdog:0")


def test_all_but_the_network_stays_the_recipes() -> None:
    recipe = load_recipe("smoke")
    ours = Entrant("squeezenet", 0.5).of(recipe)
    assert (ours.network, ours.alpha, ours.resolution) == ("squeezenet", 0.5, recipe.resolution)
    assert (ours.phases, ours.augmentation) == (recipe.phases, recipe.augmentation)


def test_the_table_has_the_best_recall_first() -> None:
    rows = [
        Row(Measured("slow", 4_000_000, 300_000_000, 4 << 20, 12.0, 0.97, 0.70, 298, 740), 3.2),
        Row(Measured("deepdog-0.5", 550_000, 33_000_000, 686_000, 6.0, 0.98, 0.80, 298, 740), 0.5),
    ]
    lines = markdown(rows).splitlines()
    assert lines[2] == "| deepdog-0.5 | 0.55 M | 33 M | 0.65 MiB | 0.50 ms | 6.0 MiB | 0.9800 | 0.800 |"
    assert lines[3].startswith("| slow |")


def test_neighbours_in_the_plot_have_their_names_on_the_outside() -> None:
    near, nearer, far = (
        Point(name, latency, 0.4, 1 << 20, 298)
        for name, latency in (("fast", 1.0), ("slower", 1.1), ("slow", 3.0))
    )
    sides = [_free_side(point, [near, nearer, far]) for point in (near, nearer, far)]
    assert sides == [-1, 1, 1]
    assert _free_side(near, [near]) == 1


def test_a_network_is_trained_once_and_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    renders, out = tmp_path / "renders", tmp_path / "compare"
    assert main(["sample", str(renders), "--count", "60", "--size", "32"]) == 0
    smoke = load_recipe("smoke")
    monkeypatch.setattr("ml.recipes.smoke.RECIPE", smoke.stretched(1))
    command = ["compare", str(renders), "--recipe", "smoke", "--timings", "10", "--out", str(out)]
    command += ["--networks", "deepdog:0.25@32"]
    assert main(command) == 0
    assert "deepdog-0.25-32px: training" in capsys.readouterr().out
    assert main(command) == 0
    again = capsys.readouterr().out
    assert "training" not in again
    assert "| deepdog-0.25-32px |" in again
    page = (out / "compare.html").read_text(encoding="utf-8")
    assert "<svg" in page
    assert f"measured on {len(load_datasets([renders]).split('val'))} photos of the val split" in page
    alone = ElementTree.parse(out / "compare.svg").getroot()
    assert "Recall at 1 % false alarms against latency" in alone.attrib["aria-label"]
    assert "--ink: light-dark(" in "".join(alone.itertext())
    assert main([*command, "--split", "test"]) == 2
    monkeypatch.setattr("ml.recipes.smoke.RECIPE", smoke.stretched(2))
    assert main(command) == 2
    assert capsys.readouterr().err.count("was made from other photos, weights, another recipe or split") == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "name --networks to train, or --runs"),
        (["--networks", "resnet"], "there is no network 'resnet'; there are: deepdog"),
    ],
)
def test_a_choice_that_cannot_work_is_refused(
    options: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "nowhere", "--out", str(tmp_path / "compare"), *options]) == 2
    assert message in capsys.readouterr().err
