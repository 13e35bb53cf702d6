"""What the detector is trained to make small.

Zhou, Wang and Kraehenbuehl 2019, "Objects as Points", section 3: L = L_centres + 0.1 L_sizes + 1 L_offsets, each divided by the number of boxes (of the batch).
"""

import keras
from keras import ops

ALPHA, BETA = 2.0, 4.0
"""Exponents of the focal loss: how little cells count that are right already, and how little a peak's surroundings."""

WEIGHTS = (1.0, 0.1, 1.0)
"""Of centres, sizes and offsets."""


def penalty_reduced_focal_loss(targets: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Equation 1: cross-entropy of each cell, less where the network is right, and less near a centre, where a peak is no grave mistake.

        -1 / N sum of (1 - p)^alpha log p where the target is 1, and of (1 - target)^beta p^alpha log(1 - p) elsewhere

    Args:
        targets: (batch, h, w, 2), `Targets.centres`.
        logits: (batch, h, w, 1) of p.

    Returns:
        float32, no axes.
    """
    target, counts = targets[..., :1], targets[..., 1:]
    p = ops.sigmoid(logits)
    at_centre = ops.cast(target > 1 - 1e-4, "float32")
    found = (1 - p) ** ALPHA * ops.log_sigmoid(logits) * at_centre
    quiet = (1 - target) ** BETA * p**ALPHA * ops.log_sigmoid(-logits) * (1 - at_centre)
    return -ops.sum((found + quiet) * counts) / ops.maximum(ops.sum(at_centre), 1.0)


def l1_at_centres(targets: keras.KerasTensor, found: keras.KerasTensor) -> keras.KerasTensor:
    """Equations 2 and 3: distance from the right size or offset, in cells, counted at the centres only.

    Args:
        targets: (batch, h, w, 3), `Targets.sizes` or `Targets.offsets`.
        found: (batch, h, w, 2).

    Returns:
        float32, no axes.
    """
    wanted, at_centre = targets[..., :2], targets[..., 2:]
    return ops.sum(ops.abs(found - wanted) * at_centre) / ops.maximum(ops.sum(at_centre), 1.0)
