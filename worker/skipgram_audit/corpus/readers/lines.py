"""txt: a document a line, or one document."""

from collections.abc import Iterator

from skipgram_audit.corpus.readers import rows
from skipgram_audit.corpus.readers.decoding import LineReader
from skipgram_audit.corpus.readers.inflation import Source
from skipgram_audit.corpus.readers.options import ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.rows import DocumentBuilder
from skipgram_audit.corpus.readers.whole_files import read_whole_file
from skipgram_audit.model.reader_options import ReaderOptions


def read_txt(
    source: Source, options: ReaderOptions, limits: ReaderLimits, builder: DocumentBuilder
) -> Iterator[SourceDocument]:
    """A document a line, with the line number as its id; or the whole file as one document."""
    if options.document_per == "file":
        yield from read_whole_file(source, options, limits, builder)
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
