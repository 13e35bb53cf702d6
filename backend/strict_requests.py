"""Reads what requests carry strictly: forms and JSON."""

from collections.abc import Mapping
from itertools import chain
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

from backend.errors import InvalidInputError

MULTIPART = "multipart/form-data"


class StrictFormParser(FormDataParser):
    """Refuses what Werkzeug would let pass: a form that is malformed or was cut off, and two parts of one name."""

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
            InvalidInputError: two parts have the same name, so that two readers could each take another for the truth.
        """
        try:
            parts = super().parse(stream, mimetype, content_length, dict(options) if options else None)
        except ValueError as error:
            raise BadRequest from error
        if mimetype == MULTIPART:
            _refuse_repetition(*parts[1:])
        return parts


def _refuse_repetition(fields: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> None:
    names = [name for form in (fields, files) for name, _ in form.items(multi=True)]
    for name in names:
        if names.count(name) > 1:
            for file in chain.from_iterable(files.listvalues()):
                file.close()
            raise InvalidInputError(f"{name}: sent more than once.", name)


class StrictRequest(Request):
    """A request whose form and JSON are read strictly."""

    form_data_parser_class = StrictFormParser

    def get_json(self, *args: Any, **options: Any) -> Any:
        """Read the JSON body.

        Raises:
            BadRequest: it is malformed, or nested deeper than anybody needs.
        """
        try:
            return super().get_json(*args, **options)
        except RecursionError as error:
            raise BadRequest from error
