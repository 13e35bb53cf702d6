"""The 2017 article's own recipe (Anglade 2017): for 150,000 photos, 3,000 of them hotdogs; about 80 hours on one GTX 980 Ti. Not run here.

deepdog train PHOTOS --recipe article_2017 --out runs/article
"""

from ml.augment import Augmentation
from ml.recipes import Recipe
from ml.schedule import Phase

RECIPE = Recipe(
    alpha=1.0,
    resolution=224,
    batch_size=128,
    phases=(
        Phase(epochs=112, minimum=0.005, maximum=0.03, step_epochs=8),
        Phase(epochs=64, minimum=0.0004, maximum=0.0045, step_epochs=8),
        Phase(epochs=64, minimum=0.000015, maximum=0.0002, step_epochs=8),
    ),
    optimizer="sgd",
    weight_decay=0.0,
    augmentation=Augmentation(),
    positive_weight="balanced",
)
