"""Distillation: a small network learns to answer as a large one does, for every view of every picture, labelled or not.

After Hinton et al. 2015 (soft targets) and Beyer et al. 2022 ("Knowledge distillation: a good teacher is patient and consistent", section 3): teacher and
student see the very same distorted view, or blend of two, but for screens, which only the student sees, never the same view twice, and for long. A linear
layer, thrown away afterwards, lets the student's features give the teacher's as well (Romero et al. 2015, "hints"), which is what pictures without a hotdog
teach.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import local
from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from ml import metrics
from ml.ablation import AS_IN_2017
from ml.batches import contract_tensors, distorted, labels, shrunk, thinned
from ml.dataset import Dataset, Example
from ml.networks.chain import is_chain
from ml.networks.fading import FADING, fading, set_fade, settled, start_from_mobilenet
from ml.networks.revival import revive
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor
from ml.recipes import Recipe, RecipeError
from ml.sampling import drawing_weights
from ml.screens import photographed
from ml.teacher import Teachers, check_teachers
from ml.train import optimizer, splits_of_both_classes, started
from ml.training import record
from ml.training.callbacks import Figures, Keeper, PhaseRates, StopAtNan, averaging
from ml.training.checkpoint import load_checkpoint
from ml.training.log import has_tensorboard, open_log

Floats = npt.NDArray[np.float32]
Targets = dict[str, Floats]

STATISTICS_PICTURES = 512
"""Pictures that statistics are measured on: batch norm's, and those of the teacher's features."""


def distil(
    dataset: Dataset,
    unlabelled: Sequence[Path],
    teachers: Sequence[Path],
    recipe: Recipe,
    out: Path,
    start: Path | None = None,
    resume: bool = False,
    tensorboard: bool | None = None,
) -> None:
    """Train a student and write its run folder, which `deepdog export` takes.

    Args:
        dataset: photos, of both classes in train and val; what they show is mixed into what the teacher says of the train split, and the val split measures.
        unlabelled: more pictures, of anything.
        teachers: models of bundles, asked as one.
        recipe: with a `distillation`.
        out: folder to write; made when absent.
        start: an earlier run's weights, a bundle, or a quantised MobileNet V1 (.tflite) for a network with its widths.
        resume: go on with the run that `out` holds, to the same end as if it had never stopped.
        tensorboard: write TensorBoard's events; where it is installed, when absent.

    Raises:
        RecipeError: the recipe is not for distillation, or its network has branches or not the widths of `start`.
        DatasetError: a split lacks a class.
        RunError: `out` holds a run that is not to go on, or another one.
        TrainingError: the loss became no number.
        TeacherError: a teacher's file is not usable, or knows nothing of these classes.
        DequantiseError: the MobileNet's file is not usable.
        PhotoError: a picture cannot be decoded.
    """
    if recipe.distillation is None or len(recipe.phases) != 1:
        raise RecipeError("this recipe is not for distillation, in one phase; try `--recipe student`")
    training, validation = splits_of_both_classes(dataset)
    keras.utils.set_random_seed(recipe.seed)
    (phase,) = recipe.phases
    photos = contract_tensors(thinned(training, STATISTICS_PICTURES), recipe.resolution)
    network = _started(recipe, training, start, photos)
    fades = network.name == FADING
    area = check_teachers(teachers, validation)
    print(f"area under the ROC curve of what the teacher says of val: {area:.4f}")
    batches = DistillationBatches(training, unlabelled, teachers, recipe)
    with_events = has_tensorboard(tensorboard)
    record.begin(out, made_of(dataset, unlabelled, teachers, recipe, start), resume)
    checkpoint = load_checkpoint(out)
    record.draw_schedule(out, recipe, len(batches))
    phase_rates = PhaseRates(phase, len(batches))
    student = _compiled(network, recipe, phase_rates, batches.dimensions)
    if checkpoint.variables:
        checkpoint.give(student)
    else:
        checkpoint.enter(0, student)
        checkpoint.save(out)
    batches.go_to(checkpoint.epoch)
    pixels, positives = contract_tensors(validation, recipe.resolution), labels(validation)
    fading_batches = max(1, round(recipe.distillation.fade * phase.epochs * len(batches)))
    with open_log(out, recipe, len(batches) * recipe.batch_size, checkpoint, with_events) as log:
        log.phase_begins(0, recipe.resolution, checkpoint.epoch)
        student.fit(
            batches,
            initial_epoch=checkpoint.epoch,
            epochs=phase.epochs,
            callbacks=[
                StopAtNan(out, 0, phase_rates),
                *([FadePerBatch(network, fading_batches, checkpoint.epoch * len(batches))] if fades else []),
                *averaging(recipe, checkpoint.epoch),
                # The rate ends at zero, so the last network is the best.
                Keeper(
                    out,
                    checkpoint,
                    log,
                    phase_rates,
                    measure=lambda: _measured(network, photos, pixels, positives),
                    to_keep=lambda: settled(network, recipe.alpha) if fades else network,
                    best_by=None,
                ),
            ],
            shuffle=False,  # the batches themselves are shuffled, by seed and epoch; Keras would shuffle by the process's own state
            verbose=0,
        )
    record.end(out, checkpoint.seconds)


def _started(recipe: Recipe, training: Sequence[Example], start: Path | None, photos: Tensor) -> keras.Model:
    """Return the student to begin with: one that fades from MobileNet into DeepDog, or DeepDog itself with the weights of a run, of a bundle or at random."""
    if start is not None and start.suffix == ".tflite":
        if recipe.network != "deepdog_mobilenet":
            raise RecipeError(
                f"{start} has the widths of `deepdog_mobilenet`, the recipe those of {recipe.network}"
            )
        if recipe.ablation != AS_IN_2017:
            raise RecipeError(f"from {start}, DeepDog comes as in 2017, not with `{recipe.ablation}`")
        network = fading(recipe.alpha, recipe.resolution)
        start_from_mobilenet(network, start, photos)
    else:
        network = started(recipe, training, recipe.resolution, start)
        if start is not None:
            revive(network, photos)
    if not is_chain(network):
        raise RecipeError(
            f"{recipe.network} is no chain of layers, whose batch norm could be measured; students are `deepdog` and `deepdog_mobilenet`"
        )
    return network


def made_of(
    dataset: Dataset,
    unlabelled: Sequence[Path],
    teachers: Sequence[Path],
    recipe: Recipe,
    start: Path | None,
) -> dict[str, Any]:
    """Return what decides a student's weights: what decides any run's, and what the teachers' files and the pictures without labels hold."""
    pictures = [hashlib.sha256(picture.read_bytes()).hexdigest() for picture in unlabelled]
    return record.made_of(
        dataset,
        recipe,
        start,
        teacher=", ".join(map(str, teachers)),
        teacher_sha256=", ".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in teachers),
        unlabelled=len(unlabelled),
        # In their order, since views are drawn by number.
        unlabelled_sha256=hashlib.sha256("\n".join(pictures).encode()).hexdigest(),
    )


def _compiled(network: keras.Model, recipe: Recipe, phase_rates: PhaseRates, dimensions: int) -> keras.Model:
    """Return the network with a second output, which gives the teacher's features, ready for `fit`."""
    pooled = layers.GlobalAveragePooling2D(name="features")(network.get_layer("heatmap").input)
    imitation = layers.Dense(dimensions, name="imitation")(pooled)
    student = keras.Model(network.input, {"logit": network.output, "imitation": imitation})
    weight = recipe.distillation.imitation if recipe.distillation else 0.0
    student.compile(
        optimizer(recipe, phase_rates),
        {"logit": keras.losses.BinaryCrossentropy(from_logits=True), "imitation": "mse"},
        loss_weights={"logit": 1.0, "imitation": weight},
        jit_compile=False,
    )
    return student


def _measured(network: keras.Model, photos: Tensor, pixels: Tensor, positives: metrics.Positives) -> Figures:
    """Measure batch norm's statistics anew, on photos as they are, then AUC on the val split and recall at 1 % false alarms; NaN where an answer is."""
    set_norm_statistics(network, photos)
    logits = network.predict(pixels, batch_size=128, verbose=0)[:, 0]
    if not np.isfinite(logits).all():
        return {"val_auc": float("nan"), "val_recall": float("nan")}
    return {
        "val_auc": metrics.auc(logits, positives),
        "val_recall": metrics.recall_at(logits, positives, metrics.FALSE_ALARMS),
    }


class FadePerBatch(keras.callbacks.Callback):  # type: ignore[misc]
    """Raises t of a fading network from 0 to 1 over the first batches, then holds it."""

    def __init__(self, network: keras.Model, batches: int, seen: int) -> None:
        super().__init__()
        self._network = network
        self._batches = batches
        self._seen = seen

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Set the next t."""
        if self._seen <= self._batches:
            set_fade(self._network, self._seen / self._batches)
        self._seen += 1


class DistillationBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Views that were never seen before, with what the teachers say of them; the same for the same seed, whichever thread asks."""

    def __init__(
        self,
        labelled: Sequence[Example],
        unlabelled: Sequence[Path],
        teachers: Sequence[Path],
        recipe: Recipe,
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
        self._augmentation = replace(recipe.augmentation, screen_share=0.0)
        self._screen_share = recipe.augmentation.screen_share
        self._weights = drawing_weights(labelled, recipe.softened)
        self._scenes = [example for example in labelled if not example.positive]
        self._teacher_files = teachers
        self._of_thread = local()
        self._epoch = 0
        self._mean, self._deviation = self._statistics()

    def __len__(self) -> int:
        return self._how.views // self._recipe.batch_size

    @property
    def dimensions(self) -> int:
        """Number of the teachers' features."""
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

    def go_to(self, epoch: int) -> None:
        """Show what the epoch of that number, from 0, shows."""
        self._epoch = epoch

    def on_epoch_end(self) -> None:
        """Go on to views not seen yet."""
        self._epoch += 1

    def _lesson(self, rng: np.random.Generator) -> tuple[Tensor, float, Floats]:
        teachers = self._teachers()
        view, label = self._view(rng)
        if self._how.mixed_share and rng.random() < self._how.mixed_share:
            other, _ = self._view(rng)
            view, label = blended(view, other, rng.random()), None
        lesson = teachers.ask(view)
        # Off a screen even the teacher sees little, so it is asked before.
        if self._screen_share and rng.random() < self._screen_share:
            view = photographed(view, rng)
        hard = self._how.hard_share
        target = lesson.score if label is None else (1 - hard) * lesson.score + hard * label
        return shrunk(view, self._recipe.resolution), target, lesson.features

    def _view(self, rng: np.random.Generator) -> tuple[Tensor, float | None]:
        """Return a picture as the teacher sees it, uint8 (R, R, 3), and its label where it has one."""
        label: float | None = None
        if self._unlabelled and rng.random() < self._how.unlabelled_share:
            path = self._unlabelled[int(rng.integers(len(self._unlabelled)))]
        else:
            example = self._labelled[int(rng.choice(len(self._labelled), p=self._weights))]
            path, label = example.path, float(example.positive)
        return distorted(path, self._scenes, self._augmentation, self._teachers().resolution, rng), label

    def _teachers(self) -> Teachers:
        if not hasattr(self._of_thread, "teachers"):
            self._of_thread.teachers = Teachers(self._teacher_files)
        teachers: Teachers = self._of_thread.teachers
        return teachers

    def _statistics(self) -> tuple[Floats, np.float32]:
        """Return the mean of each feature, and one deviation of all, over a few hundred views."""
        rng = np.random.default_rng(self._recipe.seed)
        features = np.stack([self._lesson(rng)[2] for _ in range(STATISTICS_PICTURES)])
        mean = features.mean(axis=0)
        return mean, np.float32((features - mean).std())


def blended(view: Tensor, other: Tensor, share: float) -> Tensor:
    """Return two pictures of one shape shown at once, uint8, the first by that share (Zhang et al. 2018, "mixup", section 2)."""
    return cv2.addWeighted(view, share, other, 1 - share, 0).astype(np.uint8, copy=False)
