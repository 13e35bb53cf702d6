"""What the variable parts of addresses may look like, so that nothing else ever becomes a key of the store."""

from apiflask import APIFlask
from werkzeug.routing import BaseConverter


class Sha256Converter(BaseConverter):
    """A SHA-256 in lower-case hex."""

    regex = r"[0-9a-f]{64}"


class VersionConverter(BaseConverter):
    """A version of model.json."""

    regex = r"(?:0|[1-9][0-9]{0,5})(?:\.(?:0|[1-9][0-9]{0,5})){2}"


class KeySetConverter(BaseConverter):
    """The number of a set of trusted keys; the first is built into apps alone."""

    regex = r"[1-9][0-9]{0,5}"


def register_converters(app: APIFlask) -> None:
    """Make `<sha256:…>`, `<version:…>` and `<key_set:…>` known to routes; an address of another form is not found."""
    app.url_map.converters.update(sha256=Sha256Converter, version=VersionConverter, key_set=KeySetConverter)
