"""Training a detector: pictures with boxes and a recipe in, a run folder out, as `ml.train` does for classifiers."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import keras

from ml.batches import contract_tensors
from ml.dataset import Dataset, DatasetError
from ml.detect.annotations import Annotated, boxes_sha256, to_measure_on, to_train_on, truths
from ml.detect.batches import DetectionBatches, detection_of
from ml.detect.decode import Decoding
from ml.detect.designs import design_of
from ml.detect.measure import Measured
from ml.quantise import representative_pictures
from ml.recipes import Recipe
from ml.train import optimizer
from ml.training import record
from ml.training.callbacks import Keeper, PhaseRates, StopAtNan
from ml.training.checkpoint import load_checkpoint
from ml.training.log import has_tensorboard, open_log
from ml.training.record import WEIGHTS_NAME

THRESHOLD = 0.3
"""At which boxes are counted while training; which one an app shows boxes at, `deepdog export` finds out."""


def train_detector(
    dataset: Dataset,
    known: Sequence[Annotated],
    recipe: Recipe,
    out: Path,
    start: Path | None = None,
    resume: bool = False,
    tensorboard: bool | None = None,
) -> None:
    """Train a detector and write the run folder: the weights of the last phase's epoch with the best average precision on the val split, and their record.

    Args:
        dataset: the photos.
        known: of them those whose boxes are known.
        recipe: a detector's.
        out: folder to write; made when absent.
        start: weights for the body, as the design takes them (`ml/detect/designs.py`); random ones when absent.
        resume: go on with the run that `out` holds.
        tensorboard: write TensorBoard's events; where it is installed, when absent.

    Raises:
        DatasetError: there is nothing with boxes, or nothing without, to train on.
        BoxesError: the val split has no boxes.
        RunError: `out` holds a run that is not to go on, or another one.
        TrainingError: the loss became no number.
    """
    detection, design = detection_of(recipe), design_of(recipe.network)
    training, validation = to_train_on(known), to_measure_on(known, "val")
    with_boxes = sum(len(picture.boxes) > 0 for picture in training)
    if not with_boxes or with_boxes == len(training):
        raise DatasetError(
            f"the train split needs pictures with boxes and pictures that hold nothing; it has {with_boxes} with boxes, {len(training) - with_boxes} without. "
            "A folder's boxes.csv lists boxes (file, label, x0, y0, x1, y1)"
        )
    with_events = has_tensorboard(tensorboard)
    made_of = record.made_of(
        dataset, recipe, start, boxes_sha256=boxes_sha256(known), pictures_with_boxes=with_boxes
    )
    record.begin(out, made_of, resume)
    checkpoint = load_checkpoint(out)
    keras.utils.set_random_seed(recipe.seed)
    batches_per_epoch = detection.views // recipe.batch_size
    record.draw_schedule(out, recipe, batches_per_epoch)
    pixels = contract_tensors([picture.example for picture in validation], recipe.resolution)
    truth = truths(validation)

    def figures(network: keras.Model) -> dict[str, float]:
        found = design.detections(network, pixels, Decoding())
        measured = Measured(truth, found, THRESHOLD).figures
        return {"val_ap": measured["ap"], "val_ap50": measured["ap50"]}

    with open_log(out, recipe, batches_per_epoch * recipe.batch_size, checkpoint, with_events) as log:
        for number, phase in enumerate(recipe.phases):
            if checkpoint.is_past(number, phase.epochs):
                continue
            rates = PhaseRates(phase, batches_per_epoch)
            network = design.build(recipe)
            goes_on = number == checkpoint.phase and bool(checkpoint.variables)
            if not goes_on and number:
                network.load_weights(out / WEIGHTS_NAME)
            elif not goes_on and start is not None:
                shown = [picture.example for picture in training]
                design.start(network, start, partial(representative_pictures, shown, recipe.resolution))
            # XLA's CPU code is 8 to 11 times slower than TensorFlow's for depthwise convolutions.
            network.compile(
                optimizer(recipe, rates),
                list(design.losses),
                loss_weights=list(design.loss_weights),
                jit_compile=False,
            )
            if goes_on:
                checkpoint.give(network)
            else:
                checkpoint.enter(number, network)
                checkpoint.save(out)
            log.phase_begins(number, recipe.resolution, checkpoint.epoch)
            network.fit(
                DetectionBatches(
                    training,
                    recipe,
                    design.targets,
                    recipe.seed + number,
                    workers=os.cpu_count() or 1,
                    epoch=checkpoint.epoch,
                ),
                initial_epoch=checkpoint.epoch,
                epochs=phase.epochs,
                callbacks=[
                    StopAtNan(out, number, rates),
                    Keeper(
                        out,
                        checkpoint,
                        log,
                        rates,
                        measure=partial(figures, network),
                        to_keep=partial(_itself, network),
                        best_by="val_ap",
                    ),
                ],
                shuffle=False,  # Keras would shuffle batches by Python's global random state
                verbose=0,
            )
    record.end(out, checkpoint.seconds)


def _itself(network: keras.Model) -> keras.Model:
    return network
