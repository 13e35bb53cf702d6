"""Training: photos and a recipe in, a run folder out (weights, checkpoint, log, schedule, what made them)."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from ml import metrics
from ml.batches import TrainingBatches, contract_tensors, labels, thinned
from ml.dataset import Dataset, DatasetError, Example
from ml.distributed import ALONE, Predict, Processes, check_batch_size, predictor, sha256_of_each
from ml.networks import build
from ml.networks.starting_weights import load_start
from ml.pixels import Tensor
from ml.recipes import Recipe, RecipeError
from ml.training import record
from ml.training.callbacks import Figures, Keeper, PhaseRates, StopAtNan, averaging
from ml.training.checkpoint import load_checkpoint
from ml.training.log import has_tensorboard, open_log
from ml.training.record import WEIGHTS_NAME

STATISTICS_PICTURES = 256
"""Pictures that batch norm's statistics are measured on, where the starting weights come without."""


def train(
    dataset: Dataset,
    recipe: Recipe,
    out: Path,
    start: Path | None = None,
    resume: bool = False,
    tensorboard: bool | None = None,
    processes: Processes = ALONE,
) -> None:
    """Train a network and write the run folder: the weights of the last phase's epoch with the best AUC on the val split, and their record.

    Args:
        dataset: needs both classes in train and val.
        recipe: what decides the run.
        out: folder to write; made when absent.
        start: weights of an earlier run of the same network to start from; random ones when absent.
        resume: go on with the run that `out` holds, to the same end as if it had never stopped.
        tensorboard: write TensorBoard's events; where it is installed, when absent.
        processes: which of how many this one is, all of them training this run; the first one writes.

    Raises:
        RecipeError: the recipe is not for training a classifier by labels.
        DatasetError: a split lacks a class, or there are too few pictures to train on.
        DistributedError: the batch cannot be shared among the processes.
        RunError: `out` holds a run that is not to go on, or another one.
        TrainingError: the loss became no number.
    """
    check_recipe(recipe)
    training, validation = splits_of_both_classes(dataset)
    if len(training) < recipe.batch_size:
        raise DatasetError(
            f"{len(training)} pictures to train on do not fill one batch of {recipe.batch_size}"
        )
    check_batch_size(recipe.batch_size, processes)
    with_events = has_tensorboard(tensorboard)
    positive_weight = positive_weight_of(recipe, labels(training))
    made_of = record.made_of(dataset, recipe, start, positive_weight=positive_weight)
    record.begin(out, made_of, resume, processes.is_first)
    checkpoint = load_checkpoint(out)
    processes.wait_for_all("read")
    batches_per_epoch = len(training) // recipe.batch_size
    if processes.is_first:
        record.draw_schedule(out, recipe, batches_per_epoch)
    with open_log(
        out, recipe, batches_per_epoch * recipe.batch_size, checkpoint, with_events, processes.is_first
    ) as log:
        for number, phase in enumerate(recipe.phases):
            if checkpoint.is_past(number, phase.epochs):
                continue
            resolution = phase.resolution or recipe.resolution
            goes_on = number == checkpoint.phase and bool(checkpoint.variables)
            weights = None if goes_on else out / WEIGHTS_NAME if number else start
            phase_rates = PhaseRates(phase, batches_per_epoch)
            # Of each phase, since a run that goes on skips those before, and what they would have drawn.
            keras.utils.set_random_seed(recipe.seed + number)
            network = started(recipe, training, resolution, weights)
            network.compile(
                optimizer(recipe, phase_rates),
                keras.losses.BinaryCrossentropy(from_logits=True),
                # XLA's CPU code is 8 to 11 times slower than TensorFlow's for depthwise convolutions; JAX has no other.
                jit_compile=keras.backend.backend() == "jax",
            )
            if goes_on:
                checkpoint.give(network)
            else:
                checkpoint.enter(number, network)
                if processes.is_first:
                    checkpoint.save(out)
            log.phase_begins(number, resolution, checkpoint.epoch)
            batches = TrainingBatches(
                training,
                recipe,
                resolution,
                positive_weight,
                recipe.seed + number,
                workers=os.cpu_count() or 1,
                epoch=checkpoint.epoch,
                processes=processes,
            )
            pixels = contract_tensors(validation, resolution)
            predict = predictor(network, processes)
            network.fit(
                batches,
                initial_epoch=checkpoint.epoch,
                epochs=phase.epochs,
                callbacks=[
                    StopAtNan(out, number, phase_rates),
                    *averaging(recipe, checkpoint.epoch),
                    Keeper(
                        out,
                        checkpoint,
                        log,
                        phase_rates,
                        measure=partial(_figures, predict, pixels, labels(validation)),
                        to_keep=None,
                        best_by="val_auc",
                        writes=processes.is_first,
                    ),
                ],
                shuffle=False,  # the batches themselves are shuffled, by seed and epoch; Keras would shuffle by the process's own state
                verbose=0,
            )
    weights_sha256 = sha256_of_each(checkpoint.variables, processes)
    if processes.is_first:
        record.end(out, checkpoint.seconds, weights_sha256=weights_sha256)


def check_recipe(recipe: Recipe) -> None:
    """Refuse a recipe by which no sound classifier is trained on labels.

    Raises:
        RecipeError: it is a student's or a detector's, or it averages weights and lets batch norm's statistics follow other ones.
    """
    if recipe.distillation:
        raise RecipeError(
            "the recipe is a student's, who learns from a larger network: use `deepdog distil --teacher MODEL`, or name another"
        )
    if recipe.detection:
        raise RecipeError("the recipe is a detector's: use `deepdog train --task detect`, or name another")
    if recipe.averaging and not (recipe.frozen_norm or recipe.head_only):
        raise RecipeError(
            "the recipe averages weights (`averaging`), which batch norm's statistics would not fit: let it hold them still (`frozen_norm`)"
        )


def splits_of_both_classes(dataset: Dataset) -> tuple[list[Example], list[Example]]:
    """Return what is trained on and what is measured on.

    Raises:
        DatasetError: one of them lacks a class.
    """
    training, validation = dataset.split("train"), dataset.split("val")
    for name, examples in (("train", training), ("val", validation)):
        if len(set(labels(examples).tolist())) != 2:
            raise DatasetError(
                f"the {name} split needs pictures of both classes; it has {len(examples)} pictures"
            )
    return training, validation


def started(
    recipe: Recipe, training: Sequence[Example], resolution: int, weights: Path | None
) -> keras.Model:
    """Return the recipe's network with the weights to start from, or random ones, and what is not trained held still."""
    network = build(recipe.network, recipe.alpha, resolution, recipe.dropout, recipe.ablation)
    if weights is not None:
        some = thinned(training, STATISTICS_PICTURES)
        load_start(network, recipe.alpha, weights, lambda: contract_tensors(some, resolution))
    freeze(network, recipe)
    return network


def _figures(predict: Predict, pixels: Tensor, positives: metrics.Positives) -> Figures:
    """Return a network's AUC, NaN where one of its answers is."""
    logits = predict(pixels)[:, 0]
    return {"val_auc": metrics.auc(logits, positives) if np.isfinite(logits).all() else float("nan")}


def freeze(network: keras.Model, recipe: Recipe) -> None:
    """Hold still what the recipe does not train: all but the head, or every batch norm's statistics, scale and shift."""
    for layer in network.layers:
        is_norm = isinstance(layer, keras.layers.BatchNormalization)
        if (recipe.head_only and layer.name != "heatmap") or (recipe.frozen_norm and is_norm):
            layer.trainable = False


def positive_weight_of(recipe: Recipe, positives: metrics.Positives) -> float:
    """Return what a positive counts for in the loss, against a negative."""
    if recipe.positive_weight == "balanced":
        return float((~positives).sum() / positives.sum())
    return recipe.positive_weight


class AveragingAdamW(keras.optimizers.AdamW):  # type: ignore[misc]
    """AdamW whose running average of the weights is made of its last batches, two thirds of it of the last quarter, however few they are.

    The decay after n batches is min(`ema_momentum`, n / (n + 4)): until it reaches the recipe's, polynomial-decay averaging with eta = 3 (Shamir & Zhang 2013,
    "Stochastic gradient descent for non-smooth optimization", section 4). With 0.998 from the first batch on, the weights after that one would still make up
    0.45 of the average after 400.
    """

    @property
    def ema_momentum(self) -> keras.KerasTensor:
        """The decay of the batch that follows, float32 ()."""
        seen = ops.cast(self.iterations, "float32")
        return ops.minimum(self._largest_momentum, seen / (seen + 4))

    @ema_momentum.setter
    def ema_momentum(self, largest: float) -> None:
        self._largest_momentum = largest

    def get_config(self) -> dict[str, Any]:
        """Return what makes another like it."""
        return {**super().get_config(), "ema_momentum": self._largest_momentum}


def optimizer(
    recipe: Recipe, rate: float | keras.optimizers.schedules.LearningRateSchedule
) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer with a rate, or a schedule of rates."""
    if recipe.optimizer == "sgd":
        return keras.optimizers.SGD(
            rate, momentum=0.9, nesterov=True, weight_decay=recipe.weight_decay or None
        )
    adamw = AveragingAdamW(
        rate,
        weight_decay=recipe.weight_decay,
        use_ema=recipe.averaging is not None,
        ema_momentum=recipe.averaging or 0.99,
    )
    adamw.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return adamw
