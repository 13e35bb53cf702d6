"""Cyclical learning rates."""

import dataclasses

import pytest

from ml.recipes import load_recipe
from ml.schedule import Phase, exp_range, rates, triangular, triangular2

AT = (0, 5, 10, 15, 20, 30, 40, 50)


def test_triangular_rises_and_falls() -> None:
    at = [triangular(i, step_size=10, minimum=0.0, maximum=1.0) for i in AT]
    assert at == pytest.approx([0, 0.5, 1, 0.5, 0, 1, 0, 1])


def test_triangular2_halves_the_rise_with_every_cycle() -> None:
    at = [triangular2(i, step_size=10, minimum=0.0, maximum=1.0) for i in AT]
    assert at == pytest.approx([0, 0.5, 1, 0.5, 0, 0.5, 0, 0.25])


def test_exp_range_shrinks_with_every_batch() -> None:
    at = [exp_range(i, step_size=10, minimum=0.1, maximum=1.1, decay=0.9) for i in (0, 10, 20, 30)]
    assert at == pytest.approx([0.1, 0.1 + 0.9**10, 0.1, 0.1 + 0.9**30])


def test_a_phase_has_a_rate_for_every_batch() -> None:
    phase = Phase(epochs=2, minimum=0.1, maximum=1.0, step_epochs=1)
    assert list(rates(phase, batches_per_epoch=2)) == pytest.approx([0.1, 0.55, 1.0, 0.55])


def test_a_phase_follows_its_policy() -> None:
    phase = Phase(epochs=4, minimum=0.0, maximum=1.0, step_epochs=1, policy="triangular")
    assert list(rates(phase, batches_per_epoch=1)) == pytest.approx([0, 1, 0, 1])
    shrinking = dataclasses.replace(phase, policy="exp_range", decay=0.5)
    assert list(rates(shrinking, batches_per_epoch=1)) == pytest.approx([0, 0.5, 0, 0.125])


def test_twice_the_batch_takes_twice_the_rates() -> None:
    phase = Phase(epochs=1, minimum=0.005, maximum=0.03, step_epochs=1).scaled(2)
    assert (phase.minimum, phase.maximum) == (0.01, 0.06)


def test_the_articles_recipe_has_its_240_epochs() -> None:
    """240 epochs: 7 cycles, 4 and 4; each phase's maximum within a factor of 2 of the minimum before (Anglade 2017)."""
    recipe = load_recipe("article_2017")
    assert recipe.epochs == 240
    assert [p.epochs / (2 * p.step_epochs) for p in recipe.phases] == [7, 4, 4]
    assert {p.policy for p in recipe.phases} == {"triangular2"}
    for before, after in zip(recipe.phases, recipe.phases[1:], strict=False):
        assert before.minimum / 2 <= after.maximum <= before.minimum * 2


@pytest.mark.parametrize("epochs", [3, 4, 5, 11, 28, 100])
def test_a_stretched_recipe_has_the_epochs_and_ends_its_phases_as_before(epochs: int) -> None:
    recipe = load_recipe("deepdog")
    stretched = recipe.stretched(epochs)
    assert stretched.epochs == epochs
    assert [p.epochs / p.step_epochs for p in stretched.phases] == pytest.approx(
        [p.epochs / p.step_epochs for p in recipe.phases]
    )
    assert recipe.stretched(recipe.epochs) == recipe
