"""Serves channel, manifests and models to phones where no bucket or CDN does."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, request

from backend.errors import NotFoundError, ObjectNotFoundError
from backend.kinds import Kind
from backend.objects import CHANNEL_NAMES, CHANNELS, ObjectKey, key_set_key, manifest_key, model_key
from backend.services import services

URL_PREFIX = "/api/v1"

DOCUMENT: dict[str, Any] = {"application/json": {"schema": {"type": "object"}}}
MODEL: dict[str, Any] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}

blueprint = APIBlueprint("delivery", __name__, url_prefix=URL_PREFIX)


def _answers(content: dict[str, Any], absent: str) -> dict[int, Any]:
    """Describe the answers of a view to the OpenAPI document."""
    return {
        200: {"description": "Here it is.", "content": content},
        206: {"description": "The part of it that Range asked for.", "content": content},
        304: {"description": "If-None-Match names what there still is."},
        404: {"description": absent},
        416: {"description": "Range asks for a part that it does not have."},
    }


@blueprint.get("/channels/<name>.json")
@blueprint.doc(
    summary="Which model phones get, signed", responses=_answers(DOCUMENT, "Nothing is published.")
)
def channel(name: str) -> Response:
    """Serve the signed channel document."""
    found = next((kind for kind in Kind if CHANNEL_NAMES[kind] == name), None)
    if found is None:
        raise NotFoundError(
            f"There is no channel {name}; those there are are {' and '.join(CHANNEL_NAMES.values())}."
        )
    return _serve(CHANNELS[found])


@blueprint.get("/manifests/<version:version>.json")
@blueprint.doc(
    summary="A classifier's signed manifest", responses=_answers(DOCUMENT, "There is no such version.")
)
def manifest(version: str) -> Response:
    """Serve a classifier's signed manifest."""
    return _serve(manifest_key(Kind.CLASSIFIER, version))


@blueprint.get("/manifests/detector/<version:version>.json")
@blueprint.doc(
    summary="A detector's signed manifest", responses=_answers(DOCUMENT, "There is no such version.")
)
def detector_manifest(version: str) -> Response:
    """Serve a detector's signed manifest."""
    return _serve(manifest_key(Kind.DETECTOR, version))


@blueprint.get("/keys/<key_set:number>.json")
@blueprint.doc(
    summary="Trusted keys, signed by the set before", responses=_answers(DOCUMENT, "There is no such set.")
)
def key_set(number: str) -> Response:
    """Serve a set of trusted keys, signed by the set before it."""
    return _serve(key_set_key(number))


@blueprint.get("/models/<sha256:sha256>.tflite")
@blueprint.doc(summary="A model file", responses=_answers(MODEL, "There is no such file."))
def model(sha256: str) -> Response:
    """Serve a model file."""
    return _serve(model_key(sha256))


def _serve(key: ObjectKey) -> Response:
    try:
        copy = services().shelf.get(key)
    except ObjectNotFoundError as error:
        raise NotFoundError("There is nothing at this address.") from error
    response = current_app.response_class(copy.data, mimetype=key.content_type)
    response.set_etag(copy.etag)
    response.headers["Cache-Control"] = key.cache_control
    response.make_conditional(request, accept_ranges=True, complete_length=len(copy.data))
    return response
