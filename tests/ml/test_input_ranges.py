"""An int8 file tells all 256 levels of a pixel apart."""

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter
from ai_edge_litert.interpreter import OpResolverType

from ml.input_ranges import keep_pixel_levels
from ml.networks import build
from ml.quantise import partitions, quantise

pytestmark = pytest.mark.training


@pytest.mark.parametrize(("name", "alpha"), [("deepdog", 0.25), ("efficientnet_lite0", 1)])
def test_each_level_of_a_pixel_stays_a_level(name: str, alpha: float) -> None:
    """Though the pictures that show the ranges are dull."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    model = quantise(build(name, alpha, 32), rng.integers(60, 180, (24, 32, 32, 3), np.uint8))
    litert = LiteRtInterpreter(
        model_content=model,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    litert.allocate_tensors()
    ramp = np.broadcast_to(np.resize(np.arange(256, dtype=np.uint8), (32, 32, 1)), (1, 32, 32, 3))
    litert.set_tensor(litert.get_input_details()[0]["index"], ramp)
    litert.invoke()
    scaled = next(op["outputs"][0] for op in litert._get_ops_details() if op["op_name"] == "ADD")
    scale, zero_point = litert._get_tensor_details(scaled, 0)["quantization"]
    values = (litert.get_tensor(scaled).astype(float) - zero_point) * scale
    assert len(np.unique(values)) == 256
    assert (values.min(), values.max()) == pytest.approx((-1, 1), abs=0.01)
    assert partitions(model) == 1


def test_a_file_that_scales_otherwise_is_left() -> None:
    pixels = keras.Input((8, 8, 3))
    heatmap = keras.layers.Conv2D(1, 1, name="heatmap")(pixels)
    network = keras.Model(pixels, keras.layers.GlobalAveragePooling2D(name="logit")(heatmap))
    model = quantise(network, np.random.default_rng(0).integers(0, 256, (24, 8, 8, 3), np.uint8))
    assert keep_pixel_levels(model) == model
