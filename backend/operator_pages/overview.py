"""The front page: how the models fare with those who use them, and what there is to do."""

from datetime import date, timedelta

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from backend.channel import latest_publication
from backend.charts import line_chart, share_chart
from backend.complaint_statistics import (
    LEAST_CHECKS,
    SMOOTHING,
    Tallies,
    Tally,
    drifting_platforms,
    mistakes,
    newest_first,
    over,
    smoothed_rates,
    tallies,
    update_outcomes,
)
from backend.kinds import Kind
from backend.models import Feedback, ReviewState, now
from backend.operator_pages.access import signed_in
from backend.operator_pages.blueprint import blueprint
from backend.operator_pages.wording import PLATFORM_NAMES, share_of_phones, wording
from backend.review_queue import Filters, waiting_for
from backend.services import services

PERIODS = (14, 30, 90)
"""Days that the charts can show."""


@blueprint.get("", strict_slashes=False)
@signed_in
def overview() -> ResponseReturnValue:
    """Show rates, mistakes, adoption and roll-out of the last `?days=`."""
    period = request.args.get("days", PERIODS[1], type=int)
    period = period if period in PERIODS else PERIODS[1]
    today = now().date()
    days = [today - timedelta(days=back) for back in range(period - 1, -1, -1)]
    with services().database.reading() as session:
        counted = tallies(session, days[0] - SMOOTHING, today)
        context = {
            "mistakes": mistakes(session, days[0], today, counted),
            "outcomes": update_outcomes(session, days[0]),
            "drift": drifting_platforms(session, days[0]),
            "publication": latest_publication(session, Kind.CLASSIFIER),
            "waiting": waiting_for(session, g.operator.name, Filters()),
            "disputed": session.scalar(
                select(func.count()).where(Feedback.review_state == ReviewState.DISPUTED)
            ),
            "words": wording(session),
        }
    versions = newest_first({version for version, tally in counted.items() if _any(tally, days)})
    totals = {version: over(counted[version], days[0], today) for version in versions}
    # Few versions can be told apart on a chart: one that nobody was counted to use takes no place there.
    drawn = [version for version in versions if totals[version].checks]
    return render_template(
        "operator/overview.html",
        **context,
        period=period,
        periods=PERIODS,
        days=days,
        versions=versions,
        counted=counted,
        totals=totals,
        this_week=_week(counted, today),
        last_week=_week(counted, today - SMOOTHING),
        rates=line_chart(days, {version: smoothed_rates(counted[version], days) for version in drawn}),
        adoption=share_chart(
            days,
            {version: [counted[version].get(day, Tally()).checks for day in days] for version in drawn},
        ),
        platforms=PLATFORM_NAMES,
        share=share_of_phones,
        nothing=Tally(),
        least_checks=LEAST_CHECKS,
    )


def _any(tally_of: dict[date, Tally], days: list[date]) -> bool:
    tally = over(tally_of, days[0], days[-1])
    return tally.checks + tally.complaints > 0


def _week(counted: Tallies, last: date) -> Tally:
    """Add up all versions over the seven days that end with `last`."""
    weeks = [over(of_version, last - SMOOTHING + timedelta(days=1), last) for of_version in counted.values()]
    return Tally(sum(week.checks for week in weeks), sum(week.complaints for week in weeks))
