"""A lesson against learning by heart: half of the views are two pictures blended, more are of pictures without labels, the teacher's features count more.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe blending_student --start runs/first/network.keras --out runs/blending
deepdog average PHOTOS --runs runs/first runs/blending --out runs/second
"""

from dataclasses import replace

from ml.recipes import Distillation, steady_student
from ml.schedule import Phase

RECIPE = replace(
    steady_student.RECIPE,
    phases=(Phase(epochs=26, minimum=0.0, maximum=0.001, step_epochs=13),),
    distillation=Distillation(views=12800, imitation=1.0, unlabelled_share=0.35, mixed_share=0.5),
    seed=2047,
)
