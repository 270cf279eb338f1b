"""What an audit reads: the documents of a corpus in order, each with its sentences.

A corpus comes from a file, from texts in memory, or from a store; a run of an audit knows only this interface.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.files import file_sha256
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.encoding import TextDocument
from skipgram_audit.corpus.readers import (
    ChosenDialect,
    ChosenOptions,
    ReaderLimits,
    RowAccount,
    SourceDocument,
    options_with,
    read_documents,
)
from skipgram_audit.corpus.readers.identifiers import FileIdentifiers, RowIdentifiers
from skipgram_audit.corpus.readers.rows import DocumentBuilder, OnSkip
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.languages import require_known
from skipgram_audit.model.reader_options import ReaderOptions


@dataclass(frozen=True)
class CorpusDocument(TextDocument):
    """A document of a corpus: its id, title and further fields beside its text and its sentences' bounds."""

    id: str = ""
    title: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def passed_over(_place: str, _reason: str) -> None:
    """Nobody asks which rows were skipped."""


class Corpus(ABC):
    """A corpus to be audited.

    Make one with ``Corpus.from_file`` or ``Corpus.from_documents``.

    Attributes:
        name: as reports call it.
        language: ISO 639 code, for cutting sentences and for the rules of upper and lower case.
        metadata_fields: names of the documents' further fields.
    """

    name: str
    language: str
    metadata_fields: tuple[str, ...]

    @abstractmethod
    def identity(self) -> Mapping[str, Any]:
        """Plain values that change when the documents do: an interrupted audit is resumed only if they are the same."""

    @abstractmethod
    def documents(self, progress: Progress, on_skip: OnSkip = passed_over) -> Iterator[CorpusDocument]:
        """All documents in order, one at a time.

        Args:
            progress: called with the share that has been read, 0 to 1; may raise to cancel.
            on_skip: called with place and reason of every row that cannot be used.
        """

    @abstractmethod
    def manifest(self) -> dict[str, Any]:
        """What the manifest says of where the documents came from; asked after they have been read."""

    def near_duplicates(self) -> npt.NDArray[np.int32] | None:
        """int32 [documents], the number of the first document of each one's group of near-duplicates, -1 for those in
        none; None where they were not looked for."""
        return None

    @staticmethod
    def from_file(path: str | Path, language: str = "en", **options: Any) -> "Corpus":
        """The corpus in a file: txt, CSV, TSV, JSON Lines, Parquet or a zip, plain or compressed.

        Args:
            path: the file.
            language: of its texts.
            options: how it is read, where its name and content do not say: format, encoding, text_field, id_field,
                title_field, metadata_fields, document_per, delimiter and quoted, as in ReaderOptions. Without
                metadata_fields, all fields of short values are kept.

        Raises:
            NotFound: no such file.
            UnreadableFile: no format that can be read.
            InvalidInput: no such option, or no known language.
        """
        path = Path(path)
        if not path.is_file():
            raise NotFound(f"There is no file {str(path)!r}.", "Give the path of a corpus file.")
        unknown = sorted(set(options) - set(ReaderOptions.model_fields))
        if unknown:
            raise InvalidInput(f"There is no option {', '.join(unknown)}.", "Use the names of ReaderOptions.")
        dialect = ChosenDialect(options.get("delimiter"), options.get("quoted"), options.get("escape"))
        given = ChosenOptions(options.get("format", ""), options.get("encoding", ""), dialect)
        return FileCorpus(path, options_with(path, given, options), language)

    @staticmethod
    def from_documents(
        texts: Any,
        ids: Any = None,
        titles: Any = None,
        metadata: Any = None,
        language: str = "en",
        name: str = "corpus",
    ) -> "Corpus":
        """The corpus of texts in memory.

        Args:
            texts: one a document: a list, an array, or a column of a data frame.
            ids: one a document, unique; running numbers from 1 when left out.
            titles: one a document.
            metadata: further columns: a data frame, or a mapping from names to sequences.
            language: of the texts.
            name: as reports call the corpus.

        Raises:
            InvalidInput: sequences of different lengths, or no known language.
        """
        columns = {"text": list(texts)}
        columns |= {key: list(values) for key, values in (("id", ids), ("title", titles)) if values is not None}
        further = _columns_of(metadata)
        lengths = {key: len(values) for key, values in (columns | further).items()}
        if len(set(lengths.values())) > 1:
            found = ", ".join(f"{length} of {key}" for key, length in lengths.items())
            raise InvalidInput(f"The columns are not equally long: {found}.", "Give one value for each document.")
        return MemoryCorpus(columns, further, language, name)


class ReadCorpus(Corpus):
    """A corpus whose rows are read and cut into sentences here.

    Attributes:
        rows: what became of them, once they have been read.
    """

    rows: RowAccount | None = None

    def __init__(self, language: str) -> None:
        """Raises InvalidInput where the language is not known; see skipgram_audit.model.languages."""
        self.language = require_known(language)

    def documents(self, progress: Progress, on_skip: OnSkip = passed_over) -> Iterator[CorpusDocument]:
        for one in self._read(on_skip, progress):
            bounds = sentence_bounds(one.text, self.language)
            yield CorpusDocument(one.text, bounds, one.id, one.title, one.fields)

    @abstractmethod
    def _read(self, skip: OnSkip, progress: Progress) -> Iterator[SourceDocument]:
        """The documents as the source has them."""


class FileCorpus(ReadCorpus):
    """The corpus of a file."""

    def __init__(self, path: Path, options: ReaderOptions, language: str) -> None:
        super().__init__(language)
        self.name = path.name
        self.metadata_fields = options.metadata_fields
        self._path = path
        self._options = options
        self._sha256 = file_sha256(path)

    def identity(self) -> Mapping[str, Any]:
        return {
            "source_sha256": self._sha256,
            "options": self._options.model_dump(mode="json"),
            "language": self.language,
        }

    def manifest(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "filename": self.name,
            "source_sha256": self._sha256,
            "reader_options": self._options.model_dump(mode="json"),
            "rows": self.rows.as_dict() if self.rows else None,
        }

    def _read(self, skip: OnSkip, progress: Progress) -> Iterator[SourceDocument]:
        return read_documents(self._path, self._options, ReaderLimits(), skip, progress, self._account)

    def _account(self, rows: RowAccount) -> None:
        self.rows = rows


class MemoryCorpus(ReadCorpus):
    """The corpus of texts in memory.

    Args:
        columns: text, and id and title where there are any.
        further: the documents' further fields by name.
    """

    def __init__(self, columns: dict[str, list[Any]], further: dict[str, list[Any]], language: str, name: str) -> None:
        super().__init__(language)
        self.name = name
        self.metadata_fields = tuple(further)
        self._columns, self._further = columns, further
        self._options = ReaderOptions.unchecked(
            {
                "format": "memory",
                "id_field": "id" if "id" in columns else None,
                "title_field": "title" if "title" in columns else None,
            }
        )

    def identity(self) -> Mapping[str, Any]:
        digest = hashlib.sha256()
        for document in self._read(lambda _place, _reason: None, lambda _fraction: None):
            for part in (document.id, document.title, document.text, repr(sorted(document.fields.items()))):
                digest.update(len(part).to_bytes(8, "little") + part.encode())
        return {"documents_sha256": digest.hexdigest(), "language": self.language}

    def manifest(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "filename": "",
            **self.identity(),
            "rows": self.rows.as_dict() if self.rows else None,
        }

    def _read(self, skip: OnSkip, progress: Progress) -> Iterator[SourceDocument]:
        total = len(self._columns["text"])
        builder = DocumentBuilder(self._options, ReaderLimits(), skip, RowIdentifiers(self._file_identifiers))
        for number in range(total):
            row = {key: _value(values[number]) for key, values in self._columns.items()}
            document = builder.from_row(f"document {number + 1}", number + 1, row)
            if document is not None:
                values = {key: _value(column[number]) for key, column in self._further.items()}
                fields = {key: str(value) for key, value in values.items() if value is not None}
                yield SourceDocument(document.id, document.title, document.text, fields, document.place)
            progress((number + 1) / total)
        self.rows = RowAccount(
            total, builder.built, dict(builder.skipped), tuple(builder.notes), tuple(builder.remarks())
        )

    def _file_identifiers(self) -> FileIdentifiers:
        given = FileIdentifiers()
        for value in map(_value, self._columns.get("id", [])):
            if value not in (None, ""):
                given.add(str(value))
        return given


def _columns_of(metadata: Any) -> dict[str, list[Any]]:
    """A data frame of any library that narwhals knows, or a mapping, as lists by name."""
    if metadata is None:
        return {}
    if isinstance(metadata, Mapping):
        return {str(key): list(values) for key, values in metadata.items()}
    import narwhals

    frame = narwhals.from_native(metadata, eager_only=True)
    return {str(key): series.to_list() for key, series in frame.to_dict().items()}


def _value(value: Any) -> Any:
    """A plain value; what data frames put where there is none becomes None."""
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        value = value.item()
    return None if value is None or value != value else value
