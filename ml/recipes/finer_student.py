"""The student learns to see more of the picture, 192 px in place of 160, on views as calm as most photos are, some of them blended: one whole cycle.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe finer_student --start BUNDLE --out runs/finer
deepdog average PHOTOS --runs BUNDLE runs/finer --out runs/fine
"""

from dataclasses import replace

from ml.recipes import calm_blending_student
from ml.schedule import Phase

RECIPE = replace(
    calm_blending_student.RECIPE,
    resolution=192,
    phases=(Phase(epochs=20, minimum=0.0, maximum=0.001, step_epochs=10),),
    seed=2051,
)
