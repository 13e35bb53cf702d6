"""The student goes on where `student` stopped: twice as long, in two cycles of the rate, minding the teacher's score more than its features.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher TEACHER/model.tflite --recipe patient_student --start runs/student/network.keras --out runs/patient
"""

from dataclasses import replace

from ml.recipes import Distillation, student
from ml.schedule import Phase

RECIPE = replace(
    student.RECIPE,
    phases=(Phase(epochs=32, minimum=0.0, maximum=0.0015, step_epochs=8),),
    distillation=Distillation(views=12800, imitation=0.25),
    seed=2019,
)
