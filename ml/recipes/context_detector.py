"""The detector taught on once more, with the context of the whole picture (`ml/detect/network.py`) and half of its views empty, so that it learns what is none.

deepdog train PHOTOS --task detect --extra PASTED --boxes ml/detect/proposed_boxes.csv --recipe context_detector --start app/assets/detector --out runs/detector
"""

from dataclasses import replace

from ml.recipes import detector
from ml.sampling import Softened
from ml.schedule import Phase

RECIPE = replace(
    detector.RECIPE,
    phases=(Phase(epochs=12, minimum=0.0, maximum=0.0005, step_epochs=6),),
    softened=Softened(exponent=-0.25, positive_share=0.5),
    seed=2021,
)
