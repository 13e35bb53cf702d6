"""What is made on threads for whoever uses it one by one."""

import pytest

from ml.ahead import AHEAD, made_ahead


def test_all_come_in_order_however_slow_whoever_takes_them_is() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number * number

    for taken, square in enumerate(made_ahead(make, range(200))):
        assert square == taken * taken
        assert len(made) <= taken + 1 + AHEAD
    assert sorted(made) == list(range(200))


def test_an_error_comes_where_its_item_is() -> None:
    quotients = made_ahead(lambda number: 1 // number, [2, 1, 0, 1])
    assert [next(quotients), next(quotients)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(quotients)
