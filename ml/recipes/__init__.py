"""Recipes: one file per result, headed by the command that reproduces it and what it is expected to reach."""

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Literal

from ml.augment import Augmentation
from ml.schedule import Phase


@dataclass(frozen=True)
class Recipe:
    """All that decides a training run, but for the photos."""

    alpha: float
    resolution: int
    batch_size: int
    phases: tuple[Phase, ...]
    optimizer: Literal["sgd", "adamw"]
    weight_decay: float
    augmentation: Augmentation
    positive_weight: float | Literal["balanced"]
    """Weight of a positive in the loss; `balanced` is negatives / positives (49 for 2017's photos)."""
    label_smoothing: float = 0.0
    dropout: float = 0.0
    seed: int = 2017

    @property
    def epochs(self) -> int:
        """Epochs of all phases."""
        return sum(phase.epochs for phase in self.phases)


class RecipeError(ValueError):
    """There is no such recipe."""


def recipe_names() -> list[str]:
    """Return the names of the recipes here."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load_recipe(name: str) -> Recipe:
    """Return the recipe of that name.

    Raises:
        RecipeError: unknown name; the message lists the known ones.
    """
    if name not in recipe_names():
        raise RecipeError(f"there is no recipe {name!r}; there are: {', '.join(recipe_names())}")
    recipe: Recipe = importlib.import_module(f"{__name__}.{name}").RECIPE
    return recipe
