"""Serves channel, manifests and models to phones where no bucket or CDN does."""

import hashlib
from functools import lru_cache

from apiflask import APIBlueprint
from flask import Response, current_app, request

from backend.errors import NotFoundError, ObjectNotFoundError
from backend.objects import CHANNEL, CHANNEL_NAME, ObjectKey, manifest_key, model_key
from backend.services import Services, services

CACHED_OBJECTS = 8
"""Immutable objects kept in memory by each process: what a bucket would otherwise be asked for every time."""

blueprint = APIBlueprint("delivery", __name__, url_prefix="/api/v1", enable_openapi=False)


@blueprint.get("/channels/<name>.json")
def channel(name: str) -> Response:
    """Serve the signed channel document."""
    if name != CHANNEL_NAME:
        raise NotFoundError(f"There is no channel {name}; the one there is is {CHANNEL_NAME}.")
    return _respond(CHANNEL, _read(services(), CHANNEL.name))


@blueprint.get("/manifests/<version:version>.json")
def manifest(version: str) -> Response:
    """Serve a version's signed manifest."""
    key = manifest_key(version)
    return _respond(key, _read_immutable(services(), key.name))


@blueprint.get("/models/<sha256:sha256>.tflite")
def model(sha256: str) -> Response:
    """Serve a model file."""
    key = model_key(sha256)
    return _respond(key, _read_immutable(services(), key.name))


def _read(services: Services, name: str) -> bytes:
    try:
        return services.store.read(name).data
    except ObjectNotFoundError as error:
        raise NotFoundError("There is nothing at this address.") from error


@lru_cache(maxsize=CACHED_OBJECTS)
def _read_immutable(services: Services, name: str) -> bytes:
    return _read(services, name)


def _respond(key: ObjectKey, data: bytes) -> Response:
    response = current_app.response_class(data, mimetype=key.content_type)
    response.set_etag(hashlib.sha256(data).hexdigest())
    response.headers["Cache-Control"] = key.cache_control
    response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return response
