"""The first lesson of the network that ships: DeepDog with MobileNet V1's widths, alpha 0.5, at 160 px; from MobileNet's weights, by the teacher.

deepdog distil PHOTOS --more MORE_PHOTOS --teacher TEACHER/model.tflite --start mobilenet_v1_0.5_160_quant.tflite --out runs/deepdog
"""

from ml.recipes import Distillation, Recipe
from ml.recipes.teacher import SCENES
from ml.sampling import Softened
from ml.schedule import Phase

RECIPE = Recipe(
    network="deepdog_mobilenet",
    alpha=0.5,
    resolution=160,
    batch_size=64,
    phases=(Phase(epochs=18, minimum=0.0, maximum=0.0015, step_epochs=9),),
    optimizer="adamw",
    weight_decay=0.02,
    augmentation=SCENES,
    positive_weight=1.0,
    softened=Softened(),
    averaging=0.998,
    distillation=Distillation(views=12800, imitation=0.5),
)
