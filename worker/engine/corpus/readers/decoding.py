"""Bytes to lines, strictly: a byte that the encoding does not allow is reported with its line and offset."""

import codecs
import io
from collections.abc import Iterator

from worker.engine.corpus.readers.errors import WrongEncoding
from worker.engine.corpus.readers.inflation import Source

OFFERED_ENCODINGS = (
    "utf-8",
    "utf-16",
    "cp1252",
    "latin-1",
    "iso8859-15",
    "cp1250",
    "iso8859-2",
    "cp1251",
    "koi8-r",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp874",
    "cp932",
    "euc-jp",
    "gb18030",
    "big5",
    "euc-kr",
)
"""What a user can choose from, most likely first; any other text encoding may be named as well."""

_NOT_FOR_TEXT = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7", "mbcs", "oem"}
_CHECKED_AT_ONCE = 1024 * 1024
_CHOOSE = "Choose another encoding; the preview shows how the text looks in each."


def codec_of(encoding: str) -> str:
    """The codec for an encoding's name. UTF-8 may begin with a byte order mark.

    Raises:
        WrongEncoding: there is no such text encoding.
    """
    try:
        name = codecs.lookup(encoding).name
        "a".encode(name)
    except (LookupError, ValueError) as error:
        raise WrongEncoding(f"There is no text encoding called {encoding[:40]!r}.", _CHOOSE) from error
    if name.replace("_", "-") in _NOT_FOR_TEXT:
        raise WrongEncoding(f"{encoding[:40]!r} is not an encoding of files.", _CHOOSE)
    return "utf-8-sig" if name == "utf-8" else name


def decode(data: bytes, encoding: str) -> str:
    """All of data as text.

    Raises:
        WrongEncoding: a byte is not allowed; the message says where.
    """
    try:
        return data.decode(codec_of(encoding))
    except UnicodeDecodeError as error:
        raise _not_allowed(encoding, error, data.count(b"\n", 0, error.start) + 1, error.start) from error


class LineReader:
    """The lines of a stream, numbered from 1, without their ends (\\n, \\r\\n or \\r).

    Args:
        source: the file; it closes the reader when it is closed itself.
        encoding: of its bytes.
        maximum_characters: a longer line is not held in memory: it comes out as None.
        keep_ends: leave the line ends on, as the csv module wants them.
    """

    def __init__(self, source: Source, encoding: str, maximum_characters: int, keep_ends: bool = False) -> None:
        codec = codec_of(encoding)
        self._counted = _Counted(source.stream)
        self._text = io.TextIOWrapper(self._counted, encoding=codec, newline="")
        source.close_with(self._text)
        self._encoding = encoding
        self._maximum = maximum_characters
        self._keep_ends = keep_ends
        self.number = 0

    def __iter__(self) -> Iterator[str | None]:
        while line := self._readline():
            self.number += 1
            if len(line) >= self._maximum and not line.endswith(("\n", "\r")):
                self._skip_rest()
                yield None
            else:
                yield line if self._keep_ends else line.rstrip("\r\n")

    @property
    def bytes(self) -> int:
        """How many bytes have been decoded."""
        return self._counted.bytes

    def _skip_rest(self) -> None:
        while (part := self._readline()) and not part.endswith(("\n", "\r")):
            pass

    def _readline(self) -> str:
        try:
            return self._text.readline(self._maximum)
        except UnicodeError as error:
            if isinstance(error, UnicodeDecodeError):
                unread = error.object[error.start :]
                line = self._counted.newlines - unread.count(b"\n") + 1
                raise _not_allowed(self._encoding, error, line, self._counted.bytes - len(unread)) from error
            raise WrongEncoding(f"The file is not valid {self._encoding}: {error}.", _CHOOSE) from error


class _Counted(io.BufferedReader):
    """Knows how many bytes and line feeds have been handed to the decoder."""

    def __init__(self, stream: io.BufferedReader) -> None:
        super().__init__(stream)
        self.bytes = 0
        self.newlines = 0

    def read1(self, size: int = -1, /) -> bytes:
        data = super().read1(size)
        self.bytes += len(data)
        self.newlines += data.count(b"\n")
        return data


def _not_allowed(encoding: str, error: UnicodeDecodeError, line: int, offset: int) -> WrongEncoding:
    byte = error.object[error.start]
    return WrongEncoding(
        f"Line {line:,}, byte {offset:,} of the file (0x{byte:02x}) is not valid {encoding}.",
        _CHOOSE,
        encoding=encoding,
        line=line,
        byte=offset,
    )


def check_decodable(source: Source, encoding: str, maximum_bytes: int) -> None:
    """Decodes the first maximum_bytes of a file and forgets them.

    Raises:
        WrongEncoding: a byte is not allowed; details has its line and byte.
    """
    reader = LineReader(source, encoding, _CHECKED_AT_ONCE)
    for _ in reader:
        if reader.bytes > maximum_bytes:
            return
