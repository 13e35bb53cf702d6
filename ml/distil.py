"""Distillation: a small network learns to answer as a large one does, for every view of every picture, labelled or not.

After Hinton et al. 2015 (soft targets) and Beyer et al. 2022 ("Knowledge distillation: a good teacher is patient and consistent", section 3): teacher and
student see the very same distorted view, never the same view twice, and for long. A linear layer, thrown away afterwards, lets the student's features give the
teacher's as well (Romero et al. 2015, "hints"), which is what pictures without a hotdog teach.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from threading import local

import cv2
import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from ml import metrics
from ml.batches import contract_tensors, distorted, labels
from ml.dataset import Dataset, Example
from ml.networks import build
from ml.networks.chain import is_chain
from ml.networks.fading import fading, set_fade, settled, start_from_mobilenet
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor
from ml.recipes import Recipe, RecipeError
from ml.sampling import drawing_weights
from ml.teacher import Teacher
from ml.train import (
    LOG_NAME,
    WEIGHTS_NAME,
    RatePerBatch,
    averaging,
    load_start,
    optimizer,
    write_record,
)

Floats = npt.NDArray[np.float32]
Targets = dict[str, Floats]

STATISTICS_PICTURES = 512
"""Pictures that statistics are measured on: batch norm's, and those of the teacher's features."""


def distil(
    dataset: Dataset,
    unlabelled: Sequence[Path],
    teacher: Path,
    recipe: Recipe,
    out: Path,
    start: Path | None = None,
) -> None:
    """Train a student and write its run folder, which `deepdog export` takes.

    Args:
        dataset: photos; what they show is mixed into what the teacher says of the train split, and the val split measures.
        unlabelled: more pictures, of anything.
        teacher: the model of a bundle.
        recipe: with a `distillation`.
        out: folder to write; made when absent.
        start: an earlier run's weights, or a quantised MobileNet V1 (.tflite) for a network with its widths.

    Raises:
        RecipeError: the recipe is not for distillation, or its network has branches or not the widths of `start`.
        TeacherError: the teacher's file is not usable.
        DequantiseError: the MobileNet's file is not usable.
        PhotoError: a picture cannot be decoded.
    """
    if recipe.distillation is None or len(recipe.phases) != 1:
        raise RecipeError("this recipe is not for distillation, in one phase; try `--recipe student`")
    keras.utils.set_random_seed(recipe.seed)
    validation = dataset.split("val")
    (phase,) = recipe.phases
    from_mobilenet = start is not None and start.suffix == ".tflite"
    if start is not None and from_mobilenet:
        if recipe.network != "deepdog_mobilenet":
            raise RecipeError(
                f"{start} has the widths of `deepdog_mobilenet`, the recipe those of {recipe.network}"
            )
        network = fading(recipe.alpha, recipe.resolution)
        some = dataset.split("train")[:: max(1, len(dataset.split("train")) // STATISTICS_PICTURES)]
        start_from_mobilenet(network, start, contract_tensors(some, recipe.resolution))
    else:
        network = build(recipe.network, recipe.alpha, recipe.resolution, recipe.dropout)
        if start is not None:
            load_start(network, start)
    if not is_chain(network):
        raise RecipeError(
            f"{recipe.network} is no chain of layers, whose batch norm could be measured; students are `deepdog` and `deepdog_mobilenet`"
        )
    batches = DistillationBatches(dataset.split("train"), unlabelled, teacher, recipe)
    out.mkdir(parents=True, exist_ok=True)
    write_record(out, dataset, recipe, start, teacher=str(teacher), unlabelled=len(unlabelled))
    pooled = layers.GlobalAveragePooling2D(name="features")(network.get_layer("heatmap").input)
    imitation = layers.Dense(batches.dimensions, name="imitation")(pooled)
    student = keras.Model(network.input, {"logit": network.output, "imitation": imitation})
    student.compile(
        optimizer(recipe),
        {"logit": keras.losses.BinaryCrossentropy(from_logits=True), "imitation": "mse"},
        loss_weights={"logit": 1.0, "imitation": recipe.distillation.imitation},
        jit_compile=False,
    )
    total = phase.epochs * len(batches)
    student.fit(
        batches,
        epochs=phase.epochs,
        callbacks=[
            RatePerBatch(phase, len(batches)),
            *([FadePerBatch(network, round(recipe.distillation.fade * total))] if from_mobilenet else []),
            *averaging(recipe),
            KeepLast(
                network,
                recipe,
                batches.some(STATISTICS_PICTURES),
                contract_tensors(validation, recipe.resolution),
                labels(validation),
                out,
            ),
            keras.callbacks.CSVLogger(str(out / LOG_NAME)),
        ],
        verbose="auto",
    )


class FadePerBatch(keras.callbacks.Callback):  # type: ignore[misc]
    """Raises t of a fading network from 0 to 1 over the first batches, then holds it."""

    def __init__(self, network: keras.Model, batches: int) -> None:
        super().__init__()
        self._network = network
        self._batches = batches
        self._seen = 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Set the next t."""
        if self._seen <= self._batches:
            set_fade(self._network, self._seen / self._batches)
        self._seen += 1


class KeepLast(keras.callbacks.Callback):  # type: ignore[misc]
    """Scores the val split after every epoch, and keeps the network as it is: its rate ends at zero, so the last is the best."""

    def __init__(
        self,
        network: keras.Model,
        recipe: Recipe,
        views: Tensor,
        pixels: Tensor,
        positives: metrics.Positives,
        out: Path,
    ) -> None:
        super().__init__()
        self._network = network
        self._recipe = recipe
        self._views = views
        self._pixels = pixels
        self._positives = positives
        self._path = out / WEIGHTS_NAME

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Log `val_auc` and `val_recall` (at 1 % false alarms), and save."""
        set_norm_statistics(self._network, self._views)
        logits = self._network.predict(self._pixels, batch_size=128, verbose=0)[:, 0]
        if logs is not None:
            logs["val_auc"] = metrics.auc(logits, self._positives)
            logs["val_recall"] = metrics.recall_at(logits, self._positives, 0.01)
        network = (
            settled(self._network, self._recipe.alpha) if self._network.name == "fading" else self._network
        )
        partial = self._path.with_name(f"partial-{self._path.name}")
        network.save(partial)
        partial.replace(self._path)


class DistillationBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Views that were never seen before, with what the teacher says of them; the same for the same seed, whichever thread asks."""

    def __init__(
        self, labelled: Sequence[Example], unlabelled: Sequence[Path], teacher: Path, recipe: Recipe
    ) -> None:
        super().__init__(workers=os.cpu_count() or 1, use_multiprocessing=False, max_queue_size=8)
        if recipe.distillation is None or recipe.softened is None:
            raise RecipeError(
                "to distil, a recipe says how to draw pictures (`softened`) and how to teach (`distillation`)"
            )
        self._labelled = labelled
        self._unlabelled = unlabelled
        self._recipe = recipe
        self._how = recipe.distillation
        self._weights = drawing_weights(labelled, recipe.softened)
        self._scenes = [example for example in labelled if not example.positive]
        self._teacher_file = teacher
        self._of_thread = local()
        self._epoch = 0
        self._mean, self._deviation = self._statistics()

    def __len__(self) -> int:
        return self._how.views // self._recipe.batch_size

    @property
    def dimensions(self) -> int:
        """Number of the teacher's features."""
        return len(self._mean)

    def __getitem__(self, index: int) -> tuple[Tensor, Targets]:
        rng = np.random.default_rng((self._recipe.seed, self._epoch, index))
        lessons = [self._lesson(rng) for _ in range(self._recipe.batch_size)]
        pixels, scores, features = zip(*lessons, strict=True)
        targets = {
            "logit": np.array(scores, np.float32)[:, np.newaxis],
            "imitation": (np.stack(features) - self._mean) / self._deviation,
        }
        return np.stack(pixels), targets

    def some(self, number: int) -> Tensor:
        """Return the pixels of about so many views, uint8 (N, R, R, 3)."""
        whole_batches = -(-number // self._recipe.batch_size)
        return np.concatenate([self[index % len(self)][0] for index in range(whole_batches)])

    def on_epoch_end(self) -> None:
        """Go on to views not seen yet."""
        self._epoch += 1

    def _lesson(self, rng: np.random.Generator) -> tuple[Tensor, float, Floats]:
        teacher = self._teacher()
        label: float | None = None
        if self._unlabelled and rng.random() < self._how.unlabelled_share:
            path = self._unlabelled[int(rng.integers(len(self._unlabelled)))]
        else:
            example = self._labelled[int(rng.choice(len(self._labelled), p=self._weights))]
            path, label = example.path, float(example.positive)
        view = distorted(path, self._scenes, self._recipe.augmentation, teacher.resolution, rng)
        lesson = teacher.ask(view)
        hard = self._how.hard_share
        target = lesson.score if label is None else (1 - hard) * lesson.score + hard * label
        return _shrunk(view, self._recipe.resolution), target, lesson.features

    def _teacher(self) -> Teacher:
        if not hasattr(self._of_thread, "teacher"):
            self._of_thread.teacher = Teacher(self._teacher_file)
        teacher: Teacher = self._of_thread.teacher
        return teacher

    def _statistics(self) -> tuple[Floats, np.float32]:
        """Return the mean of each feature, and one deviation of all, over a few hundred views."""
        rng = np.random.default_rng(self._recipe.seed)
        features = np.stack([self._lesson(rng)[2] for _ in range(STATISTICS_PICTURES)])
        mean = features.mean(axis=0)
        return mean, np.float32((features - mean).std())


def _shrunk(view: Tensor, resolution: int) -> Tensor:
    return cv2.resize(view, (resolution, resolution), interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
