"""The running average of the weights, and how far it looks back."""

from dataclasses import replace

import keras
import numpy as np
import numpy.typing as npt
import pytest
from keras import ops

from ml.recipes import load_recipe
from ml.train import optimizer


def average_of(values: npt.NDArray[np.float64], decay: float) -> float:
    """Return the average that a recipe's optimizer has of a weight with these values, one a batch."""
    weight = keras.Variable([0.0])
    adamw = optimizer(replace(load_recipe("student"), averaging=decay), 0.0)
    adamw.build([weight])
    for value in values:
        weight.assign([value])
        adamw.apply([ops.zeros(1)])  # at a rate of 0, so that nothing but the average moves
    adamw.finalize_variable_values([weight])
    return float(weight.value[0])


def test_a_lesson_of_400_batches_forgets_its_first_ones() -> None:
    """With 0.998 from the first batch on, the very first alone would make up 0.45 of the average."""
    values = np.where(np.arange(400) < 100, 1.0, 0.0)
    assert average_of(values, 0.998) < 0.01


def test_the_average_looks_back_no_further_than_the_recipe_says() -> None:
    values = np.random.default_rng(1).normal(size=60)
    expected = float(values[0])
    for seen, value in enumerate(values[1:], 1):
        momentum = min(0.7, seen / (seen + 4))
        expected = momentum * expected + (1 - momentum) * float(value)
    assert average_of(values, 0.7) == pytest.approx(expected, abs=1e-5)
