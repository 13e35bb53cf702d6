"""Reads what requests carry strictly: forms and JSON."""

import math
from collections.abc import Mapping
from typing import IO, Any

from flask import Request
from multipart import MultipartParser, ParserLimitReached
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from backend.errors import InvalidInputError

Form = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class StrictFormParser(FormDataParser):
    """Refuses what Werkzeug would let pass: a form that is malformed or was cut off, two parts of one name, and files without a name.

    Multipart forms are read by the `multipart` package: Werkzeug compiles regular expressions for every boundary, and each request has
    another. A part is a file where it has a `filename`; one with only a `filename*`, which RFC 7578 forbids, is a field. Fields are UTF-8.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.silent = False

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: Mapping[str, str] | None = None,
    ) -> Form:
        """Read the form.

        Raises:
            BadRequest: it is malformed.
            RequestEntityTooLarge: it has too many parts, or a field that is too long.
            InvalidInputError: two parts have the same name, so that two readers could each take another for the truth; or a file has none.
        """
        try:
            return super().parse(stream, mimetype, content_length, dict(options) if options else None)
        except ParserLimitReached as error:
            raise RequestEntityTooLarge from error
        except ValueError as error:
            raise BadRequest from error

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: Mapping[str, str]
    ) -> Form:
        del mimetype
        fields: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        parser = MultipartParser(
            stream,
            options.get("boundary", ""),
            -1 if content_length is None else content_length,
            part_limit=self.max_form_parts or math.inf,
            # In memory whole, not in temporary files: `max_content_length` bounds the stream.
            spool_limit=math.inf,
            memory_limit=math.inf,
        )
        for part in parser:
            if part.filename == "":
                # What a page's empty file input sends; Werkzeug and APIFlask would let a photo be lost without a word.
                raise InvalidInputError(f"{part.name}: a file without a name.", part.name)
            if part.filename is not None:
                headers = Headers(part.headerlist)
                files.append((part.name, FileStorage(part.file, part.filename, part.name, headers=headers)))
            elif self.max_form_memory_size is not None and part.size > self.max_form_memory_size:
                raise RequestEntityTooLarge
            else:
                fields.append((part.name, part.raw.decode()))
        _refuse_repetition([name for name, _ in (*fields, *files)])
        return stream, self.cls(fields), self.cls(files)


def _refuse_repetition(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
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
