"""Batches for training a detector: pictures distorted as for the classifier, and their boxes moved along."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import keras
import numpy as np
import numpy.typing as npt

from ml.augment import Matrix
from ml.batches import read_picture
from ml.detect.annotations import CLEAR_SHARE, Annotated
from ml.detect.boxes import Boxes
from ml.pixels import Tensor
from ml.recipes import Detection, Recipe
from ml.sampling import Softened, drawing_weights

Arrays = tuple[npt.NDArray[np.float32], ...]
"""What to learn, one for each of the network's outputs."""
Batch = tuple[Tensor, Arrays]
"""Pixels uint8 (B, R, R, 3), and targets stacked."""


class View(NamedTuple):
    """What a distorted picture shows; boxes in fractions of its side."""

    pixels: Tensor
    """uint8 (R, R, 3)"""
    boxes: Boxes
    """(N, 4), to be found."""
    unclear: Boxes
    """(M, 4), neither right nor wrong to find."""


class DetectionBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """An epoch of views; the same for the same seed and epoch, whichever thread asks."""

    def __init__(
        self,
        pictures: Sequence[Annotated],
        recipe: Recipe,
        targets: Callable[[Boxes, int, Boxes], Arrays],
        seed: int,
        workers: int,
        epoch: int = 0,
    ) -> None:
        super().__init__(workers=workers, use_multiprocessing=False, max_queue_size=8)
        self._pictures = pictures
        self._scenes = [picture for picture in pictures if not len(picture.boxes)]
        self._recipe = recipe
        self._detection = detection_of(recipe)
        self._chances = drawing_weights(
            [picture.example for picture in pictures], recipe.softened or Softened()
        )
        self._targets = targets
        self._seed = seed
        self._epoch = epoch

    def __len__(self) -> int:
        return self._detection.views // self._recipe.batch_size

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((self._seed, self._epoch, index))
        chosen = rng.choice(len(self._pictures), self._recipe.batch_size, p=self._chances)
        views = [self.view(self._pictures[i], rng) for i in chosen]
        targets = [self._targets(view.boxes, self._recipe.resolution, view.unclear) for view in views]
        stacked = tuple(np.stack(of_output) for of_output in zip(*targets, strict=True))
        return np.stack([view.pixels for view in views]), stacked

    def on_epoch_end(self) -> None:
        """Draw others for the next epoch."""
        self._epoch += 1

    def view(self, picture: Annotated, rng: np.random.Generator) -> View:
        """Distort a picture. Around it lies another one that holds nothing, never its mirror image, which would hold things without boxes."""
        pixels = read_picture(picture.example.path)
        scene = read_picture(self._scenes[int(rng.integers(len(self._scenes)))].example.path)
        resolution = self._recipe.resolution
        distorted, matrix = self._recipe.augmentation.with_matrix(pixels, resolution, rng, scene)
        moved, shares = moved_boxes(picture.boxes, pixels.shape[:2], matrix, resolution)
        if rng.random() < self._detection.quarter_turn_share:
            turns = int(rng.integers(1, 4))
            distorted, moved = np.ascontiguousarray(np.rot90(distorted, turns)), turned_boxes(moved, turns)
        clear = ~picture.crowd & (shares >= CLEAR_SHARE)
        return View(distorted, moved[clear], moved[~clear & (shares > 0)])


def detection_of(recipe: Recipe) -> Detection:
    """Return what the recipe says of detectors.

    Raises:
        ValueError: it is a classifier's.
    """
    if recipe.detection is None:
        raise ValueError("this recipe is a classifier's; name a detector's with --recipe, such as `detector`")
    return recipe.detection


def moved_boxes(
    boxes: Boxes, shape: tuple[int, int], matrix: Matrix, resolution: int
) -> tuple[Boxes, npt.NDArray[np.float32]]:
    """Say where boxes lie after a distortion.

    A turned box is boxed by the extent of the ellipse that it holds, since few things reach into the corners of their box.

    Args:
        boxes: (N, 4) in fractions of the picture.
        shape: height and width of the picture in pixels.
        matrix: (2, 3) from pixels of the result to those of the picture.
        resolution: side of the result in pixels.

    Returns:
        (N, 4) in fractions of the result, cut at its edges, and which share (N,) of each lies within it.
    """
    inverse = np.linalg.inv(matrix[:, :2])
    size = np.array(shape[::-1], np.float64)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 * size - 0.5
    halves = (boxes[:, 2:] - boxes[:, :2]) / 2 * size
    middles = ((middles - matrix[:, 2]) @ inverse.T + 0.5) / resolution
    halves = np.sqrt(halves**2 @ (inverse**2).T) / resolution
    whole = np.concatenate([middles - halves, middles + halves], axis=1)
    cut = np.clip(whole, 0, 1)
    shares = (cut[:, 2:] - cut[:, :2]).prod(axis=1) / (whole[:, 2:] - whole[:, :2]).prod(axis=1)
    return cut.astype(np.float32), shares.astype(np.float32)


def turned_boxes(boxes: Boxes, turns: int) -> Boxes:
    """Turn boxes of a square by quarters, as `np.rot90` turns its pixels."""
    for _ in range(turns):
        x0, y0, x1, y1 = boxes.T
        boxes = np.stack([y0, 1 - x1, y1, 1 - x0], axis=1)
    return boxes
