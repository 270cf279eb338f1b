"""A file sent by a plain HTML form, for browsers without JavaScript: streamed to the data folder as it comes.

The framework's own form parser would first write it into the system's temporary folder.
"""

from collections.abc import Callable

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit_web.features.uploads.receiving import CHUNK_BYTES

_CHOOSE = "Choose a file, then send the form."


class FilePart:
    """Picks the file out of a multipart/form-data body, whatever else is in it.

    Args:
        content_type: the request's header.

    Attributes:
        filename: as the form says; empty until its headers have come.
    """

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise InvalidInput("No file was sent.", _CHOOSE)
        self.filename = ""
        self._data = bytearray()
        self._in_file = False
        self._header_name = b""
        self._header_value = b""
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._leave_file,
                "on_header_field": self._on_header_name,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header,
                "on_part_data": self._on_data,
                "on_part_end": self._leave_file,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Parses more of the body.

        Raises:
            InvalidInput: it is not what a form sends.
        """
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidInput("The form could not be read.", "Send it again.") from error

    def take(self) -> bytes:
        """The file's bytes that have come since the last call."""
        data = bytes(self._data)
        self._data.clear()
        return data

    def __len__(self) -> int:
        return len(self._data)

    def _leave_file(self) -> None:
        self._in_file = False

    def _on_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header(self) -> None:
        name, value = self._header_name.lower(), self._header_value
        self._header_name = self._header_value = b""
        if name != b"content-disposition":
            return
        _, options = parse_options_header(value)
        if options.get(b"filename"):
            if self.filename:
                raise InvalidInput("The form holds more than one file.", "Send one file: several as a zip.")
            self.filename = options[b"filename"].decode("utf-8", errors="replace")
            self._in_file = True

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._data += data[start:end]


async def receive_file(request: Request, begin: Callable[[str], Callable[[bytes], None]]) -> None:
    """The file of a form, piece by piece.

    Args:
        request: with a multipart/form-data body.
        begin: called once, with the file's name; returns what takes its bytes. Both run in a thread.

    Raises:
        InvalidInput: there is no file in the form.
    """
    part = FilePart(request.headers.get("content-type", ""))
    write: Callable[[bytes], None] | None = None
    async for chunk in request.stream():
        part.feed(chunk)
        if part.filename and write is None:
            write = await run_in_threadpool(begin, part.filename)
        if write is not None and len(part) >= CHUNK_BYTES:
            await run_in_threadpool(write, part.take())
    if write is None:
        raise InvalidInput("No file was chosen.", _CHOOSE)
    await run_in_threadpool(write, part.take())
