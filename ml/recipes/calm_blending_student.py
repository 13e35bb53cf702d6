"""The last lesson: one short, low cycle on views as calm as most photos are, three in ten of them blended, a few off a screen.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe calm_blending_student --start runs/second/network.keras --out runs/deepdog
"""

from dataclasses import replace

from ml.recipes import Distillation, calm_student
from ml.schedule import Phase

RECIPE = replace(
    calm_student.RECIPE,
    phases=(Phase(epochs=11, minimum=0.0, maximum=0.0005, step_epochs=5.5),),
    augmentation=replace(calm_student.RECIPE.augmentation, zoom_in=0.8, zoom_out=0.9, screen_share=0.08),
    distillation=Distillation(views=12800, imitation=0.5, mixed_share=0.3),
    seed=2049,
)
