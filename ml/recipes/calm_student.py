"""A short lesson on calmer views, to be averaged with what it began at: a network of this size learns heavy distortion at the cost of ordinary photos.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe calm_student --start BUNDLE --out runs/calm-2031
deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe calm_student --start BUNDLE --epochs 5 --seed 2033 --out runs/calm-2033
deepdog average PHOTOS --runs BUNDLE runs/calm-2031 runs/calm-2033 --out runs/calm
"""

from dataclasses import replace

from ml.recipes import patient_student
from ml.recipes.teacher import SCENES
from ml.schedule import Phase

RECIPE = replace(
    patient_student.RECIPE,
    phases=(Phase(epochs=6, minimum=0.0, maximum=0.0005, step_epochs=3),),
    augmentation=replace(
        SCENES,
        rotation_share=0.25,
        zoom_in=0.4,
        zoom_out=0.4,
        roam=0.5,
        stretch=0.08,
        shear=0.03,
        channel_shift=8 / 255,
        brightness=0.15,
        saturation=0.2,
        coarse_share=0.15,
        jpeg_share=0.3,
    ),
    seed=2031,
)
