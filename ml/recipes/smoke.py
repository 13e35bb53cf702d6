"""A few minutes on two cores over rendered photos: proves that the path from photos to bundle holds, not that the network is good.

deepdog sample photos --count 400 && deepdog train photos --recipe smoke --out runs/a
"""

from ml.augment import Augmentation
from ml.recipes import Recipe
from ml.schedule import Phase

RECIPE = Recipe(
    alpha=0.25,
    resolution=64,
    batch_size=16,
    phases=(Phase(epochs=8, minimum=0.0005, maximum=0.004, step_epochs=4),),
    optimizer="adamw",
    weight_decay=0.01,
    augmentation=Augmentation(shear=0.1, channel_shift=0.1),
    positive_weight="balanced",
)
