"""Reads forms strictly."""

from collections.abc import Mapping
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser


class StrictFormParser(FormDataParser):
    """Answers 400 to a form that is malformed or was cut off, which Werkzeug would take for an empty one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.silent = False

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: Mapping[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Read the form.

        Raises:
            BadRequest: it is malformed.
        """
        try:
            return super().parse(stream, mimetype, content_length, dict(options) if options else None)
        except ValueError as error:
            raise BadRequest from error


class StrictRequest(Request):
    """A request whose form is read strictly."""

    form_data_parser_class = StrictFormParser
