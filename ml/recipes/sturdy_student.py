"""The student's lesson for bad photos: one short, low cycle of the rate more, in which some views look as if photographed off a screen.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe sturdy_student --start runs/calm/network.keras --out runs/sturdy
deepdog average PHOTOS --runs BUNDLE runs/sturdy --out runs/deepdog
"""

from dataclasses import replace

from ml.recipes import patient_student
from ml.recipes.teacher import SCENES
from ml.schedule import Phase

RECIPE = replace(
    patient_student.RECIPE,
    phases=(Phase(epochs=8, minimum=0.0, maximum=0.0004, step_epochs=4),),
    augmentation=replace(SCENES, screen_share=0.15),
    seed=2041,
)
