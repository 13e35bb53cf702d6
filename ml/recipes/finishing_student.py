"""The student's last lesson: one more cycle of the rate after `patient_student`, half as high, on views that it has not seen.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher TEACHER/model.tflite --recipe finishing_student --start runs/patient/network.keras --out runs/deepdog
"""

from dataclasses import replace

from ml.recipes import patient_student
from ml.schedule import Phase

RECIPE = replace(
    patient_student.RECIPE,
    phases=(Phase(epochs=14, minimum=0.0, maximum=0.00075, step_epochs=7),),
    seed=2021,
)
