"""Two fifths of `deepdog`, from random weights: for comparing networks without a GPU, where what matters is which learns more in the same time.

deepdog compare PHOTOS --recipe comparison --networks deepdog:0.5 squeezenet:0.5 mobilenet_v1:0.5 mobilenet_v2:0.5 --out compare
"""

from dataclasses import replace

from ml.recipes import deepdog
from ml.schedule import Phase

RECIPE = replace(
    deepdog.RECIPE,
    phases=(
        Phase(epochs=8, minimum=0.0002, maximum=0.002, step_epochs=4, resolution=96),
        Phase(epochs=3, minimum=0.000004, maximum=0.001, step_epochs=1.5),
    ),
)
