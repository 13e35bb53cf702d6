"""DeepDog's body learns to see from a quantised MobileNet V2 (tf2_mobilenet_v2_1.0_224_ptq.tflite), before it learns hotdogs.

deepdog distil PHOTOS MORE_PHOTOS --teacher TEACHER.tflite --out runs/distilled
"""

from ml.augment import Augmentation
from ml.recipes import Recipe
from ml.schedule import Phase

RECIPE = Recipe(
    alpha=0.5,
    resolution=96,
    batch_size=64,
    phases=(
        Phase(epochs=24, minimum=0.0005, maximum=0.004, step_epochs=4),
        Phase(epochs=8, minimum=0.00001, maximum=0.0005, step_epochs=4),
    ),
    optimizer="adamw",
    weight_decay=0.01,
    augmentation=Augmentation(zoom_in=0.5, zoom_out=0.2, brightness=0.2),
    positive_weight=1.0,
)
