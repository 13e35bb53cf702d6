"""A shorter lesson at 192 px and at a lower rate, to be averaged with what began it all.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --recipe settling_student --start runs/fine/network.keras --out runs/settling
"""

from dataclasses import replace

from ml.recipes import finer_student
from ml.schedule import Phase

RECIPE = replace(
    finer_student.RECIPE, phases=(Phase(epochs=11, minimum=0.0, maximum=0.0005, step_epochs=5.5),), seed=2053
)
