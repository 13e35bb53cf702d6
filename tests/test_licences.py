"""Every package that the locks pin is listed with its licence, and none of them asks for more than we give."""

import pytest

from tests.licences import ROOT, listed, npm_packages, python_packages, unfree

LOCKS = ("backend/requirements.lock", "tests/requirements.lock")


def test_the_page_lists_what_the_locks_pin() -> None:
    pinned = npm_packages(dev=True) | npm_packages(dev=False)
    for lock in LOCKS:
        pinned |= python_packages(ROOT / lock)
    assert listed() == pinned, "`python -m tests.licences` writes it anew"


@pytest.mark.parametrize("lock", LOCKS)
def test_no_python_package_has_a_licence_that_we_cannot_keep(lock: str) -> None:
    assert unfree(python_packages(ROOT / lock)) == {}


@pytest.mark.parametrize("dev", [False, True])
def test_no_npm_package_has_a_licence_that_we_cannot_keep(dev: bool) -> None:
    assert unfree(npm_packages(dev=dev)) == {}


def test_a_licence_that_we_cannot_keep_is_noticed() -> None:
    assert unfree(
        {"a": "GPL-3.0-or-later", "b": "MIT OR GPL-3.0", "c": "MIT AND GPL-2.0", "d": "unknown"}
    ) == {
        "a": "GPL-3.0-or-later",
        "c": "MIT AND GPL-2.0",
        "d": "unknown",
    }
