"""What the whole picture says of whether there is anything to find, fitted once the rest of a detector is trained.

The centres' loss looks at cells, of which nearly all are empty in any picture, so it hardly moves the one number that all cells of a picture share
(`ml/detect/network.py`). Fitted by itself, by a logistic regression on the mean of the body's features, that number lowers what is found in pictures that
hold nothing below what is found in the others. It is a probability, so two pictures that surely hold something are raised alike; boxes of one picture keep
their order.
"""

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit
from tqdm import tqdm

from ml.batches import contract_tensors, thinned
from ml.detect.annotations import Annotated, truths
from ml.detect.decode import Decoding
from ml.detect.measure import Measured
from ml.detect.network import CENTRES, CONTEXT, GAIN, MEAN, detector, start_from_run
from ml.detect.quantise import network_detections

PICTURES = 4000
"""That it is fitted to, drawn evenly from the train split."""
AT_ONCE = 256
PENALTY = 0.03
"""Of the squared weights of standardised features, against the mean cross-entropy."""
GAINS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Between a centre's logit in a picture that surely holds something and in one that surely does not; the best by average precision on val is taken."""

Floats = npt.NDArray[np.float64]


def in_context(
    trained: keras.Model, alpha: float, training: Sequence[Annotated], validation: Sequence[Annotated]
) -> keras.Model:
    """Return a trained detector with its context.

    Args:
        trained: of `ml.detect.network.detector`.
        alpha: width multiplier of its body.
        training: pictures with boxes, and pictures without any.
        validation: to choose by how much it counts.
    """
    network = detector(alpha, trained.input_shape[1])
    start_from_run(trained, network, "the run")
    direction, offset = _regression(*_means(network, thinned(training, PICTURES)))
    kernel = direction.astype(np.float32).reshape(network.get_layer(CONTEXT).kernel.shape)
    network.get_layer(CONTEXT).set_weights([kernel, np.array([offset], np.float32)])
    centres, gain = network.get_layer(CENTRES), network.get_layer(GAIN)
    of_centres, bias = centres.get_weights()
    pixels, truth = _pixels(network, validation), truths(validation)

    def raise_by(logits: float) -> None:
        gain.set_weights([np.full((1, 1, 1, 1), logits, np.float32)])
        centres.set_weights([of_centres, bias - np.float32(logits / 2)])

    def average_precision(logits: float) -> float:
        raise_by(logits)
        found = network_detections(network, pixels, Decoding())
        return Measured(truth, found, threshold=0.5).figures["ap"]

    raise_by(max(GAINS, key=average_precision))
    return network


def _means(network: keras.Model, pictures: Sequence[Annotated]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the mean features of each picture, (N, channels), and whether it has boxes."""
    means = keras.Model(network.input, network.get_layer(MEAN).output)
    features = [
        means.predict(_pixels(network, pictures[start : start + AT_ONCE]), batch_size=32, verbose=0)
        for start in tqdm(range(0, len(pictures), AT_ONCE), "fitting the context", disable=None)
    ]
    found = np.concatenate(features).reshape(len(pictures), -1).astype(np.float64)
    return found, np.array([len(picture.boxes) > 0 for picture in pictures])


def _regression(features: Floats, positives: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
    """Return direction and offset of a penalised logistic regression: features @ direction + offset is the logit."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-3
    standard = (features - mean) / deviation

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slopes, offset = parameters[:-1], parameters[-1]
        logits = standard @ slopes + offset
        entropy = np.logaddexp(0, logits) - positives * logits
        error = expit(logits) - positives
        gradient = standard.T @ error / len(standard) + PENALTY * slopes
        return entropy.mean() + PENALTY * slopes @ slopes / 2, np.append(gradient, error.mean())

    fitted = minimize(loss, np.zeros(features.shape[1] + 1), jac=True, method="L-BFGS-B").x
    direction = fitted[:-1] / deviation
    return direction, float(fitted[-1] - direction @ mean)


def _pixels(network: keras.Model, pictures: Sequence[Annotated]) -> npt.NDArray[np.uint8]:
    return contract_tensors([picture.example for picture in pictures], network.input_shape[1])
