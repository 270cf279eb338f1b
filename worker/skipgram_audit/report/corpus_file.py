"""A corpus as a file of the format that it was read from: reading it again gives the same documents.

What a reader kept is what is written: ids, titles, texts and the chosen further fields, under the names of the columns
that they came from. Columns that were not chosen, rows that were skipped, and the markup of pages and Word documents
are not in a corpus, so they are not in its file either. Values of JSON and Parquet come back as text.
"""

import codecs
import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Protocol, cast

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.reader_options import FORMAT_OF_SUFFIX, ReaderOptions

ROWS_AT_ONCE = 1_000
_COMPRESSIONS = {".gz": "gz", ".gzip": "gz", ".zst": "zst", ".zstd": "zst"}
_OWN_DELIMITERS = {"csv": ",", "tsv": "\t"}


class WritableDocument(Protocol):
    """What is written of a document."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def fields(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class FileForm:
    """The form of a written corpus.

    Attributes:
        format: jsonl, csv, tsv, parquet, txt or zip.
        compression: gz, zst or nothing.
        notes: what is not as it was in the file that was read.
    """

    format: str
    compression: str
    notes: tuple[str, ...]

    def name(self, filename: str, mark: str) -> str:
        """The name of the written file: that of the one that was read, with a mark before its ends."""
        stem = filename
        for end in (*_COMPRESSIONS, *_ENDS):
            if stem.lower().endswith(end):
                stem = stem[: -len(end)]
        compressed = f".{self.compression}" if self.compression else ""
        return f"{stem or 'corpus'}-{mark}.{self.format}{compressed}"


_ENDS = tuple(FORMAT_OF_SUFFIX)


def form_of(options: ReaderOptions, filename: str) -> FileForm:
    """How a corpus that was read so is written."""
    notes = []
    written = options.format if options.format in _WRITERS else "jsonl"
    if options.format in ("html", "docx", "pdf"):
        written = "txt"
        notes.append("The text of a page, a Word document or a PDF is written as plain text, without its markup.")
    elif options.format == "zip":
        notes.append("Each document is written as a text file of its own: those that were none before as ID.txt.")
    elif options.format == "jsonl":
        notes.append("One JSON object a line; numbers and other values are written as text.")
    elif options.format == "parquet":
        notes.append("All columns are written as text.")
    if written not in ("txt", "zip"):
        notes.append(
            "The columns are those that were chosen when the corpus was read, and its ids. Others were not kept."
        )
    end = next((kind for end, kind in _COMPRESSIONS.items() if filename.lower().endswith(end)), "")
    return FileForm(written, end if written not in ("parquet", "zip") else "", tuple(notes))


def may_fail(options: ReaderOptions) -> bool:
    """Whether some words cannot be written in the form of a file: its encoding lacks letters, or it has no quotation
    marks."""
    return not options.quoted or not options.encoding.lower().startswith("utf")


def corpus_file(
    documents: Iterable[WritableDocument],
    options: ReaderOptions,
    filename: str,
    metadata_fields: Sequence[str],
    has_titles: bool,
) -> Iterator[bytes]:
    """The file in pieces.

    Args:
        options: that the corpus was read with.
        filename: of the file that it was read from; says whether it was compressed.
        metadata_fields: names of the documents' further fields.
        has_titles: whether any document has a title.

    Raises:
        InvalidInput: a new word cannot be written in the file's encoding, or with its delimiter.
    """
    form = form_of(options, filename)
    buffer = _Buffer()
    sink: Any = buffer
    if form.compression == "gz":
        sink = gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0)
    elif form.compression == "zst":
        import zstandard

        sink = zstandard.ZstdCompressor().stream_writer(cast(IO[bytes], buffer), closefd=False)
    written = _WRITERS[form.format](sink, documents, options, metadata_fields, has_titles)
    try:
        for _ in written:
            if piece := buffer.taken():
                yield piece
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"{error.object[error.start : error.end]!r} cannot be written in {options.encoding}, the encoding of the "
            "file that was read.",
            "Use words that it can hold, or import the corpus as UTF-8.",
        ) from error
    except csv.Error as error:
        raise InvalidInput(
            f"A text cannot be written in a file without quotation marks: {error}.",
            "Use a mask and words without the delimiter.",
        ) from error
    if sink is not buffer:
        sink.close()
    if piece := buffer.taken():
        yield piece


class _Buffer(io.RawIOBase):
    """Takes what is written, until it is fetched."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._position

    def taken(self) -> bytes:
        """What was written since the last time."""
        joined = b"".join(self._pieces)
        self._pieces.clear()
        return joined


_Written = Iterator[None]
"""Each step has written some more."""


def _lines(sink: Any, lines: Iterable[str], encoding: str) -> _Written:
    encode = codecs.getincrementalencoder(encoding)().encode
    for line in lines:
        sink.write(encode(line))
        yield


def _named(document: WritableDocument, options: ReaderOptions, has_titles: bool) -> Iterator[tuple[str, str]]:
    """Column and value of a document, in the order in which they are written."""
    yield options.id_field or "id", document.id
    if has_titles and options.title_field:
        yield options.title_field, document.title
    yield options.text_field, document.text


def _jsonl(
    sink: Any, documents: Iterable[WritableDocument], options: ReaderOptions, fields: Sequence[str], has_titles: bool
) -> _Written:
    def line(document: WritableDocument) -> str:
        row: dict[str, Any] = {}
        for name, value in (*_named(document, options, has_titles and bool(document.title)), *document.fields.items()):
            _put(row, name, value)
        return json.dumps(row, ensure_ascii=False) + "\n"

    return _lines(sink, map(line, documents), options.encoding)


def _put(row: dict[str, Any], name: str, value: str) -> None:
    """Sets a field; a.b is the field b of the object a, unless a is something else already."""
    outer, _, inner = name.partition(".")
    if not inner:
        row.setdefault(name, value)
    elif isinstance(row.get(outer, {}), dict):
        _put(row.setdefault(outer, {}), inner, value)
    else:
        row[name] = value


def _delimited(
    sink: Any, documents: Iterable[WritableDocument], options: ReaderOptions, fields: Sequence[str], has_titles: bool
) -> _Written:
    names = _columns(options, fields, has_titles)
    kept = io.StringIO()
    writer = csv.writer(
        kept,
        delimiter=options.delimiter or _OWN_DELIMITERS[options.format],
        quoting=csv.QUOTE_MINIMAL if options.quoted else csv.QUOTE_NONE,
        quotechar='"' if options.quoted else None,
        doublequote=not options.escape,
        escapechar="\\" if options.escape else None,
        lineterminator="\n",
    )

    def line(values: Sequence[str]) -> str:
        writer.writerow(values)
        written = kept.getvalue()
        kept.seek(0)
        kept.truncate()
        return written

    def rows() -> Iterator[str]:
        yield line(names)
        for document in documents:
            values = dict(_named(document, options, has_titles))
            yield line([values[name] if name in values else document.fields.get(name, "") for name in names])

    return _lines(sink, rows(), options.encoding)


def _columns(options: ReaderOptions, fields: Sequence[str], has_titles: bool) -> list[str]:
    own = [options.id_field or "id", *([options.title_field] if has_titles and options.title_field else [])]
    return list(dict.fromkeys([*own, options.text_field, *fields]))


def _txt(
    sink: Any, documents: Iterable[WritableDocument], options: ReaderOptions, fields: Sequence[str], has_titles: bool
) -> _Written:
    if options.format != "txt" or options.document_per == "file":
        return _lines(sink, (document.text for document in documents), options.encoding)

    def lines() -> Iterator[str]:
        """An id is the number of its line, so empty lines stand in the place of lines without a document."""
        number = 0
        for document in documents:
            own = int(document.id) if document.id.isdecimal() else 0
            yield "\n" * max(0, own - number - 1) + document.text + "\n"
            number = max(own, number + 1)

    return _lines(sink, lines(), options.encoding)


def _parquet(
    sink: Any, documents: Iterable[WritableDocument], options: ReaderOptions, fields: Sequence[str], has_titles: bool
) -> _Written:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = _columns(options, fields, has_titles)
    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as file:
        rows: list[dict[str, str]] = []
        for document in documents:
            rows.append({**document.fields, **dict(_named(document, options, has_titles))})
            if len(rows) == ROWS_AT_ONCE:
                file.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()
                yield
        file.write_table(pa.Table.from_pylist(rows, schema))
    yield


def _zip(
    sink: Any, documents: Iterable[WritableDocument], options: ReaderOptions, fields: Sequence[str], has_titles: bool
) -> _Written:
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in documents:
            plain = document.id.lower().endswith((".txt", ".text", ".md"))
            entry = zipfile.ZipInfo(document.id if plain else f"{document.id}.txt", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, document.text.encode(options.encoding))
            yield
    yield


_WRITERS: dict[str, Callable[[Any, Iterable[WritableDocument], ReaderOptions, Sequence[str], bool], _Written]] = {
    "jsonl": _jsonl,
    "csv": _delimited,
    "tsv": _delimited,
    "txt": _txt,
    "parquet": _parquet,
    "zip": _zip,
}
