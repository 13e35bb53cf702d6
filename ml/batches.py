"""Batches for training: decode, distort, stack; on the threads that Keras gives them. No TensorFlow here, so JAX can be fed as well."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import cv2
import keras
import numpy as np
import numpy.typing as npt

from ml.augment import Augmentation
from ml.dataset import Example
from ml.distributed import ALONE, Processes
from ml.pixels import PhotoError, Tensor, decode, photo_to_tensor
from ml.recipes import Recipe
from ml.sampling import epoch_order

Item = TypeVar("Item")
JPEG_START = b"\xff\xd8"
PROFILE_MARK = b"ICC_PROFILE\0"
"""What the segments of a JPEG that hold its colour profile begin with."""
Batch = tuple[Tensor, npt.NDArray[np.float32], npt.NDArray[np.float32]]
"""Pixels uint8 (B, R, R, 3), labels float32 (B, 1) of 0 and 1, weights float32 (B,); of several processes each has its part of the B."""


class TrainingBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """An epoch of examples in a new order and newly distorted; the same for the same seed and epoch, whichever thread asks."""

    def __init__(
        self,
        examples: Sequence[Example],
        recipe: Recipe,
        resolution: int,
        positive_weight: float,
        seed: int,
        workers: int,
        epoch: int = 0,
        processes: Processes = ALONE,
    ) -> None:
        super().__init__(workers=workers, use_multiprocessing=False, max_queue_size=8)
        self._examples = examples
        self._scenes = [example for example in examples if not example.positive]
        self._recipe = recipe
        self._resolution = resolution
        self._positive_weight = positive_weight
        self._seed = seed
        self._epoch = epoch
        self._processes = processes
        self._order = self._shuffled()

    def __len__(self) -> int:
        return len(self._examples) // self._recipe.batch_size

    def __getitem__(self, index: int) -> Batch:
        size = self._recipe.batch_size
        places = range(index * size, (index + 1) * size)[self._processes.part(size)]
        chosen = self._order[places.start : places.stop]
        # Each place of the epoch draws for itself, so that a picture looks the same whichever process makes it.
        generators = (np.random.default_rng((self._seed, self._epoch, place)) for place in places)
        pixels = np.stack(
            [self._distorted(self._examples[i], rng) for i, rng in zip(chosen, generators, strict=True)]
        )
        positive = np.array([self._examples[i].positive for i in chosen])
        smoothing = self._recipe.label_smoothing
        labels = np.where(positive, 1 - smoothing, smoothing)
        weights = np.where(positive, self._positive_weight, 1.0)
        return pixels, labels[:, np.newaxis].astype(np.float32), weights.astype(np.float32)

    def on_epoch_end(self) -> None:
        """Shuffle for the next epoch."""
        self._epoch += 1
        self._order = self._shuffled()

    def _shuffled(self) -> npt.NDArray[np.int64]:
        return epoch_order(
            self._examples, self._recipe.softened, np.random.default_rng((self._seed, self._epoch))
        )

    def _distorted(self, example: Example, rng: np.random.Generator) -> Tensor:
        return distorted(example.path, self._scenes, self._recipe.augmentation, self._resolution, rng)


def distorted(
    path: Path,
    scenes: Sequence[Example],
    augmentation: Augmentation,
    resolution: int,
    rng: np.random.Generator,
) -> Tensor:
    """Decode a picture and distort it, in some cases laid onto one of the scenes, which show nothing of the positive class."""
    scene = None
    if scenes and rng.random() < augmentation.scene_share:
        scene = read_picture(scenes[int(rng.integers(len(scenes)))].path)
    return augmentation(read_picture(path), resolution, rng, scene)


def shrunk(view: Tensor, resolution: int) -> Tensor:
    """Return a square view at another side, uint8 (R, R, 3), each pixel the mean of those that it covers."""
    return cv2.resize(view, (resolution, resolution), interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )


def read_picture(path: Path) -> Tensor:
    """Decode a picture for training, to the pixels that the contract decodes it to, upright, uint8 RGB (H, W, 3).

    A plain JPEG is left to OpenCV, which is faster. It knows no colour profiles, such as phones' Display P3, and of other kinds it would show what their alpha
    hides; which kind it is the content tells, since web pages name all of them `.jpg`.

    Raises:
        PhotoError: it cannot be decoded.
        OSError: it cannot be opened.
    """
    content = path.read_bytes()
    if not content.startswith(JPEG_START) or PROFILE_MARK in content:
        return np.array(decode(path))
    # From memory, since OpenCV takes a file that was cut off for whole.
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise PhotoError(
            f"{path} is not a picture that can be read; remove it, or let `deepdog prepare` leave out all such"
        )
    return picture.astype(np.uint8, copy=False)


def contract_tensors(examples: Sequence[Example], resolution: int) -> Tensor:
    """Return all pictures through the pixel contract, uint8 of shape (N, R, R, 3)."""
    tensors = np.empty((len(examples), resolution, resolution, 3), np.uint8)
    with ThreadPoolExecutor() as threads:
        found = threads.map(lambda example: photo_to_tensor(example.path, resolution), examples)
        # One by one, since thousands of them are gigabytes, and to join them would take as much again.
        for place, tensor in enumerate(found):
            tensors[place] = tensor[0]
    return tensors


def thinned(examples: Sequence[Item], number: int) -> Sequence[Item]:
    """Return examples at equal distances: `number` of them or up to twice as many, or all where there are fewer."""
    return examples[:: max(1, len(examples) // number)]


def labels(examples: Sequence[Example]) -> npt.NDArray[np.bool_]:
    """Return whether each example is positive, shape (N,)."""
    return np.array([example.positive for example in examples], bool)
