"""A sheet of augmented pictures: what the network will be shown, to look at before hours of training."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from ml import pages
from ml.augment import Augmentation
from ml.batches import distorted
from ml.dataset import Dataset, Example
from ml.pixels import photo_to_tensor

PHOTOS_PER_CLASS = 6
DISTORTIONS = 9


def preview_html(
    dataset: Dataset, augmentation: Augmentation, recipe: str, resolution: int, seed: int
) -> str:
    """Return a self-contained page: photos of the train split, each as it is and distorted in a few ways.

    Args:
        dataset: whose train split is drawn from.
        augmentation: of the recipe.
        recipe: its name.
        resolution: side of the network's input in pixels.
        seed: another one shows other photos and distortions.
    """
    rng = np.random.default_rng(seed)
    training = dataset.split("train")
    scenes = [example for example in training if not example.positive]

    def shown(example: Example) -> dict[str, object]:
        views = [distorted(example.path, scenes, augmentation, resolution, rng) for _ in range(DISTORTIONS)]
        return {
            "subclass": example.subclass,
            "source": example.source,
            "original": pages.picture_uri(photo_to_tensor(example.path, resolution)[0]),
            "distorted": [pages.picture_uri(view) for view in views],
        }

    classes = {
        name: [shown(example) for example in _drawn([e for e in training if e.positive == positive], rng)]
        for name, positive in ((dataset.positive_name, True), (dataset.negative_name, False))
    }
    return pages.render(
        "preview.html",
        title=f"What the recipe {recipe} shows the network",
        resolution=resolution,
        classes=classes,
        distortions=DISTORTIONS,
        ranges=asdict(augmentation),
    )


def _drawn(examples: Sequence[Example], rng: np.random.Generator) -> list[Example]:
    chosen = rng.choice(len(examples), min(PHOTOS_PER_CLASS, len(examples)), replace=False)
    return [examples[i] for i in chosen]
