"""A minute on two cores over rendered photos: proves that a student learns from its teacher, not that it is good.

deepdog distil photos --teacher bundle/model.tflite --recipe smoke_student --out runs/a
"""

from dataclasses import replace

from ml.augment import Augmentation
from ml.recipes import Distillation, smoke
from ml.sampling import Softened
from ml.schedule import Phase

RECIPE = replace(
    smoke.RECIPE,
    phases=(Phase(epochs=6, minimum=0.0, maximum=0.01, step_epochs=3),),
    augmentation=Augmentation(rotation_degrees=0.0, shear=0.0, shift=0.05),
    softened=Softened(),
    averaging=0.9,
    distillation=Distillation(views=320),
)
