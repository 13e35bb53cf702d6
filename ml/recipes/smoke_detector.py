"""A minute on two cores over rendered photos: proves that a detector learns, not that it is good.

deepdog train photos --task detect --recipe smoke_detector --out runs/a
"""

from dataclasses import replace

from ml.augment import Augmentation
from ml.recipes import Detection, detector
from ml.schedule import Phase

RECIPE = replace(
    detector.RECIPE,
    alpha=0.25,
    resolution=96,
    batch_size=16,
    phases=(Phase(epochs=6, minimum=0.0, maximum=0.004, step_epochs=3),),
    augmentation=Augmentation(rotation_degrees=0.0, shear=0.0, shift=0.05, scene_share=1.0),
    detection=Detection(views=320, quarter_turn_share=0.0),
)
