"""Cyclical learning rates."""

import pytest

from ml.recipes import load_recipe
from ml.schedule import Phase, rates, triangular2


def test_triangular2_rises_falls_and_halves() -> None:
    at = [triangular2(i, step_size=10, minimum=0.0, maximum=1.0) for i in (0, 5, 10, 15, 20, 30, 40, 50)]
    assert at == pytest.approx([0, 0.5, 1, 0.5, 0, 0.5, 0, 0.25])


def test_a_phase_has_a_rate_for_every_batch() -> None:
    phase = Phase(epochs=2, minimum=0.1, maximum=1.0, step_epochs=1)
    assert list(rates(phase, batches_per_epoch=2)) == pytest.approx([0.1, 0.55, 1.0, 0.55])


def test_the_articles_recipe() -> None:
    """240 epochs: 7 cycles, 4 and 4; each phase's maximum within a factor of 2 of the minimum before (Anglade 2017)."""
    recipe = load_recipe("article_2017")
    assert recipe.epochs == 240
    assert [p.epochs / (2 * p.step_epochs) for p in recipe.phases] == [7, 4, 4]
    for before, after in zip(recipe.phases, recipe.phases[1:], strict=False):
        assert before.minimum / 2 <= after.maximum <= before.minimum * 2
