"""Completes the OpenAPI document that APIFlask makes: the one error envelope everywhere, and what multipart means.

It is served at /api/v1/openapi.json and committed as backend/openapi.json, from which the app's types are made; `flask spec` writes that file.
"""

from typing import Any

from apiflask import APIFlask

from backend.addresses import KeySetConverter, Sha256Converter, VersionConverter
from backend.objects import CHANNEL_NAMES
from backend.schemas import UUID_PATTERN, ErrorEnvelope

Document = dict[str, Any]

ENVELOPE = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds until it is worth trying again.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
RECEIPT = {
    "Deletion-Receipt": {
        "description": "The id, and the moment since which nothing is kept under it (UTC).",
        "schema": {"type": "string"},
    }
}
ANYWHERE = {
    "400": "The request is malformed.",
    "500": "The server failed.",
    "503": "The server cannot reach its database or its store at the moment.",
}
WITH_FIELDS = {"422": "A field is not acceptable; the envelope names it."}
"""All but a GET, whose only fields are in the address: an address of another form is not found."""
PATH_PARTS: dict[str, Document] = {
    "feedback_id": {"type": "string", "pattern": UUID_PATTERN},
    "install_id": {"type": "string", "pattern": UUID_PATTERN},
    "name": {"type": "string", "enum": list(CHANNEL_NAMES.values())},
    "version": {"type": "string", "pattern": f"^{VersionConverter.regex}$"},
    "sha256": {"type": "string", "pattern": f"^{Sha256Converter.regex}$"},
    "number": {"type": "string", "pattern": f"^{KeySetConverter.regex}$"},
}
WITH_A_BODY = {"413": "Larger than the limits.", "429": "A quota is used up."}


def configure_openapi(app: APIFlask) -> None:
    """Register what completes the document."""
    app.config.update(
        AUTO_SERVERS=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        LOCAL_SPEC_PATH="backend/openapi.json",
        LOCAL_SPEC_JSON_INDENT=2,
    )
    app.spec_processor(_complete)


def _complete(document: Document | str) -> Document:
    assert isinstance(document, dict), "SPEC_FORMAT is json"
    schemas = document["components"]["schemas"]
    envelope = ErrorEnvelope.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(envelope.pop("$defs"), ErrorEnvelope=envelope)
    schemas.pop("HTTPError", None)
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _complete_operation(method, operation)
    _describe_form(schemas["FeedbackForm"])
    return document


def _complete_operation(method: str, operation: Document) -> None:
    for parameter in operation["parameters"]:
        # The one header is the token of a deletion.
        in_path = parameter["in"] == "path"
        parameter["schema"] = PATH_PARTS[parameter["name"]] if in_path else {"type": "string"}
        parameter["required"] = True
    responses: Document = operation["responses"]
    body = operation.get("requestBody")
    if body:
        body["required"] = True
    answers = ANYWHERE | ({} if method == "get" else WITH_FIELDS) | (WITH_A_BODY if body else {})
    for status, description in answers.items():
        responses.setdefault(status, {"description": description})
    for status, response in responses.items():
        if int(status) >= 400:
            response["content"] = ENVELOPE
    for status in responses.keys() & {"429", "503"}:
        responses[status]["headers"] = RETRY_AFTER
    if "200" in responses and "201" in responses:
        responses["200"]["content"] = responses["201"]["content"]
    if any(parameter["name"] == "feedback_id" for parameter in operation["parameters"]):
        responses["204"]["headers"] = RECEIPT
    operation["responses"] = dict(sorted(responses.items()))


def _describe_form(form: Document) -> None:
    """Describe the form's parts as OpenAPI does: an object is a part of JSON, binary text is a file."""
    report = form["properties"]["report"]
    form["properties"] = {
        "report": report["contentSchema"],
        "photo_sha256": form["properties"]["photo_sha256"],
        "photo": {
            "type": "string",
            "format": "binary",
            "contentMediaType": "image/jpeg",
            "description": form["properties"]["photo"]["description"],
        },
    }
