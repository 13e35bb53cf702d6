"""From trained weights to the file that phones run: 8-bit weights and activations, uint8 pixels in, float32 score and heatmap out."""

import warnings
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as flatbuffer

from ml.networks.deepdog import with_score_and_heatmap
from ml.pixels import Tensor


def load_network(path: Path) -> keras.Model:
    """Read a network that `deepdog train` saved.

    Raises:
        ValueError: the file is missing or no Keras network.
    """
    return keras.models.load_model(path, compile=False)


def quantise(network: keras.Model, representative: Tensor) -> bytes:
    """Convert a network to a .tflite file.

    Args:
        network: from pixels to logits, as `ml.networks` builds it.
        representative: uint8 (N, R, R, 3), pictures that show the range of each activation.
    """
    exported = with_score_and_heatmap(network, batch_size=1)
    converter = tf.lite.TFLiteConverter.from_keras_model(exported)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: (
        [picture[np.newaxis].astype(np.float32)] for picture in representative
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.float32
    with warnings.catch_warnings():
        # It looks for the statistics of an older way to quantise; the representative pictures give them.
        warnings.filterwarnings("ignore", "Statistics for quantized inputs were expected")
        model: bytes = converter.convert()
    return model


def min_runtime_version(model: bytes) -> str:
    """Return the oldest runtime that has every operator of the file, from the file's own metadata, as major.minor.patch."""
    parsed = flatbuffer.ModelT.InitFromObj(flatbuffer.Model.GetRootAs(model, 0))
    (buffer,) = [m.buffer for m in parsed.metadata if m.name == b"min_runtime_version"]
    version = bytes(parsed.buffers[buffer].data).rstrip(b"\0").decode()
    return ".".join([*version.split("."), "0", "0"][:3])
