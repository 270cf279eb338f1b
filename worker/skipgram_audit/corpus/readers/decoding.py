"""Bytes to lines, strictly: a byte that the encoding does not allow is reported with its line and offset."""

import codecs
import io
import re
from collections.abc import Callable, Iterator

from skipgram_audit.corpus.readers.errors import WrongEncoding
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.recognition import ESCAPES_OF_ISO_2022, Recognised, recognised
from skipgram_audit.corpus.readers.remedies import Remedy

OFFERED_ENCODINGS = (
    "utf-8",
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
_SHIFTING = ("iso2022", "utf-16", "utf-32")
"""Codecs in which an escape of ISO 2022 is what it should be, or may be anything."""


def codec_of(encoding: str) -> str:
    """The codec for an encoding's name. UTF-8 may begin with a byte order mark.

    Raises:
        WrongEncoding: there is no such text encoding.
    """
    try:
        name = codecs.lookup(encoding).name
        "a".encode(name)
    except (LookupError, ValueError) as error:
        raise WrongEncoding(f"There is no text encoding called {encoding[:40]!r}.", Remedy.CHOOSE_ENCODING) from error
    if name.replace("_", "-") in _NOT_FOR_TEXT:
        raise WrongEncoding(f"{encoding[:40]!r} is not an encoding of files.", Remedy.CHOOSE_ENCODING)
    return "utf-8-sig" if name == "utf-8" else name


def decode(data: bytes, encoding: str) -> str:
    """All of data as text.

    Raises:
        WrongEncoding: a byte is not allowed; the message says where.
    """
    codec = codec_of(encoding)
    require_encoding(data, encoding)
    if not codec.startswith(_SHIFTING):
        _refuse_iso_2022(data, encoding, 0, 0)
    try:
        return data.decode(codec)
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
        self._counted = _Counted(source.stream, encoding, codec)
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

    def chunks(self, characters: int) -> Iterator[str]:
        """The text in pieces, whatever its lines."""
        while chunk := self._decoded(self._text.read, characters):
            yield chunk

    def _skip_rest(self) -> None:
        while (part := self._readline()) and not part.endswith(("\n", "\r")):
            pass

    def _readline(self) -> str:
        return self._decoded(self._text.readline, self._maximum)

    def _decoded(self, read: Callable[[int], str], characters: int) -> str:
        try:
            return read(characters)
        except UnicodeError as error:
            if isinstance(error, UnicodeDecodeError):
                unread = error.object[error.start :]
                line = self._counted.newlines - unread.count(b"\n") + 1
                raise _not_allowed(self._encoding, error, line, self._counted.bytes - len(unread)) from error
            raise WrongEncoding(f"The file is not valid {self._encoding}: {error}.", Remedy.CHOOSE_ENCODING) from error


class _Counted(io.BufferedReader):
    """Counts the bytes and line feeds that are passed to the decoder; refuses ISO 2022 where it is not expected."""

    def __init__(self, stream: io.BufferedReader, encoding: str, codec: str) -> None:
        super().__init__(stream)
        self._encoding = encoding
        self._shifts = codec.startswith(_SHIFTING)
        self.bytes = 0
        self.newlines = 0

    def read1(self, size: int = -1, /) -> bytes:
        data = super().read1(size)
        if not self._shifts and b"\x1b$" in data:
            _refuse_iso_2022(data, self._encoding, self.bytes, self.newlines)
        self.bytes += len(data)
        self.newlines += data.count(b"\n")
        return data


def require_encoding(head: bytes, encoding: str) -> None:
    """Refuses bytes that are recognised as another encoding than the one that they are to be read in.

    Raises:
        WrongEncoding: names the encoding.
    """
    found = recognised(head)
    codec = codec_of(encoding)
    if found is None or (found.codec and codecs.lookup(found.codec).name == codec):
        return
    if not found.certain and codec != "utf-8-sig":  # somebody has looked, and chosen
        return
    if found.codec and codec.startswith(tuple(one for one in _SHIFTING if found.codec.startswith(one))):
        return
    raise _refused(found, encoding, 0, 0)


def _refuse_iso_2022(data: bytes, encoding: str, bytes_before: int, lines_before: int) -> None:
    place = ESCAPES_OF_ISO_2022.search(data)
    found = recognised(data[place.start() : place.start() + 64]) if place else None
    if place and found:
        line = lines_before + data.count(b"\n", 0, place.start()) + 1
        raise _refused(found, encoding, line - 1, bytes_before + place.start())


def _refused(found: Recognised, encoding: str, lines_before: int, offset: int) -> WrongEncoding:
    where = f"From line {lines_before + 1:,} the" if lines_before else "The"
    remedy: str = Remedy.CHOOSE_ENCODING
    if not found.codec:
        remedy = f"Convert it to UTF-8 first, for instance: iconv -f {found.name} -t UTF-8 FILE > NEW-FILE"
    return WrongEncoding(
        f"{where} file is in {found.name}, " + (f"not in {encoding}." if found.codec else "which cannot be read."),
        remedy,
        encoding=encoding,
        line=lines_before + 1,
        byte=offset,
    )


def _not_allowed(encoding: str, error: UnicodeDecodeError, line: int, offset: int) -> WrongEncoding:
    byte = error.object[error.start]
    return WrongEncoding(
        f"Line {line:,}, byte {offset:,} of the file (0x{byte:02x}) is not valid {encoding}.",
        Remedy.CHOOSE_ENCODING,
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


def split_lines(text: str) -> list[str]:
    """Lines as files have them: other separators of Unicode stay in the text."""
    return re.split(r"\r\n|\r|\n", text)
