"""The import of a corpus: its file is read into documents, its words are counted, near-duplicates are looked for, and
where files are not kept, the file is let go.

Four steps, each of which may be run again from its beginning after the worker was killed: a step first deletes what an
earlier attempt left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skipgram_audit.corpus.identity import ContentHash
from skipgram_audit.corpus.readers import Interface, RowAccount
from skipgram_audit.jobs.context import Cancelled, JobContext
from skipgram_audit.jobs.isolation import CutDocument, read_documents
from skipgram_audit.jobs.limits import reader_limits
from skipgram_audit.jobs.near_duplicates import write_near_duplicates
from skipgram_audit.jobs.runtime import job
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.tokens import tokenize, word_forms
from skipgram_audit.store import corpora, costs, documents, uploads
from skipgram_audit.store.document_columns import ColumnCollector, ListedDocument
from skipgram_audit.store.documents import NewDocument
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.search import index_contents, new_index

PHASES = 4
WORDS_SHARE = 0.7
"""Of counting, until all texts have been seen; the rest is writing."""

BATCH_DOCUMENTS = 500
BATCH_CHARACTERS = 1_000_000
BATCH_SKIPS = 5_000


@job(JobKind.IMPORT)
def import_corpus(context: JobContext, subject: str) -> None:
    """Reads the corpus whose id is the subject from its upload."""
    corpus_id = int(subject)
    with context.database.session() as session:
        forecast = costs.of_import(session, corpora.get(session, corpus_id).source_bytes)
    context.foresee(forecast, whole=True)
    make_corpus(
        context,
        corpus_id,
        PHASES,
        "read",
        lambda: _read(context, corpus_id),
        lambda result: _finish(context, corpus_id, result),
    )


def make_corpus(
    context: JobContext,
    corpus_id: int,
    phases: int,
    first_step: str,
    write: Callable[[], dict[str, Any]],
    finish: Callable[[corpora.ReadResult], None],
) -> None:
    """The steps by which documents become a corpus: written, counted, compared; nothing is left where they fail.

    Args:
        phases: how many the job shows.
        first_step: its name, by which a job that goes on knows what is done.
        write: stores the documents, and gives CorpusWriter.totals.
        finish: writes what came out to the corpus.
    """

    def count(document_count: int) -> str:
        context.phase(2, phases, "Counting words")
        return count_words(context, corpus_id, document_count)

    def compare() -> None:
        context.phase(3, phases, "Looking for near-duplicates")
        write_near_duplicates(context, corpus_id)

    try:
        totals = context.step(first_step, write)
        content_sha256 = context.step("count", lambda: count(totals["documents"]))
        context.step("compare", compare)
        result = read_result(totals, content_sha256)
        context.step("finish", lambda: finish(result))
    except (Cancelled, AuditError):
        documents.remove_all(context.database, corpus_id)
        raise


def read_result(totals: dict[str, Any], content_sha256: str) -> corpora.ReadResult:
    """What the steps found: CorpusWriter.totals, and the hash that count_words gave."""
    return corpora.ReadResult(
        document_count=totals["documents"],
        sentence_count=totals["sentences"],
        token_count=totals["tokens"],
        rows=totals["rows"],
        content_sha256=content_sha256,
    )


def _read(context: JobContext, corpus_id: int) -> dict[str, Any]:
    """Documents and skipped rows of the file to the store."""
    context.phase(1, PHASES, "Reading documents")
    documents.remove_all(context.database, corpus_id)
    with context.database.session() as session:
        corpora.remove_skipped(session, corpus_id)
        corpus = corpora.get(session, corpus_id)
        upload = uploads.get(session, corpus.upload_id or "")
    writer = CorpusWriter(context, corpus_id, corpus.language)
    try:
        _read_into(writer, context.settings.upload_path(upload.id), ReaderOptions.unchecked(corpus.reader_options))
    finally:
        writer.flush_skipped()
    return writer.totals()


def _read_into(writer: CorpusWriter, path: Path, options: ReaderOptions) -> None:
    limits = reader_limits(writer.context.settings)
    for document in read_documents(
        path, options, writer.language, limits, writer.skip, writer.report, writer.note_rows
    ):
        writer.add(document)
    writer.flush()


@dataclass
class CorpusWriter:
    """Stores documents batch by batch."""

    context: JobContext
    corpus_id: int
    language: str
    batch: list[NewDocument] = field(default_factory=list)
    batch_characters: int = 0
    document_count: int = 0
    sentence_count: int = 0
    token_count: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    rows: dict[str, Any] = field(default_factory=dict)
    fraction: float = 0.0

    def add(self, cut: CutDocument) -> None:
        document = cut.document
        self.batch.append(
            NewDocument(
                position=self.document_count,
                external_id=document.id,
                title=document.title,
                text=document.text,
                fields=document.fields,
                place=document.place,
                token_count=cut.token_count,
                bounds=cut.bounds,
            )
        )
        self.document_count += 1
        self.sentence_count += len(cut.bounds)
        self.token_count += cut.token_count
        self.batch_characters += len(document.text)
        if len(self.batch) >= BATCH_DOCUMENTS or self.batch_characters >= BATCH_CHARACTERS:
            self.flush()

    def skip(self, place: str, reason: str) -> None:
        self.reasons[reason] += 1
        self.skipped.append((place, reason))
        if len(self.skipped) >= BATCH_SKIPS:
            self._insert_skipped()
        self.report(self.fraction)  # many rows may be skipped in a row, and a cancellation must not wait for them

    def report(self, fraction: float) -> None:
        self.fraction = fraction
        self.context.progress(fraction)

    def flush(self) -> None:
        with self.context.database.session() as session:
            documents.insert_batch(session, self.corpus_id, self.batch)
        self.batch.clear()
        self.batch_characters = 0

    def note_rows(self, account: RowAccount) -> None:
        self.rows = account.as_dict() | {"advice": account.advice(Interface.PAGE)}

    def _insert_skipped(self) -> None:
        with self.context.database.session() as session:
            corpora.insert_skipped(session, self.corpus_id, self.skipped)
        self.skipped.clear()

    def flush_skipped(self) -> None:
        """Also when the file turns out to be unreadable: the skipped rows may say why."""
        self._insert_skipped()
        with self.context.database.session() as session:
            corpora.set_skipped(session, self.corpus_id, self.reasons)

    def totals(self) -> dict[str, Any]:
        return {
            "documents": self.document_count,
            "sentences": self.sentence_count,
            "tokens": self.token_count,
            "rows": self.rows,
        }


def count_words(context: JobContext, corpus_id: int, document_count: int) -> str:
    """Counts words, packs columns and indexes the texts; returns the hash of ids, texts and sentence bounds."""
    words: Counter[str] = Counter()
    content = ContentHash()
    with context.database.session() as session:
        corpus = corpora.get(session, corpus_id)
        total = documents.token_total(session, corpus_id)
    columns = ColumnCollector(corpus.metadata_fields)
    number = seen = 0
    with new_index(context.settings.data_folder, corpus_id) as index:
        for document in documents.stream_texts(context.database, corpus_id):
            tokens = tokenize(document.text, casefold=False)
            words.update(tokens)
            columns.add(
                ListedDocument(
                    id=document.id,
                    external_id=document.external_id,
                    title=document.title,
                    text=document.text,
                    fields=document.fields,
                    words=len(tokens),
                    sentences=len(document.bounds),
                )
            )
            index.add(
                tokenize(document.title, casefold=True, language=corpus.language),
                word_forms(tokens, casefold=True, language=corpus.language),
            )
            content.add(document.external_id, document.text, document.bounds)
            number, seen = number + 1, seen + len(tokens)
            context.progress(WORDS_SHARE * seen / max(1, total))
        if number != document_count:
            raise AuditError("Documents are missing from the store.", "Import the file again.")
        index.finish(index_contents(corpus, content.hexdigest()))
    context.progress(0.5 * (WORDS_SHARE + 1.0))
    corpora.replace_words(context.database, corpus_id, corpus.language, words.items())
    with context.database.session() as session:
        corpus = corpora.get(session, corpus_id)
        corpus.content_sha256 = content.hexdigest()
        columns.write(session, corpus)
    return corpus.content_sha256


def _finish(context: JobContext, corpus_id: int, result: corpora.ReadResult) -> None:
    """Writes what was read to the corpus. The upload stays for other imports of it, if the settings say so."""
    context.phase(4, PHASES, "Finishing")
    with context.database.session() as session:
        upload_id = None if context.settings.keep_uploads else corpora.get(session, corpus_id).upload_id
    if upload_id is not None:
        # The file first: should the worker be killed between the two, this step runs again and finds the row.
        context.settings.upload_path(upload_id).unlink(missing_ok=True)
    with context.database.session() as session:
        corpora.set_result(session, corpus_id, result)
        if upload_id is not None:
            uploads.remove(session, upload_id)
