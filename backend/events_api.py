"""The counts resource of the HTTP API."""

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from backend.client_address import client_address
from backend.events import count_events
from backend.quotas import event_quotas
from backend.schemas import EventCounts
from backend.services import services

blueprint = APIBlueprint("events", __name__, url_prefix="/api/v1")


@blueprint.post("/events")
@blueprint.input(EventCounts, location="json", arg_name="batch")
@blueprint.output({}, status_code=HTTPStatus.NO_CONTENT, description="Counted, now or before.")
@blueprint.doc(summary="Count checks and updates, with the user's consent")
def submit_events(batch: EventCounts) -> ResponseReturnValue:
    """Add counts that tell phones apart by nothing."""
    settings = services().settings
    address = client_address(request, settings.trusted_proxies)
    count_events(services(), batch, event_quotas(settings, address))
    return "", HTTPStatus.NO_CONTENT
