"""The student learns to be rounded to 8 bits: a cycle of the rate in which it computes as the file that phones run will.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher TEACHER/model.tflite --recipe rounded_student --start app/assets/model --out runs/deepdog
"""

from dataclasses import replace

from ml.recipes import Distillation, patient_student
from ml.schedule import Phase

RECIPE = replace(
    patient_student.RECIPE,
    phases=(Phase(epochs=14, minimum=0.0, maximum=0.001, step_epochs=7),),
    distillation=Distillation(views=12800, imitation=0.25, int8_aware=True),
    seed=2023,
)
