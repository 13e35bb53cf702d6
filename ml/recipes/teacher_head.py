"""The teacher's head alone ("retrain" in the 2017 article's words), so that fine-tuning starts from a head that knows something.

deepdog train PHOTOS --recipe teacher_head --start efficientnet-lite0-57934424.pth --out runs/teacher-head
"""

from dataclasses import replace

from ml.recipes import teacher
from ml.schedule import Phase

RECIPE = replace(
    teacher.RECIPE,
    phases=(Phase(epochs=1, minimum=0.0002, maximum=0.004, step_epochs=0.5),),
    head_only=True,
    averaging=None,
)
