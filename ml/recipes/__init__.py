"""Recipes: one file per result, headed by the command that reproduces it and what it is expected to reach."""

import importlib
import pkgutil
import runpy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ml.ablation import AS_IN_2017, Ablation
from ml.augment import Augmentation
from ml.sampling import Softened
from ml.schedule import Phase


@dataclass(frozen=True)
class Distillation:
    """How a student learns from a teacher."""

    views: int
    """Views of pictures that an epoch shows."""
    unlabelled_share: float = 0.25
    """Share of views that show pictures without labels."""
    hard_share: float = 0.2
    """Share of a labelled picture's target that is its label; the rest is what the teacher says."""
    imitation: float = 1.0
    """Weight of giving the teacher's features, against giving its score."""
    mixed_share: float = 0.0
    """Share of views that are blended with another, where the teacher's word alone counts: pictures that nobody has, for a student that would otherwise learn
    by heart what the teacher says of those there are (Beyer et al. 2022, section 3.2)."""
    fade: float = 0.3
    """Share of the training over which MobileNet's activations give way to DeepDog's, where it starts from MobileNet's weights."""


@dataclass(frozen=True)
class Detection:
    """How a detector learns from boxes."""

    views: int
    """Views of pictures that an epoch shows."""
    quarter_turn_share: float = 0.3
    """Share of views turned by 90, 180 or 270 degrees: a hotdog seen from above lies as it likes."""


@dataclass(frozen=True)
class Recipe:
    """All that decides a training run, but for the photos."""

    resolution: int
    batch_size: int
    phases: tuple[Phase, ...]
    optimizer: Literal["sgd", "adamw"]
    weight_decay: float
    augmentation: Augmentation
    positive_weight: float | Literal["balanced"]
    """Weight of a positive in the loss; `balanced` is negatives / positives (49 for 2017's photos)."""
    network: str = "deepdog"
    """A key of `ml.networks.BUILDERS`."""
    alpha: float = 1.0
    """Width multiplier, where the network has one."""
    ablation: Ablation = AS_IN_2017
    """What DeepDog does otherwise than in 2017."""
    label_smoothing: float = 0.0
    dropout: float = 0.0
    softened: Softened | None = None
    """How to draw pictures; each is shown once an epoch when absent."""
    head_only: bool = False
    """Train the heatmap's layer and nothing below it ("retrain"); else all of the network ("from scratch", or "fine-tune" from `--start`)."""
    frozen_norm: bool = False
    """Batch norm keeps the statistics it started with (a network that has seen ImageNet, and small batches)."""
    averaging: float | None = None
    """Largest decay of the running average of the weights, which is what is measured and kept; the last weights when absent. `train` needs `frozen_norm`
    with it: remembered statistics are not those of averaged weights (`ml/norm_statistics.py`)."""
    distillation: Distillation | None = None
    """For `deepdog distil`."""
    detection: Detection | None = None
    """For `deepdog train --task detect`."""
    seed: int = 2017

    def stretched(self, epochs: int) -> "Recipe":
        """Return the recipe with that many epochs in all, every phase longer or shorter by about the same factor, and its rates with it.

        Raises:
            RecipeError: there are more phases than epochs.
        """
        if epochs < len(self.phases):
            raise RecipeError(f"{epochs} epochs are too few for the recipe's {len(self.phases)} phases")
        ends = [sum(phase.epochs for phase in self.phases[: n + 1]) for n in range(len(self.phases))]
        after = [round(end * epochs / self.epochs) for end in ends]
        for n in range(len(after) - 1):  # at least one epoch each, and one left for each that follows
            earliest, latest = (after[n - 1] if n else 0) + 1, epochs - (len(after) - 1 - n)
            after[n] = min(max(after[n], earliest), latest)
        lengths = [end - start for start, end in zip([0, *after], after, strict=False)]
        phases = tuple(
            replace(phase, epochs=length, step_epochs=phase.step_epochs * length / phase.epochs)
            for phase, length in zip(self.phases, lengths, strict=True)
        )
        return replace(self, phases=phases)

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
    """Return the recipe of that name, or of a file of one's own.

    Args:
        name: of a module here, or the path of a .py file that makes a `RECIPE`.

    Raises:
        RecipeError: unknown name, the message lists the known ones; or a file without a recipe.
    """
    if name.endswith(".py"):
        return _from_file(Path(name))
    if name not in recipe_names():
        raise RecipeError(f"there is no recipe {name!r}; there are: {', '.join(recipe_names())}")
    recipe: Recipe = importlib.import_module(f"{__name__}.{name}").RECIPE
    return recipe


def _from_file(path: Path) -> Recipe:
    if not path.is_file():
        raise RecipeError(
            f"{path} is no file; a recipe's file ends in RECIPE = Recipe(...), as those in ml/recipes do"
        )
    recipe = runpy.run_path(str(path)).get("RECIPE")
    if not isinstance(recipe, Recipe):
        raise RecipeError(f"{path} makes no RECIPE of ml.recipes.Recipe, as those in ml/recipes do")
    return recipe
