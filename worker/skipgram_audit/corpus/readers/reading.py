"""One file to a stream of documents."""

from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from skipgram_audit.corpus.readers.archive import read_zip
from skipgram_audit.corpus.readers.decoding import codec_of, require_encoding
from skipgram_audit.corpus.readers.detection import refuse_binary
from skipgram_audit.corpus.readers.errors import LostRows, NoDocuments, UnreadableFile
from skipgram_audit.corpus.readers.file_ids import Reader, file_identifiers
from skipgram_audit.corpus.readers.identifiers import RowIdentifiers
from skipgram_audit.corpus.readers.inflation import Source, open_source
from skipgram_audit.corpus.readers.lines import read_txt
from skipgram_audit.corpus.readers.options import BINARY_FORMATS, FORMATS, ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.remedies import Remedy
from skipgram_audit.corpus.readers.rows import (
    BACKSLASH_QUOTES,
    BAD_JSON,
    NO_TEXT_ON_PAGES,
    QUOTE_TROUBLE,
    DocumentBuilder,
    OnSkip,
    RowAccount,
)
from skipgram_audit.corpus.readers.table_entries import TABLE_READERS
from skipgram_audit.corpus.readers.whole_files import read_whole_file
from skipgram_audit.model.reader_options import ReaderOptions

_READERS: dict[str, Reader] = {
    "txt": read_txt,
    **TABLE_READERS,
    "zip": read_zip,
    "html": read_whole_file,
    "docx": read_whole_file,
    "pdf": read_whole_file,
}

_WIDE = ("utf-16", "utf-32")


def read_documents(
    path: Path,
    options: ReaderOptions,
    limits: ReaderLimits,
    on_skip: OnSkip,
    on_fraction: Callable[[float], None] | None = None,
    on_account: Callable[[RowAccount], None] | None = None,
    on_remark: Callable[[str], None] | None = None,
    look_ahead: int | None = None,
) -> Generator[SourceDocument, None, None]:
    """The documents of a file in its order, one at a time; ids are unique.

    Args:
        path: the file.
        options: format, encoding and fields.
        limits: caps that hold while reading.
        on_skip: called with place and reason of every row that cannot be used.
        on_fraction: called after every document with the share of the file that has been read, 0 to 1.
        on_account: called once at the end, also when no row could be used, with what became of all rows.
        on_remark: called at the end, also of a reading that is broken off, with sentences that a user should know.
        look_ahead: how many rows are looked through for ids before the first row without one is named; all by default.

    Raises:
        UnreadableFile, WrongEncoding, OverLimit, MissingField, RepeatedField: the file as a whole cannot be read, or
            not further.
        NoDocuments: at its end, no row could be used.
        LostRows: documents and skipped rows are not all rows of the file.
    """
    if options.format not in _READERS:
        raise UnreadableFile(f"There is no format {options.format[:40]!r}.", f"Choose one of {', '.join(FORMATS)}.")
    with open_source(path, limits) as source:
        if options.format not in BINARY_FORMATS:
            head = source.stream.peek(1)
            if not codec_of(options.encoding).startswith(_WIDE):
                refuse_binary(head)
            if options.format != "html":  # a page may say that it is in another encoding
                require_encoding(head, options.encoding)

        def tick() -> None:
            if on_fraction is not None:
                on_fraction(source.fraction())

        reader = _READERS[options.format]
        identifiers = RowIdentifiers(lambda: file_identifiers(reader, path, options, limits, look_ahead, tick))
        builder = DocumentBuilder(options, limits, on_skip, identifiers)
        built = 0
        try:
            for document in reader(source, options, limits, builder):
                built += 1
                yield document
                tick()
        finally:
            for remark in builder.remarks():
                if on_remark is not None:
                    on_remark(remark)
        if built:
            builder.require_chosen_fields()
        account = _account(source, builder, built)
        if on_account is not None:
            on_account(account)
        if builder.built == 0:
            raise _nothing_read(builder)


def _account(source: Source, builder: DocumentBuilder, built: int) -> RowAccount:
    """Holds what the reader met against what was given out and what was skipped, each counted by itself."""
    skipped = builder.skipped.total()
    if source.rows != built + skipped or built != builder.built:
        raise LostRows(
            f"The file has {source.rows:,} rows, but {built:,} became documents and {skipped:,} were skipped.",
            "This is a fault of the program; please report it.",
        )
    return RowAccount(
        source.rows, built, dict(builder.skipped), tuple(builder.notes), builder.remarks(), tuple(builder.files)
    )


def _remedy(skipped: Mapping[str, int]) -> Remedy:
    if BACKSLASH_QUOTES in skipped:
        return Remedy.BACKSLASH_QUOTES
    if {NO_TEXT_ON_PAGES} == set(skipped):
        return Remedy.RECOGNISE_TEXT
    if skipped.get(BAD_JSON, 0) > sum(skipped.values()) / 2:
        return Remedy.WRITE_JSON_LINES
    return Remedy.PLAIN_QUOTES if QUOTE_TROUBLE & set(skipped) else Remedy.CHECK_READING


def _nothing_read(builder: DocumentBuilder) -> NoDocuments:
    total = builder.skipped.total()
    reasons = "; ".join(f"{reason}: {count:,}" for reason, count in builder.skipped.most_common())
    rows = "1 row was" if total == 1 else f"{total:,} rows were"
    return NoDocuments(
        f"No document could be read: {rows} skipped" + (f" ({reasons})." if reasons else "."),
        _remedy(builder.skipped),
        skipped=dict(builder.skipped),
    )
