"""What detectors are trained to make small.

DeepDog's: Zhou, Wang and Kraehenbuehl 2019, "Objects as Points", section 3: L = L_centres + 0.1 L_sizes + 1 L_offsets, each divided by the number of boxes
(of the batch).
SSDLite's: Liu et al. 2016, "SSD: Single Shot MultiBox Detector", section 2.2: L = L_classes + L_offsets, each divided by the number of
anchors with a box (of the batch).
"""

import keras
from keras import ops

ALPHA, BETA = 2.0, 4.0
"""Exponents of the focal loss: how little cells count that are right already, and how little a peak's surroundings."""

WEIGHTS = (1.0, 0.1, 1.0)
"""Of centres, sizes and offsets."""

NEGATIVES_PER_POSITIVE = 3


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
    """Equations 2 and 3: distance from the right size or offset, in cells, counted at the centres and, as far as the targets say, around them.

    Args:
        targets: (batch, h, w, 3), `Targets.sizes` or `Targets.offsets`.
        found: (batch, h, w, 2).

    Returns:
        float32, no axes.
    """
    wanted, at_centre = targets[..., :2], targets[..., 2:]
    return ops.sum(ops.abs(found - wanted) * at_centre) / ops.maximum(ops.sum(at_centre), 1.0)


def hard_negative_cross_entropy(targets: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Cross-entropy of the anchors with a box, and of those without that are most wrongly sure, at most `NEGATIVES_PER_POSITIVE` of them for each with one.

    They are sought in the whole batch, not picture by picture, so that pictures that hold nothing teach something.

    Args:
        targets: (batch, anchors, 2), `anchors.Targets.classes`.
        logits: (batch, anchors, 1).

    Returns:
        float32, no axes.
    """
    wanted, counts = targets[..., 0], targets[..., 1]
    losses = ops.softplus(logits[..., 0]) - wanted * logits[..., 0]
    negatives = ops.reshape(losses * (1 - wanted) * counts, (-1,))
    matched = ops.sum(wanted)
    last = ops.shape(negatives)[0] - 1
    kept = ops.minimum(ops.cast(NEGATIVES_PER_POSITIVE * matched, "int32"), last)
    least = ops.stop_gradient(ops.take(ops.sort(negatives), last - kept))
    hard = ops.sum(ops.where(negatives > least, negatives, 0.0))
    return (ops.sum(losses * wanted) + hard) / ops.maximum(matched, 1.0)


def smooth_l1_at_matches(targets: keras.KerasTensor, found: keras.KerasTensor) -> keras.KerasTensor:
    """Distance from the right offsets, squared where it is under 1, counted at the anchors with a box only.

    Args:
        targets: (batch, anchors, 5), `anchors.Targets.offsets`.
        found: (batch, anchors, 4).

    Returns:
        float32, no axes.
    """
    wanted, matched = targets[..., :4], targets[..., 4:]
    apart = ops.abs(found - wanted)
    losses = ops.where(apart < 1, apart**2 / 2, apart - 0.5)
    return ops.sum(losses * matched) / ops.maximum(ops.sum(matched), 1.0)
