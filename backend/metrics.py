"""Prometheus metrics: requests, added up over gunicorn's workers, and the state of channel, complaints and daily tasks."""

import hmac
import ipaddress
import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPMethod

from apiflask import APIFlask
from flask import Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.channel import latest_publication
from backend.complaint_statistics import SMOOTHING, smoothed_rates, tallies
from backend.errors import ForbiddenError
from backend.kinds import Kind
from backend.maintenance import TASKS, last_runs
from backend.models import Feedback, ReviewState, now
from backend.services import Services, services

log = logging.getLogger(__name__)

METHODS = frozenset(HTTPMethod)
BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

REQUESTS = Histogram(
    "deepdog_http_request_duration_seconds",
    "Time from a request's arrival to its response, by route and status.",
    ["method", "route", "status"],
    buckets=BUCKETS_SECONDS,
    registry=None,
)


def register_metrics(app: APIFlask) -> None:
    """Time every request, and answer /metrics."""
    app.after_request(_observe)
    app.add_url_rule("/metrics", "metrics", app.doc(hide=True)(_serve))


def _observe(response: Response) -> Response:
    # Neither a made-up method nor an address that leads nowhere may become a label: there is no end to them.
    method = request.method if request.method in METHODS else "other"
    route = request.url_rule.rule if request.url_rule else "none"
    observe(method, route, response.status_code, time.perf_counter() - g.began)
    return response


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    REQUESTS.labels(method, route, status).observe(seconds)


def _serve() -> Response:
    """Serve the metrics to whoever has the token; where there is none, to this machine."""
    _refuse_strangers()
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
    registry.register(_State(services()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _refuse_strangers() -> None:
    token = services().settings.metrics_token
    if token:
        given = request.headers.get("Authorization", "").encode()
        allowed = hmac.compare_digest(given, f"Bearer {token}".encode())
    else:
        # A proxy on this machine forwards strangers' requests, and says so.
        allowed = _is_loopback(request.remote_addr) and "X-Forwarded-For" not in request.headers
    if not allowed:
        raise ForbiddenError(
            "Metrics are for this machine, or for whoever sends METRICS_TOKEN as Authorization: Bearer."
        )


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


class _State(Collector):
    """What the database says at the moment of asking: the same whichever worker is asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        try:
            with self._services.database.reading() as session:
                metrics = [*_channel(session), *_complaints(session), *_maintenance(session)]
        except SQLAlchemyError as error:
            log.warning("the metrics lack the database's: %s", error)
            return
        yield from metrics


def _channel(session: Session) -> Iterator[Metric]:
    sequence = GaugeMetricFamily("deepdog_channel_sequence", "Of the latest publication.", labels=["kind"])
    expires = GaugeMetricFamily(
        "deepdog_channel_expires_timestamp_seconds", "When phones will refuse the channel.", labels=["kind"]
    )
    rollout = GaugeMetricFamily(
        "deepdog_rollout_percent",
        "Share of phones that are offered the live model.",
        labels=["kind", "version"],
    )
    for kind in Kind:
        current = latest_publication(session, kind)
        if current:
            sequence.add_metric([kind], current.sequence)
            expires.add_metric([kind], current.expires_at.timestamp())
            rollout.add_metric([kind, current.version], current.percent)
    yield from (sequence, expires, rollout)


def _complaints(session: Session) -> Iterator[Metric]:
    stored = GaugeMetricFamily(
        "deepdog_complaints", "Stored complaints by the state of their review.", labels=["state"]
    )
    for state, count in session.execute(
        select(Feedback.review_state, func.count()).group_by(Feedback.review_state)
    ):
        stored.add_metric([state], count)
    yield stored
    oldest = session.scalar(
        select(func.min(Feedback.received_at)).where(
            Feedback.review_state != ReviewState.SETTLED, Feedback.photo_sha256.is_not(None)
        )
    )
    if oldest:
        yield GaugeMetricFamily(
            "deepdog_review_oldest_timestamp_seconds",
            "When the complaint that has waited longest for its review came.",
            oldest.timestamp(),
        )
    rate = GaugeMetricFamily(
        "deepdog_complaints_per_thousand_checks",
        "Over the last seven days, by model version; left out below 100 counted checks.",
        labels=["version"],
    )
    today = now().date()
    for version, days in tallies(session, today - SMOOTHING + timedelta(days=1), today).items():
        (of_the_week,) = smoothed_rates(days, [today])
        if of_the_week is not None:
            rate.add_metric([version], of_the_week)
    yield rate


def _maintenance(session: Session) -> Iterator[Metric]:
    last = GaugeMetricFamily(
        "deepdog_maintenance_last_run_timestamp_seconds",
        "When a daily task last came to its end; 0 if it never did.",
        labels=["task"],
    )
    findings = GaugeMetricFamily(
        "deepdog_maintenance_findings",
        "Things that the last run of a daily task found and that should not have been.",
        labels=["task"],
    )
    runs = last_runs(session)
    for task in TASKS:
        run = runs.get(task.name)
        # Nobody is warned of a sample that is missing.
        last.add_metric([task.name], run.finished_at.timestamp() if run else 0)
        if run:
            findings.add_metric([task.name], run.findings)
    yield last
    yield findings
