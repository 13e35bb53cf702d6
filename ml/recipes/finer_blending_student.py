"""A lesson beside `settling_student` that is otherwise: half of the views blended, nearly half without labels, the teacher's features counting more.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe finer_blending_student --start runs/fine/network.keras --out runs/blended
deepdog average PHOTOS --runs BUNDLE runs/settling runs/blended --out runs/settled
"""

from dataclasses import replace

from ml.recipes import Distillation, finer_student
from ml.schedule import Phase

RECIPE = replace(
    finer_student.RECIPE,
    phases=(Phase(epochs=10, minimum=0.0, maximum=0.0005, step_epochs=5),),
    distillation=Distillation(views=12800, imitation=1.0, unlabelled_share=0.45, mixed_share=0.5),
    seed=2055,
)
