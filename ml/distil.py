"""Distillation: the body learns to see by giving a teacher's embeddings, from photos without labels.

The teacher looks at an upright crop; the student must give the same embedding (after one linear layer, thrown away afterwards)
however the crop is turned, sheared and coloured. Views are fixed for each picture, so the teacher is asked once; after Beyer et al.
2022 ("Knowledge distillation: a good teacher is patient and consistent"), section 3, which also shows why crops must be shared.
"""

import dataclasses
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import local

import keras
import numpy as np
import numpy.typing as npt
from keras import layers
from tqdm import tqdm

from ml.augment import Augmentation
from ml.batches import read_picture
from ml.networks.deepdog import deepdog
from ml.pixels import Tensor
from ml.recipes import Recipe
from ml.teacher import Teacher, TeacherError
from ml.train import LOG_NAME, RECORD_NAME, WEIGHTS_NAME, RatePerBatch, git_commit, optimizer

Embeddings = npt.NDArray[np.float16]


def distil(pictures: Sequence[Path], teacher: Path, recipe: Recipe, out: Path, views: int = 3) -> None:
    """Train DeepDog's body to see as the teacher does, and write a run folder whose weights `deepdog train --start` takes.

    Args:
        pictures: photos, whatever they show.
        teacher: a quantised .tflite classifier with global average pooling.
        recipe: alpha, resolution, phases and augmentation.
        out: folder to write; made when absent.
        views: crops of each picture that the teacher is shown.

    Raises:
        TeacherError: the teacher's file is not usable.
        PhotoError: a picture cannot be decoded.
    """
    out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    record = {
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "git_commit": git_commit(),
        "teacher": teacher.name,
        "recipe": dataclasses.asdict(recipe),
        "pictures": len(pictures),
        "views": views,
    }
    (out / RECORD_NAME).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    batches = DistillationBatches(pictures, ask_teacher(pictures, teacher, recipe, views), recipe)
    network = deepdog(recipe.alpha, recipe.resolution)
    student = keras.Model(network.input, _imitation(network, batches.dimensions))
    student.compile(optimizer(recipe), "mse", jit_compile=False)
    for number, phase in enumerate(recipe.phases):
        student.fit(
            batches,
            epochs=phase.epochs,
            callbacks=[
                RatePerBatch(phase, len(batches)),
                keras.callbacks.CSVLogger(str(out / LOG_NAME), append=number > 0),
                keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: network.save(out / WEIGHTS_NAME)),
            ],
            verbose="auto",
        )


def ask_teacher(pictures: Sequence[Path], teacher: Path, recipe: Recipe, views: int) -> Embeddings:
    """Return the teacher's embeddings of `views` upright crops of each picture, float16 (N, views, D), with a progress bar."""
    of_thread = local()
    upright = recipe.augmentation.crop_only()

    def embed(index: int) -> Embeddings:
        if not hasattr(of_thread, "teacher"):
            of_thread.teacher = Teacher(teacher)
        asked: Teacher = of_thread.teacher
        picture = read_picture(pictures[index])
        crops = [
            upright(picture, asked.resolution, *_generators(recipe, index, view)) for view in range(views)
        ]
        return np.stack([asked.embed(crop) for crop in crops]).astype(np.float16)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        asking = threads.map(embed, range(len(pictures)))
        return np.stack(list(tqdm(asking, "asking the teacher", len(pictures), unit="photo", disable=None)))


class DistillationBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """One distorted view of every picture an epoch, with the embedding to give, scaled to mean 0 and variance 1 over all."""

    def __init__(self, pictures: Sequence[Path], embeddings: Embeddings, recipe: Recipe) -> None:
        super().__init__(workers=os.cpu_count() or 1, use_multiprocessing=False, max_queue_size=8)
        self._pictures = pictures
        self._embeddings = embeddings
        self._recipe = recipe
        self._mean = embeddings.mean(axis=(0, 1), dtype=np.float32)
        self._deviation = float((embeddings[:, 0].astype(np.float32) - self._mean).std())
        if self._deviation == 0:
            raise TeacherError("the teacher says the same of every picture; it has nothing to teach")
        self._epoch = 0

    def __len__(self) -> int:
        return len(self._pictures) // self._recipe.batch_size

    @property
    def dimensions(self) -> int:
        """D, the length of an embedding."""
        return int(self._embeddings.shape[-1])

    def __getitem__(self, index: int) -> tuple[Tensor, npt.NDArray[np.float32]]:
        size = self._recipe.batch_size
        order = np.random.default_rng((self._recipe.seed, self._epoch)).permutation(len(self._pictures))
        chosen = order[index * size : (index + 1) * size]
        rng = np.random.default_rng((self._recipe.seed, self._epoch, index))
        views = rng.integers(self._embeddings.shape[1], size=size)
        pixels = np.stack([self._view(int(i), int(view), rng) for i, view in zip(chosen, views, strict=True)])
        return pixels, (self._embeddings[chosen, views].astype(np.float32) - self._mean) / self._deviation

    def on_epoch_end(self) -> None:
        """Go on to the next epoch's order, views and distortions."""
        self._epoch += 1

    def _view(self, index: int, view: int, rng: np.random.Generator) -> Tensor:
        crop_rng = _generators(self._recipe, index, view)[1]
        augmentation: Augmentation = self._recipe.augmentation
        return augmentation(read_picture(self._pictures[index]), self._recipe.resolution, rng, crop_rng)


def _generators(recipe: Recipe, index: int, view: int) -> tuple[np.random.Generator, np.random.Generator]:
    """Return (distortions, crop) generators of one view of one picture."""
    return np.random.default_rng(0), np.random.default_rng((recipe.seed, index, view))


def _imitation(network: keras.Model, dimensions: int) -> keras.KerasTensor:
    pooled = layers.GlobalAveragePooling2D()(network.get_layer("heatmap").input)
    return layers.Dense(dimensions, name="imitation")(pooled)
