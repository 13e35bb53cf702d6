"""The overview: what the counts of phones and the complaints say together."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import update

from backend.charts import BOTTOM, TOP, line_chart, share_chart
from backend.complaint_statistics import (
    LEAST_CHECKS,
    Mistakes,
    Tally,
    mistakes,
    over,
    smoothed_rates,
    tallies,
    update_outcomes,
)
from backend.models import CheckCount, Decision, Feedback, Operator, Platform, UpdateCount, UpdateOutcome, now
from backend.operator_accounts import mark_of
from backend.reviews import decide
from backend.services import Services
from tests.backend.reports import report, send
from tests.bundles import FIRST_BUNDLE, republished

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
DAYS = [FIRST + timedelta(days=n) for n in range(30)]


def complain(client: FlaskClient, services: Services, moment: datetime, **fields: Any) -> str:
    document = report(**fields)
    assert send(client, document).status_code == 201
    with services.database.writing() as session:
        session.execute(update(Feedback).where(Feedback.id == document["id"]).values(received_at=moment))
    return str(document["id"])


def count_checks(services: Services, day: date, version: str, checks: int) -> None:
    with services.database.writing() as session:
        for platform in (Platform.IOS, Platform.ANDROID):
            session.add(CheckCount(day=day, model_version=version, platform=platform, count=checks // 2))


def sign_in(client: FlaskClient, services: Services) -> None:
    operator = Operator(name="maria", password_hash="signing in has its own tests")
    with services.database.writing() as session:
        session.add(operator)
    with client.session_transaction("/operator") as cookie:
        cookie.update(operator_id=operator.id, mark=mark_of(operator))


def test_checks_and_complaints_meet_on_their_utc_day(client: FlaskClient, services: Services) -> None:
    count_checks(services, date(2026, 11, 10), "1.0.0", 2000)
    for moment in (
        datetime(2026, 11, 10, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 10, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 11, 0, 0, tzinfo=UTC),
    ):
        complain(client, services, moment)
    complain(client, services, datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    with services.database.reading() as session:
        found = tallies(session, FIRST, LAST)
    assert found == {"1.0.0": {date(2026, 11, 10): Tally(2000, 2), date(2026, 11, 11): Tally(0, 1)}}
    assert over(found["1.0.0"], FIRST, LAST).per_thousand == 1.5
    assert Tally(0, 1).per_thousand is None


def test_spam_and_unusable_photos_are_no_complaints(client: FlaskClient, services: Services) -> None:
    moment = datetime(2026, 11, 10, 12, tzinfo=UTC)
    for decision in (Decision.SPAM, Decision.UNUSABLE, Decision.POSITIVE, None):
        complaint = complain(client, services, moment)
        if decision:
            with services.database.writing() as session:
                decide(session, "maria", [complaint], decision)
    with services.database.reading() as session:
        assert tallies(session, FIRST, LAST)["1.0.0"][date(2026, 11, 10)].complaints == 2


def test_a_rate_is_that_of_the_week_that_ends_with_the_day() -> None:
    days = {FIRST: Tally(1000, 7), FIRST + timedelta(days=8): Tally(LEAST_CHECKS - 1, 3)}
    rates = smoothed_rates(days, DAYS)
    assert rates[:7] == [7.0] * 7
    assert rates[7:] == [None] * 23, "too few checks tell nothing"


def test_mistakes_are_counted_by_kind_and_by_what_reviewers_confirmed(
    client: FlaskClient, services: Services
) -> None:
    moment = datetime(2026, 11, 10, 12, tzinfo=UTC)
    missed = [complain(client, services, moment, claimed_label="positive") for _ in range(3)]
    alarm = complain(client, services, moment, claimed_label="negative", verdict="positive")
    with services.database.writing() as session:
        decide(session, "maria", [missed[0], alarm], Decision.POSITIVE)
        decide(session, "paul", [alarm], Decision.POSITIVE)
    with services.database.reading() as session:
        assert mistakes(session, FIRST, LAST, ["1.0.0"]) == [Mistakes("1.0.0", 1, 3, 0, 1)]


def test_updates_are_counted_by_version_and_reason(services: Services) -> None:
    with services.database.writing() as session:
        for day in DAYS[:2]:
            for reason, outcome in (("", UpdateOutcome.INSTALLED), ("bad_hash", UpdateOutcome.FAILED)):
                session.add(
                    UpdateCount(
                        day=day,
                        model_version="1.0.1",
                        platform=Platform.WEB,
                        outcome=outcome,
                        reason=reason,
                        count=3 if reason else 5,
                    )
                )
    with services.database.reading() as session:
        rows = [(row.version, row.reason, row.count) for row in update_outcomes(session, FIRST)]
    assert rows == [("1.0.1", "", 10), ("1.0.1", "bad_hash", 6)]


def test_a_curve_is_broken_where_there_is_nothing_to_draw() -> None:
    chart = line_chart(DAYS[:6], {"1.0.0": [1.0, 2.0, None, 4.0, None, 0.0]})
    (line,) = chart.lines
    assert len(line.pieces) == 1
    assert [y for _, y in line.dots] == [TOP, BOTTOM], "4 is the top of the axis, 0 its foot"
    assert [tick.text for tick in chart.y_ticks] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, ["0", "1"]),
        (0.03, ["0", "0.01", "0.02", "0.03"]),
        (7.3, ["0", "2", "4", "6", "8"]),
        (950, ["0", "500", "1000"]),
    ],
)
def test_the_axis_has_round_numbers(highest: float, ticks: list[str]) -> None:
    assert [tick.text for tick in line_chart(DAYS, {"1.0.0": [highest] * 30}).y_ticks] == ticks


def test_the_shares_of_a_day_fill_its_column() -> None:
    chart = share_chart(DAYS[:2], {"1.0.1": [30, 0], "1.0.0": [10, 0]})
    (new,), (old,) = chart.bars
    assert new.height + old.height == pytest.approx(BOTTOM - TOP)
    assert new.height == pytest.approx(3 * old.height)
    assert old.y + old.height == pytest.approx(new.y)
    assert new.title == "01 Nov: 1.0.1, 75 %"


def test_the_front_page_says_that_a_roll_out_is_paused_and_why(
    client: FlaskClient, services: Services, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    second = str(republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1"))
    for command in (
        ["publish-model", str(FIRST_BUNDLE)],
        ["publish-model", second, "--rollout", "10"],
        ["pause", "--reason", "Too many buns."],
    ):
        result = runner.invoke(args=command)
        assert result.exit_code == 0, result.output
    sign_in(client, services)
    page = client.get("/operator").text
    assert '1.0.1 <span class="state disputed">paused</span>' in page
    assert "offered to no phone, they have 1.0.0. Too many buns." in page


def test_versions_that_nobody_was_counted_to_use_take_no_place_on_the_charts(
    client: FlaskClient, services: Services
) -> None:
    sign_in(client, services)
    count_checks(services, now().date(), "1.0.0", LEAST_CHECKS)
    for version in ("6.0.0", "7.0.0", "8.0.0", "9.0.0"):
        complain(client, services, now(), model_version=version)
    page = client.get("/operator").text
    assert page.count("</svg>1.0.0</li>") == 2
    assert "</svg>9.0.0</li>" not in page
    assert '<th scope="col" class="number">9.0.0</th>' in page


def test_a_chart_without_anything_to_draw_gives_way_to_a_sentence(
    client: FlaskClient, services: Services
) -> None:
    sign_in(client, services)
    today = now().date()
    assert "<summary>Numbers</summary>" not in client.get("/operator").text

    complain(client, services, now(), model_version="1.0.0")
    page = client.get("/operator").text
    assert "<summary>Numbers</summary>" in page
    assert "Too few checks were counted in these 30 days" in page
    assert "No checks were counted in these 30 days" in page
    assert 'class="chart' not in page

    count_checks(services, today, "1.0.0", LEAST_CHECKS - 2)
    page = client.get("/operator").text
    assert "Too few checks were counted in these 30 days" in page
    assert "No checks were counted" not in page

    count_checks(services, today - timedelta(days=1), "1.0.0", 2)
    page = client.get("/operator").text
    assert "Too few checks were counted" not in page
    assert page.count('class="chart') == 2
