"""The network that ships: alpha 0.5 at 128 px, from scratch, on real photos and renders.

deepdog sample renders --count 1200 --seed 1
deepdog train PHOTOS renders --recipe deepdog --out runs/deepdog
"""

from ml.augment import Augmentation
from ml.recipes import Recipe
from ml.schedule import Phase

RECIPE = Recipe(
    alpha=0.5,
    resolution=128,
    batch_size=64,
    phases=(
        Phase(epochs=32, minimum=0.0003, maximum=0.003, step_epochs=4),
        Phase(epochs=16, minimum=0.00005, maximum=0.0005, step_epochs=4),
        Phase(epochs=8, minimum=0.000002, maximum=0.00006, step_epochs=4),
    ),
    optimizer="adamw",
    weight_decay=0.02,
    augmentation=Augmentation(zoom_in=0.3, zoom_out=0.3, brightness=0.2),
    positive_weight="balanced",
    label_smoothing=0.02,
)
