"""A detector is published, and a page picks it up: beside the classifier, without a reload, and for good."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.bundles import VERSION, relabelled
from tests.loop.server import ROOT, Server

BUNDLED = ROOT / "app/assets/detector/model.json"
DETECTOR_VERSION = "99.0.0"
"""Newer than whatever detector the app brings along."""


@pytest.mark.training
def test_a_published_detector_reaches_the_page(
    phone: BrowserContext, server: Server, detector_bundle: Path, tmp_path: Path
) -> None:
    page = open_settings(phone)
    if BUNDLED.is_file():
        version = json.loads(BUNDLED.read_text(encoding="utf-8"))["version"]
        expect(page.get_by_test_id("detector-version")).to_have_text(f"{version} (came with the app)")
    expect(page.get_by_test_id("detector-last-refusal")).to_have_count(0)

    bundle = relabelled(detector_bundle, tmp_path / "bundle", DETECTOR_VERSION, notes="Draws boxes.")
    server.flask("publish-model", str(bundle))
    page.get_by_test_id("check-update").click()
    expect_detector(page)
    expect(page.get_by_text("Draws boxes.")).to_be_visible()
    expect(page.get_by_test_id("model-version")).to_contain_text(VERSION)
    assert page.get_by_test_id("last-refusal").count() == 0

    page.close()
    expect_detector(open_settings(phone))


def open_settings(phone: BrowserContext) -> Page:
    """Open the page and its settings, and wait until it has checked for updates."""
    page = phone.new_page()
    page.goto("/")
    page.get_by_test_id("settings").click()
    expect(page.get_by_test_id("update-state")).to_contain_text("Up to date")
    expect(page.get_by_test_id("check-update")).to_be_enabled()
    return page


def expect_detector(page: Page) -> None:
    """See that the published detector runs: it has passed its self-test in this browser."""
    expect(page.get_by_test_id("detector-version")).to_contain_text(f"{DETECTOR_VERSION} (downloaded)")
    expect(page.get_by_test_id("detector-last-refusal")).to_have_count(0)
