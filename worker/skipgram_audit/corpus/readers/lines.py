"""txt: a document a line, or one document."""

from collections.abc import Iterator

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.decoding import LineReader, decode
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.options import ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.rows import DocumentBuilder
from skipgram_audit.model.reader_options import ReaderOptions


def read_txt(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """A document a line, with the line number as its id; or the whole file as one document."""
    if options.document_per == "file":
        document = _whole_file(source, options, limits, builder)
        if document is not None:
            yield document
        return
    reader = LineReader(source, options.encoding, limits.maximum_document_bytes)
    for line in reader:
        source.count_row()
        place = f"line {reader.number}"
        if line is None:
            builder.skip(place, rows.LINE_TOO_LONG)
        elif not line.strip():
            builder.skip(place, rows.EMPTY_LINE)
        elif (document := builder.build(place, str(reader.number), "", line)) is not None:
            yield document


def _whole_file(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> SourceDocument | None:
    source.count_row()
    data = source.stream.read(limits.maximum_document_bytes * 2 + 1)  # UTF-16 has up to twice the bytes of UTF-8
    if len(data) > limits.maximum_document_bytes * 2:
        builder.skip("the whole file", rows.TEXT_TOO_LONG)
        return None
    title = source.path.name.split(".")[0]
    return builder.build("the whole file", "1", title, decode(data, options.encoding))
