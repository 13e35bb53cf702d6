"""Training: photos and a recipe in, a run folder out (weights, log, schedule, what made them)."""

import dataclasses
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import keras

from ml import metrics
from ml.batches import TrainingBatches, contract_tensors, labels
from ml.dataset import Dataset, DatasetError
from ml.networks import build
from ml.networks.efficientnet_lite import load_imagenet_weights
from ml.pixels import Tensor
from ml.recipes import Recipe
from ml.schedule import Phase, rates

WEIGHTS_NAME = "network.keras"
RECORD_NAME = "run.json"
LOG_NAME = "log.csv"


def train(dataset: Dataset, recipe: Recipe, out: Path, start: Path | None = None) -> None:
    """Train a network and write the run folder: the weights of the last phase's epoch with the best AUC on the val split, and their record.

    Args:
        dataset: needs both classes in train and val.
        recipe: what decides the run.
        out: folder to write; made when absent.
        start: weights of an earlier run of the same network to start from; random ones when absent.

    Raises:
        DatasetError: a split lacks a class.
    """
    training, validation = dataset.split("train"), dataset.split("val")
    for name, examples in (("train", training), ("val", validation)):
        if len(set(labels(examples).tolist())) != 2:
            raise DatasetError(
                f"the {name} split needs pictures of both classes; it has {len(examples)} pictures"
            )
    if len(training) < recipe.batch_size:
        raise DatasetError(
            f"{len(training)} pictures to train on do not fill one batch of {recipe.batch_size}"
        )
    out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)

    positive_weight = positive_weight_of(recipe, labels(training))
    write_record(out, dataset, recipe, start, positive_weight=positive_weight)
    (out / LOG_NAME).unlink(missing_ok=True)
    weights = start
    for number, phase in enumerate(recipe.phases):
        print(
            f"phase {number + 1} of {len(recipe.phases)}: {phase.epochs} epochs, rates {phase.minimum:g} to {phase.maximum:g}"
        )
        resolution = phase.resolution or recipe.resolution
        network = build(recipe.network, recipe.alpha, resolution, recipe.dropout)
        if weights is not None:
            load_start(network, weights)
        freeze(network, recipe)
        # XLA's CPU code is 8 to 11 times slower than TensorFlow's for depthwise convolutions.
        network.compile(
            optimizer(recipe), keras.losses.BinaryCrossentropy(from_logits=True), jit_compile=False
        )
        batches = TrainingBatches(
            training,
            recipe,
            resolution,
            positive_weight,
            recipe.seed + number,
            workers=os.cpu_count() or 1,
        )
        network.fit(
            batches,
            epochs=phase.epochs,
            callbacks=[
                RatePerBatch(phase, len(batches)),
                *averaging(recipe),
                KeepBestByAuc(
                    contract_tensors(validation, resolution), labels(validation), out / WEIGHTS_NAME
                ),
                keras.callbacks.CSVLogger(str(out / LOG_NAME), append=number > 0),
            ],
            verbose="auto",
        )
        weights = out / WEIGHTS_NAME


class RatePerBatch(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the learning rate before every batch."""

    def __init__(self, phase: Phase, batches_per_epoch: int) -> None:
        super().__init__()
        self._rates = rates(phase, batches_per_epoch)

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Take the next rate of the schedule."""
        self.model.optimizer.learning_rate = next(self._rates)


class KeepBestByAuc(keras.callbacks.Callback):  # type: ignore[misc]
    """Scores the val split after every epoch and keeps the best weights so far."""

    def __init__(self, pixels: Tensor, positives: metrics.Positives, path: Path) -> None:
        super().__init__()
        self._pixels = pixels
        self._positives = positives
        self._path = path
        self._best = -1.0

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Log `val_auc` and save the network when it is the best."""
        logits = self.model.predict(self._pixels, batch_size=128, verbose=0)[:, 0]
        value = metrics.auc(logits, self._positives)
        if logs is not None:
            logs["val_auc"] = value
        if value > self._best:
            self._best = value
            partial = self._path.with_name(f"partial-{self._path.name}")
            self.model.save(partial)
            partial.replace(self._path)


def averaging(recipe: Recipe) -> list[keras.callbacks.Callback]:
    """Return what puts the averaged weights in place at each epoch's end, so that they are what is measured and saved."""
    return [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)] if recipe.averaging else []


def load_start(network: keras.Model, weights: Path) -> None:
    """Give a network the weights of an earlier run, or its body those that it has from ImageNet (.pth).

    Raises:
        WeightsError: a .pth file that is not this network's.
        ValueError: an earlier run of another network.
    """
    if weights.suffix == ".pth":
        load_imagenet_weights(network, weights)
    else:
        network.load_weights(weights)


def freeze(network: keras.Model, recipe: Recipe) -> None:
    """Hold still what the recipe does not train: all but the head, or every batch norm's statistics, scale and shift."""
    for layer in network.layers:
        is_norm = isinstance(layer, keras.layers.BatchNormalization)
        if (recipe.head_only and layer.name != "heatmap") or (recipe.frozen_norm and is_norm):
            layer.trainable = False


def git_commit() -> str:
    """Return the commit that is checked out, 40 hex digits (zeros outside a repository)."""
    result = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return result.stdout.strip() if result.returncode == 0 else "0" * 40


def positive_weight_of(recipe: Recipe, positives: metrics.Positives) -> float:
    """Return what a positive counts for in the loss, against a negative."""
    if recipe.positive_weight == "balanced":
        return float((~positives).sum() / positives.sum())
    return recipe.positive_weight


def optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer; its rate is set before every batch by `RatePerBatch`."""
    if recipe.optimizer == "sgd":
        return keras.optimizers.SGD(momentum=0.9, nesterov=True, weight_decay=recipe.weight_decay or None)
    adamw = keras.optimizers.AdamW(
        weight_decay=recipe.weight_decay,
        use_ema=recipe.averaging is not None,
        ema_momentum=recipe.averaging or 0.99,
    )
    adamw.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return adamw


def write_record(
    out: Path, dataset: Dataset, recipe: Recipe, start: Path | None, **more: str | float
) -> None:
    """Write what makes a run, into its folder; `more` is what only some runs have."""
    record = {
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "git_commit": git_commit(),
        "recipe": dataclasses.asdict(recipe),
        "start": str(start) if start else None,
        "data_sha256": dataset.sha256,
        "classes": {"positive": dataset.positive_name, "negative": dataset.negative_name},
        "pictures": {split: len(dataset.split(split)) for split in ("train", "val", "test")},
        **more,
    }
    (out / RECORD_NAME).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
