"""The student's last lesson: to answer under 8 bits' rounding as it does without.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher TEACHER/model.tflite --recipe rounded_student --start runs/patient/network.keras --out runs/deepdog
"""

from dataclasses import replace

from ml.recipes import Distillation, patient_student
from ml.schedule import Phase

RECIPE = replace(
    patient_student.RECIPE,
    phases=(Phase(epochs=3, minimum=0.0, maximum=0.0002, step_epochs=1.5),),
    distillation=Distillation(views=12800, imitation=0.25, rounding=True),
    averaging=0.99,
    seed=2020,
)
