"""The student goes on from a file, its weights made of one size (`ml/networks/learning_scales.py`), which bears a high rate again: one whole cycle.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe steady_student --start BUNDLE --out runs/steady
deepdog average PHOTOS --runs BUNDLE runs/steady --out runs/first
"""

from dataclasses import replace

from ml.recipes import Distillation, patient_student
from ml.recipes.teacher import SCENES
from ml.schedule import Phase

RECIPE = replace(
    patient_student.RECIPE,
    phases=(Phase(epochs=22, minimum=0.0, maximum=0.0012, step_epochs=11),),
    augmentation=replace(SCENES, screen_share=0.12),
    distillation=Distillation(views=12800, imitation=0.5),
    seed=2045,
)
