"""The corpora that rewritings make, as files, and their ledgers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.mitigation.ledger import LedgerRow, ledger_rows
from skipgram_audit.mitigation.rewriting import Rewriter
from skipgram_audit.mitigation.rewritten_corpus import (
    CorpusRewriting,
    Original,
    RewrittenDocument,
    adds_documents,
    undone_of,
)
from skipgram_audit.model.errors import Conflict
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.rewriting import Derivation, RewritePlan
from skipgram_audit.report.corpus_file import FileForm, corpus_file, form_of, may_fail
from skipgram_audit.store import corpora, documents, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow, Document, RewritingRow, Status


def require_done(rewriting: RewritingRow) -> None:
    if rewriting.status != Status.DONE:
        raise Conflict(f"The rewriting is {rewriting.status}.", "Only one that is done gives a corpus or a file.")


@dataclass(frozen=True)
class Derived:
    """A corpus and how it comes from the one that is read: what a file or a ledger is made of."""

    corpus_id: int
    language: str
    filename: str
    options: ReaderOptions
    metadata_fields: Sequence[str]
    has_titles: bool
    derivation: Derivation

    @property
    def form(self) -> FileForm:
        return form_of(self.options, self.filename)


def derived_of_rewriting(session: Session, audit_id: int, rewriting_id: int) -> Derived:
    """Raises:
    Conflict: the rewriting has not ended well.
    """
    rewriting = rewritings.get(session, audit_id, rewriting_id)
    require_done(rewriting)
    plan = RewritePlan.model_validate(rewriting.plan)
    derivation = Derivation(plan=plan, undone=rewriting.undone, audit=rewriting.audit.name)
    return _of_parent(session, rewriting.audit.corpus, derivation)


def derived_of_corpus(session: Session, corpus_id: int) -> Derived:
    """Raises:
    Conflict: the corpus was not made from another one, or that was deleted.
    """
    corpus = corpora.get(session, corpus_id)
    if not corpus.derivation:
        raise Conflict(f"The corpus {corpus.name!r} was not made from another one.", "So there is no ledger of it.")
    if corpus.parent_id is None:
        raise Conflict(
            f"The corpus that {corpus.name!r} was made from was deleted, so its changes cannot be shown.",
            "Keep the parent of a corpus whose ledger you need.",
        )
    return _of_parent(session, corpora.get(session, corpus.parent_id), Derivation.model_validate(corpus.derivation))


def _of_parent(session: Session, parent: CorpusRow, derivation: Derivation) -> Derived:
    titled = select(Document.id).where(Document.corpus_id == parent.id, Document.title != "").limit(1)
    options: Mapping[str, Any] = {"format": "jsonl", **parent.reader_options}
    return Derived(
        parent.id,
        parent.language,
        parent.filename,
        ReaderOptions.unchecked(options),
        list(parent.metadata_fields),
        session.scalar(titled) is not None,
        derivation,
    )


def results(database: Database, derived: Derived) -> Iterator[RewrittenDocument]:
    """What becomes of each document."""
    plan = derived.derivation.plan
    taken: frozenset[str] = frozenset()
    if adds_documents(plan):
        taken = frozenset(one.external_id for one in documents.stream_texts(database, derived.corpus_id))
    rewriting = CorpusRewriting(Rewriter(plan, derived.language), undone_of(derived.derivation.undone), taken)
    yield from rewriting.documents(_originals(database, derived.corpus_id))


def _originals(database: Database, corpus_id: int) -> Iterator[Original]:
    for one in documents.stream_texts(database, corpus_id):
        yield Original(one.text, one.bounds, one.external_id, one.title, one.fields)


def file_of(database: Database, derived: Derived) -> Iterator[bytes]:
    """The result as a file of the format that the corpus came in, in pieces.

    Raises:
        InvalidInput: a new word cannot be written in it.
    """

    def pieces() -> Iterator[bytes]:
        found = (result for one in results(database, derived) for result in one.results)
        return corpus_file(found, derived.options, derived.filename, derived.metadata_fields, derived.has_titles)

    if may_fail(derived.options):
        # Otherwise half a file would have been sent when a word does not fit.
        for _ in pieces():
            pass
    return pieces()


def file_of_corpus(database: Database, corpus_id: int) -> tuple[str, Iterator[bytes]]:
    """A corpus as a file of the format that it, or the one that it was made from, came in: its name, and its pieces.

    Raises:
        NotFound: there is no such corpus.
        Conflict: it has not been read or made to its end.
    """
    with database.session() as session:
        corpus = corpora.require_read(corpora.get(session, corpus_id))
        own = _of_parent(session, corpus, Derivation(plan=RewritePlan(method="remove")))
        mark = "rewritten" if corpus.derivation else "as-read"
    pieces = corpus_file(
        _originals(database, corpus_id), own.options, own.filename, own.metadata_fields, own.has_titles
    )
    return own.form.name(own.filename, mark), pieces


def ledger_of(database: Database, derived: Derived) -> Iterator[LedgerRow]:
    """Every change."""
    return ledger_rows(results(database, derived), derived.derivation.plan, derived.derivation.audit)
