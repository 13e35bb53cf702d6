"""A lesson at a low rate, of which half is pictures without labels, among them such as `deepdog paste` makes: hotdogs small, several, partly hidden.

deepdog paste PHOTOS --out PASTED
deepdog distil PHOTOS --more MORE_PHOTOS PASTED --teacher ml/weights/teacher.tflite --recipe pasting_student --start BUNDLE --out runs/pasting
"""

from dataclasses import replace

from ml.recipes import Distillation, finer_student
from ml.schedule import Phase

RECIPE = replace(
    finer_student.RECIPE,
    phases=(Phase(epochs=12, minimum=0.0, maximum=0.0005, step_epochs=6),),
    distillation=Distillation(views=12800, imitation=1.0, unlabelled_share=0.5, mixed_share=0.3),
    seed=2065,
)
