"""The detector: DeepDog's body at alpha 0.5, started from the classifier's weights, and the head of `ml/detect/network.py`, at 256 px.

deepdog train PHOTOS --task detect --extra PASTED --start runs/deepdog/network.keras --out runs/detector

Photos with boxes of their own are few; most of what it learns from is cut out and pasted (`deepdog paste`) or rendered (`deepdog sample`).
"""

from ml.augment import Augmentation
from ml.recipes import Detection, Recipe
from ml.sampling import Softened
from ml.schedule import Phase

VIEWS = Augmentation(
    rotation_share=0.0,
    rotation_degrees=8.0,
    shift=0.05,
    shear=0.05,
    zoom_in=1.0,
    zoom_out=1.5,
    roam=0.9,
    stretch=0.15,
    channel_shift=22 / 255,
    brightness=0.3,
    saturation=0.4,
    scene_share=1.0,
    coarse_share=0.3,
    jpeg_share=0.5,
)
"""Hardly turned, since a turned box is a guess; what does not fill the frame lies on another photo, since its mirror image would hold things without boxes."""

RECIPE = Recipe(
    network="deepdog_mobilenet",
    alpha=0.5,
    resolution=256,
    batch_size=32,
    phases=(Phase(epochs=10, minimum=0.0, maximum=0.001, step_epochs=5),),
    optimizer="adamw",
    weight_decay=0.02,
    augmentation=VIEWS,
    positive_weight=1.0,
    softened=Softened(exponent=-0.25, positive_share=0.7),
    detection=Detection(views=6400),
)
