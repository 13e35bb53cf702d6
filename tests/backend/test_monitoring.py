"""Alerts, dashboard and runbook agree with what /metrics really exports."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from flask.testing import FlaskClient, FlaskCliRunner
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from backend.models import CheckCount, Feedback, Platform, now
from backend.services import Services
from tests.backend.commands import run
from tests.backend.reports import jpeg, report, send
from tests.bundles import FIRST_BUNDLE

ROOT = Path(__file__).parents[2]
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "backend/deploy/alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((ROOT / "backend/deploy/grafana-dashboard.json").read_text(encoding="utf-8"))
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
OF_PROMETHEUS = {"up": {"job", "instance"}}
"""What Prometheus itself records of whom it asks."""
OF_HISTOGRAMS = {"le"}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])
    yield from (mark["expr"] for mark in DASHBOARD["annotations"]["list"])


def selectors(node: Any) -> Iterator[Any]:
    """Walk a parsed expression, and yield each selector of a series in it."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for child in ("expr", "lhs", "rhs", "vector_selector", "param"):
        found = getattr(node, child, None)
        if found is not None and not isinstance(found, (str, float)):
            yield from selectors(found)
    for argument in getattr(node, "args", None) or ():
        yield from selectors(argument)


@pytest.fixture
def exported(client: FlaskClient, services: Services, runner: FlaskCliRunner) -> dict[str, set[str]]:
    """The names of the samples that /metrics shows once there is something of everything, and their labels."""
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "maintain", "--once")
    send(client, report(), jpeg())
    checks = CheckCount(day=now().date(), model_version="1.0.0", platform=Platform.WEB, count=1000)
    with services.database.writing() as session:
        session.add(checks)
    samples: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            samples.setdefault(sample.name, set()).update(sample.labels)
    return samples


def test_alerts_and_dashboard_ask_for_nothing_that_is_not_exported(exported: dict[str, set[str]]) -> None:
    known = exported | OF_PROMETHEUS
    asked = [selector for text in expressions() for selector in selectors(promql_parser.parse(text))]
    assert len(asked) > len(RULES)
    for selector in asked:
        assert selector.name in known
        labels = {matcher.name for matcher in selector.matchers.matchers}
        assert labels <= known[selector.name] | OF_HISTOGRAMS


def test_labels_that_are_grouped_by_or_shown_are_exported(exported: dict[str, set[str]]) -> None:
    shown = {
        name
        for text in [*expressions(), json.dumps(DASHBOARD), json.dumps(RULES)]
        for found in re.findall(r"by \(([a-z, ]+)\)|\{\{ ?(?:\$labels\.)?([a-z_]+) ?\}\}", text)
        for name in ",".join(found).replace(" ", "").split(",")
        if name
    }
    assert shown <= set().union(*exported.values(), *OF_PROMETHEUS.values(), OF_HISTOGRAMS)


def test_the_documentation_names_every_metric_and_its_labels(exported: dict[str, set[str]]) -> None:
    rows = re.findall(r"^\| `(deepdog_[a-z_]+)` \| (.*?) \|", OPERATING, re.MULTILINE)
    documented = {name: set(re.findall(r"`([a-z]+)`", labels)) for name, labels in rows}
    real = {
        re.sub(r"_(bucket|count|sum|created)$", "", name): labels - OF_HISTOGRAMS
        for name, labels in exported.items()
    }
    assert documented == real


def test_every_alert_says_how_bad_it_is_and_has_its_section_in_the_runbook() -> None:
    sections = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)
    assert sections == [rule["alert"] for rule in RULES], "in the order of the rules"
    for rule in RULES:
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("page", "ticket")
    for section in RUNBOOK.split("\n## ")[1:]:
        assert all(f"**{part}**" in section for part in ("Means", "Look", "Do"))


def test_the_runbook_names_commands_that_exist(runner: FlaskCliRunner) -> None:
    commands = set(re.findall(r"`flask ([a-z-]+(?: (?:upgrade|current))?)", RUNBOOK + OPERATING))
    for command in commands:
        run(runner, *command.split(), "--help")


def test_the_longest_wait_is_that_of_what_still_waits(client: FlaskClient, services: Services) -> None:
    name = "deepdog_review_oldest_timestamp_seconds"
    send(client, report())
    assert name not in client.get("/metrics").text, "without a photo there is nothing to review"
    send(client, report(), jpeg())
    assert name in client.get("/metrics").text
    with services.database.writing() as session:
        session.execute(update(Feedback).values(review_state="settled"))
    assert name not in client.get("/metrics").text


def test_complaints_are_set_against_checks(client: FlaskClient, services: Services) -> None:
    send(client, report())
    rate = 'deepdog_complaints_per_thousand_checks{version="1.0.0"}'
    assert rate not in client.get("/metrics").text, "a rate of nothing is no rate"
    with services.database.writing() as session:
        session.add(CheckCount(day=now().date(), model_version="1.0.0", platform=Platform.WEB, count=500))
    assert f"{rate} 2.0" in client.get("/metrics").text
