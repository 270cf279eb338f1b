"""Readers: a file of any accepted format to a stream of documents, in bounded memory.

    for document in read_documents(path, options, limits, on_skip):
        ...

Nothing is dropped silently: a row that cannot be used is reported to on_skip with its place and one of a few fixed
reasons (rows.py), and a file that cannot be read raises one of the errors of errors.py. When reading ends, documents
and skipped rows have been compared with the rows that the reader met.
"""

from skipgram_audit.corpus.readers.columns import ChosenDialect
from skipgram_audit.corpus.readers.detection import detect_format
from skipgram_audit.corpus.readers.errors import (
    MissingField,
    NoDocuments,
    OverLimit,
    RepeatedField,
    UnreadableFile,
    WrongEncoding,
)
from skipgram_audit.corpus.readers.options import FORMATS, ReaderLimits, SourceDocument
from skipgram_audit.corpus.readers.preview import Preview, preview
from skipgram_audit.corpus.readers.reading import read_documents
from skipgram_audit.corpus.readers.remedies import Interface
from skipgram_audit.corpus.readers.rows import RowAccount
from skipgram_audit.corpus.readers.suggestions import ChosenOptions, options_with, suggest_options

__all__ = [
    "FORMATS",
    "ChosenDialect",
    "ChosenOptions",
    "Interface",
    "MissingField",
    "NoDocuments",
    "OverLimit",
    "Preview",
    "ReaderLimits",
    "RepeatedField",
    "RowAccount",
    "SourceDocument",
    "UnreadableFile",
    "WrongEncoding",
    "detect_format",
    "options_with",
    "preview",
    "read_documents",
    "suggest_options",
]
