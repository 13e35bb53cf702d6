"""A student learns what its teacher sees: here, a teacher that sees red."""

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from keras import layers

from ml.batches import contract_tensors, labels
from ml.bundle import load_bundle
from ml.cli import main
from ml.dataset import load_datasets
from ml.distil import DistillationBatches, blended, made_of
from ml.evaluate import evaluate
from ml.networks import build
from ml.networks.learning_scales import scale_for_learning
from ml.pixels import photo_to_tensor
from ml.quantise import load_network, quantise
from ml.recipes import load_recipe
from ml.teacher import Teacher, TeacherError, Teachers
from ml.training import record
from ml.training.checkpoint import load_checkpoint
from tests.ml.discs import write_discs
from tests.ml.killing import kill_deepdog_after

pytestmark = pytest.mark.training

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Red pictures and green ones."""
    return write_colours(tmp_path_factory.mktemp("photos"), 40)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network whose two features are how red and how green a picture is; its logit is their difference."""
    return write_teacher(tmp_path_factory.mktemp("teacher") / "model.tflite", 64, 10.0)


def write_teacher(file: Path, resolution: int, certainty: float) -> Path:
    """Write one that looks at pictures of that side and says `certainty` times the difference."""
    pixels = keras.Input((resolution, resolution, 3))
    features = layers.Conv2D(2, 1, name="features")
    heatmap = layers.Conv2D(1, 1, name="heatmap")
    x = heatmap(features(layers.AveragePooling2D(8)(pixels)))
    network = keras.Model(pixels, layers.GlobalAveragePooling2D(name="logit")(x))
    features.set_weights([np.eye(3, 2).reshape(1, 1, 3, 2) / 255, np.zeros(2)])
    heatmap.set_weights([np.array([certainty, -certainty]).reshape(1, 1, 2, 1), np.zeros(1)])
    colours = np.random.default_rng(1).integers(0, 256, (32, 1, 1, 3), np.uint8)
    file.write_bytes(quantise(network, np.broadcast_to(colours, (32, resolution, resolution, 3))))
    return file


def test_a_teacher_gives_its_score_and_its_features(teacher: Path) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, :, 0], picture[:, :, 1] = 204, 102
    asked = Teacher(teacher)
    lesson = asked.ask(picture)
    assert (asked.resolution, asked.dimensions) == (64, 2)
    assert lesson.features == pytest.approx([0.8, 0.4], abs=0.05)
    assert lesson.score == pytest.approx(1 / (1 + np.exp(-4)), abs=0.05)


def test_teachers_answer_as_one(teacher: Path, tmp_path: Path) -> None:
    coarser = write_teacher(tmp_path / "coarser.tflite", 32, -10.0)
    asked = Teachers([teacher, coarser])
    reddish = np.full((64, 64, 3), (204, 102, 0), np.uint8)
    lesson = asked.ask(reddish)
    assert asked.resolution == 64
    assert lesson.features == pytest.approx([0.8, 0.4, 0.8, 0.4], abs=0.05)
    assert lesson.score == pytest.approx(0.5, abs=0.05), "one says red, the other the opposite"


def test_the_teacher_that_comes_along_knows_hotdogs() -> None:
    """On renders, which it has never seen."""
    teacher = Teacher(ROOT / "ml/weights/teacher.tflite")
    photos = sorted((ROOT / "app/assets/model/golden").glob("*.jpg"))
    scores = {
        kind: [
            teacher.ask(photo_to_tensor(photo, teacher.resolution)[0]).score
            for photo in photos
            if photo.name.startswith(kind)
        ]
        for kind in ("positive", "negative")
    }
    assert len(scores["positive"]) == len(scores["negative"]) == 6
    assert np.mean(scores["positive"]) > np.mean(scores["negative"]) + 0.3, scores


def test_a_student_comes_to_see_what_the_teacher_sees(photos: Path, teacher: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    arguments = ["--teacher", str(teacher), "--more", str(photos), "--recipe", "smoke_student"]
    assert main(["distil", str(photos), *arguments, "--out", str(run)]) == 0
    with (run / "log.csv").open() as log:
        losses = [float(row["imitation_loss"]) for row in csv.DictReader(log)]
    assert losses[-1] < 0.7 * losses[0]
    examples = load_datasets([photos]).examples
    logits = load_network(run / "network.keras").predict(contract_tensors(examples, 64), verbose=0)[:, 0]
    assert ((logits > 0) == labels(examples)).mean() > 0.95


def test_the_teacher_judges_a_view_before_it_goes_onto_a_screen(photos: Path, teacher: Path) -> None:
    train = load_datasets([photos]).split("train")
    plain = replace(load_recipe("smoke_student"), batch_size=1)
    on_screens = replace(plain, augmentation=replace(plain.augmentation, screen_share=1.0))
    (pixels, said), (spoilt, said_of_spoilt) = (
        DistillationBatches(train, [], [teacher], recipe)[0] for recipe in (plain, on_screens)
    )
    assert said["logit"] == said_of_spoilt["logit"]
    assert np.abs(pixels.astype(float) - spoilt).mean() > 3


def test_of_a_blend_the_teachers_word_alone_counts(photos: Path, teacher: Path) -> None:
    train = load_datasets([photos]).split("train")
    plain = load_recipe("smoke_student")
    assert plain.distillation is not None
    mixing = replace(plain, distillation=replace(plain.distillation, mixed_share=1.0))
    pixels, said = DistillationBatches(train, [], [teacher], mixing)[0]
    asked = Teacher(teacher)
    assert said["logit"][:, 0] == pytest.approx([asked.ask(picture).score for picture in pixels])
    reds = pixels[..., 0].mean(axis=(1, 2))
    assert ((reds > 70) & (reds < 130)).any(), "no picture lies between red (160) and green (40)"


def test_a_blend_shows_both_by_their_shares() -> None:
    white, black = np.full((4, 4, 3), 255, np.uint8), np.zeros((4, 4, 3), np.uint8)
    for share, grey in ((0.0, 0), (0.2, 51), (1.0, 255)):
        assert (blended(white, black, share) == grey).all()


def test_two_lessons_from_one_start_make_one_student(photos: Path, teacher: Path, tmp_path: Path) -> None:
    arguments = ["--teacher", str(teacher), "--recipe", "smoke_student", "--out"]
    assert main(["distil", str(photos), *arguments, str(tmp_path / "start")]) == 0
    runs = [tmp_path / "a", tmp_path / "b"]
    for seed, run in enumerate(runs):
        more = ["--start", str(tmp_path / "start/network.keras"), "--epochs", "2", "--seed", str(seed)]
        assert main(["distil", str(photos), *arguments, str(run), *more]) == 0
    mean = tmp_path / "mean"
    assert main(["average", str(photos), "--runs", *map(str, runs), "--out", str(mean)]) == 0
    averaged, *networks = (load_network(run / "network.keras") for run in (mean, *runs))
    for network in networks:
        scale_for_learning(network)
    of_mean, *of_runs = (network.get_weights()[0] for network in (averaged, *networks))
    assert np.allclose(of_mean, np.mean(of_runs, axis=0), atol=1e-6)
    assert not np.allclose(of_runs[0], of_runs[1], atol=1e-4)
    bundle, golden = tmp_path / "bundle", write_colours(tmp_path / "golden", 4, seed=1)
    assert main(["export", str(mean), str(photos), "--golden", str(golden), "--out", str(bundle)]) == 0
    examples = load_datasets([photos]).examples
    right = evaluate(load_bundle(bundle).model_bytes, examples, threshold=0.5).overall.accuracy
    assert right is not None
    assert right > 0.95


def test_a_channel_that_came_silent_has_something_to_say_afterwards(
    photos: Path, teacher: Path, tmp_path: Path
) -> None:
    start, run = tmp_path / "start.keras", tmp_path / "run"
    network = build("deepdog", load_recipe("smoke_student").alpha, 64)
    norm = network.get_layer("block2_norm")
    gamma, *others = norm.get_weights()
    gamma[3] = 0
    norm.set_weights([gamma, *others])
    network.save(start)
    arguments = [
        "--teacher",
        str(teacher),
        "--recipe",
        "smoke_student",
        "--epochs",
        "1",
        "--start",
        str(start),
    ]
    assert main(["distil", str(photos), *arguments, "--out", str(run)]) == 0
    taught = load_network(run / "network.keras")
    block = keras.Model(taught.input, taught.get_layer("block2_elu").output)
    values = block.predict(contract_tensors(load_datasets([photos]).examples, 64), verbose=0)
    assert values[..., 3].std() > 0.1


@pytest.mark.timeout(1800)  # three trainings, one of them in a process of its own
def test_a_killed_distillation_goes_on_to_the_same_end(photos: Path, teacher: Path, tmp_path: Path) -> None:
    """With averaged weights, which stand in for the trained ones between epochs."""
    recipe = tmp_path / "short.py"
    recipe.write_text(
        "from dataclasses import replace\n"
        "from ml.recipes import Distillation, smoke_student\n"
        "RECIPE = replace(smoke_student.RECIPE.stretched(5), resolution=32, distillation=Distillation(views=64))\n"
    )
    command = ["distil", str(photos), "--teacher", str(teacher), "--recipe", str(recipe), "--out"]
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    assert main([*command, str(unbroken)]) == 0
    kill_deepdog_after("  epoch 2", [*command, str(killed)])
    assert 2 <= load_checkpoint(killed).epoch < 5
    assert main([*command, str(killed), "--resume"]) == 0
    whole, resumed = (load_network(run / "network.keras").get_weights() for run in (unbroken, killed))
    assert all(np.array_equal(*pair) for pair in zip(whole, resumed, strict=True))


def test_a_student_goes_on_under_no_other_teacher(
    photos: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, changed = tmp_path / "run", tmp_path / "teacher.tflite"
    changed.write_bytes(b"another one")
    recipe = load_recipe("smoke_student")
    record.begin(run, made_of(load_datasets([photos]), [], [changed], recipe, None), resume=False)
    (run / record.WEIGHTS_NAME).touch()
    changed.write_bytes(teacher.read_bytes())
    arguments = ["--teacher", str(changed), "--recipe", "smoke_student", "--out", str(run), "--resume"]
    assert main(["distil", str(photos), *arguments]) == 2
    assert "it began otherwise: teacher_sha256 was" in capsys.readouterr().err


def test_a_teacher_of_something_else_is_refused(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of_green = write_teacher(tmp_path / "of_green.tflite", 64, -10.0)
    arguments = ["--teacher", str(of_green), "--recipe", "smoke_student", "--out", str(tmp_path / "run")]
    assert main(["distil", str(photos), *arguments]) == 2
    assert "of_green.tflite cannot tell these classes apart" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_file_that_ends_in_no_heatmap_teaches_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.tflite").write_text("no model")
    with pytest.raises(TeacherError, match=r"text\.tflite is no \.tflite file that can be read"):
        Teacher(tmp_path / "text.tflite")


def test_a_recipe_without_a_distillation_is_refused(
    photos: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--teacher", str(teacher), "--recipe", "smoke", "--out", str(tmp_path / "run")]
    assert main(["distil", str(photos), *arguments]) == 2
    assert "try `--recipe student`" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_split_that_lacks_a_class_is_refused_before_the_teacher_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = write_discs(tmp_path / "photos", 20)
    listed = (photos / "dataset.csv").read_text().splitlines()
    (photos / "dataset.csv").write_text(
        "\n".join(line.replace(",hotdog,val", ",hotdog,test") for line in listed)
    )
    arguments = ["--teacher", "none.tflite", "--recipe", "smoke_student", "--out", str(tmp_path / "run")]
    assert main(["distil", str(photos), *arguments]) == 2
    assert "the val split needs pictures of both classes" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_mobilenets_weights_are_refused_for_other_widths(
    photos: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--teacher", str(teacher), "--recipe", "smoke_student", "--start", "mobilenet.tflite"]
    assert main(["distil", str(photos), *arguments, "--out", str(tmp_path / "run")]) == 2
    assert "has the widths of `deepdog_mobilenet`, the recipe those of deepdog" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def write_colours(folder: Path, count: int, seed: int = 0) -> Path:
    """Write `count` pictures of each of two colours, and return the folder."""
    rng = np.random.default_rng(seed)
    for name, tint in (("red", (40, 60, 160)), ("not_red", (40, 160, 60))):
        (folder / name).mkdir(parents=True)
        for number in range(count):
            pixels = np.clip(np.array(tint) + rng.integers(-40, 40, (72, 80, 3)), 0, 255).astype(np.uint8)
            cv2.imwrite(str(folder / name / f"{number}.jpg"), pixels)
    return folder
