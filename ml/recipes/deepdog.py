"""The network that ships: alpha 0.5 at 128 px; it learns to see from a teacher, then hotdogs from real photos and renders.

deepdog sample renders --count 800 --seed 1
deepdog distil PHOTOS MORE_PHOTOS --teacher tf2_mobilenet_v2_1.0_224_ptq.tflite --out runs/distilled
deepdog train PHOTOS --extra renders --start runs/distilled/network.keras --out runs/deepdog

On 8,512 real photos and 800 renders it took 20 minutes on two busy cores, and reached AUC 0.9545 on the test split as the exported file.
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
