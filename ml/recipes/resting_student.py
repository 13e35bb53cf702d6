"""The last lesson at 192 px: so low a rate that little is unlearnt.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe resting_student --start runs/settled/network.keras --out runs/resting
"""

from dataclasses import replace

from ml.recipes import finer_student
from ml.schedule import Phase

RECIPE = replace(
    finer_student.RECIPE, phases=(Phase(epochs=8, minimum=0.0, maximum=0.00025, step_epochs=4),), seed=2057
)
