"""DeepDog as in 2017, at alpha 0.5 and 128 px, from random weights and without a teacher: for photos of any X, where nothing else is at hand.

deepdog train PHOTOS --out runs/deepdog
"""

from ml.augment import Augmentation
from ml.recipes import Recipe
from ml.schedule import Phase

RECIPE = Recipe(
    alpha=0.5,
    resolution=128,
    batch_size=64,
    phases=(
        Phase(epochs=16, minimum=0.0002, maximum=0.002, step_epochs=4, resolution=96),
        Phase(epochs=8, minimum=0.0001, maximum=0.001, step_epochs=4),
        Phase(epochs=4, minimum=0.000004, maximum=0.0001, step_epochs=2),
    ),
    optimizer="adamw",
    weight_decay=0.02,
    augmentation=Augmentation(zoom_in=0.3, zoom_out=0.3, brightness=0.2),
    positive_weight="balanced",
    label_smoothing=0.02,
)
