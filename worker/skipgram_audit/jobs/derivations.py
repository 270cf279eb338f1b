"""The job that makes a corpus from another one: documents are rewritten or removed, and then the new corpus is counted
and compared as an imported one is."""

from typing import Any

from skipgram_audit.corpus.readers import SourceDocument
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.jobs.context import Cancelled, JobContext
from skipgram_audit.jobs.imports import CorpusWriter, count_words
from skipgram_audit.jobs.isolation import CutDocument
from skipgram_audit.jobs.near_duplicates import write_near_duplicates
from skipgram_audit.jobs.runtime import job
from skipgram_audit.mitigation.rewriting import Rewriter
from skipgram_audit.mitigation.rewritten_corpus import CorpusRewriting
from skipgram_audit.mitigation.undone import undone_of
from skipgram_audit.model.errors import AuditError, Conflict
from skipgram_audit.model.rewriting import Derivation
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.store import corpora, documents
from skipgram_audit.store.models import JobKind

PHASES = 3


@job(JobKind.DERIVE)
def derive_corpus(context: JobContext, subject: str) -> None:
    """Makes the corpus whose id is the subject from its parent."""
    corpus_id = int(subject)
    try:
        totals = context.step("write", lambda: _write(context, corpus_id))
        content_sha256 = context.step("count", lambda: _count(context, corpus_id, totals["documents"]))
        context.step("compare", lambda: _compare(context, corpus_id))
        context.step("finish", lambda: _finish(context, corpus_id, totals, content_sha256))
    except (Cancelled, AuditError):
        documents.remove_all(context.database, corpus_id)
        raise


def _write(context: JobContext, corpus_id: int) -> dict[str, Any]:
    """The documents of the new corpus."""
    context.phase(1, PHASES, "Writing the documents")
    documents.remove_all(context.database, corpus_id)
    with context.database.session() as session:
        corpus = corpora.get(session, corpus_id)
        if corpus.parent_id is None:
            raise Conflict("The corpus that this one is made from was deleted.", "Make it from another one.")
        parent = corpora.get(session, corpus.parent_id)
        derivation = Derivation.model_validate(corpus.derivation)
    writer = CorpusWriter(context, corpus_id, corpus.language)
    plan = derivation.plan
    taken: frozenset[str] = frozenset()
    if plan.method == "augment":
        taken = frozenset(one.external_id for one in documents.stream_texts(context.database, parent.id))
    rewriting = CorpusRewriting(Rewriter(plan, corpus.language), undone_of(derivation.undone), taken)
    for number, one in enumerate(documents.stream_texts(context.database, parent.id), start=1):
        original = CorpusDocument(one.text, one.bounds, one.external_id, one.title, one.fields)
        for result in rewriting.document(one.position, original).results:
            source = SourceDocument(result.id, result.title, result.text, result.fields, "")
            writer.add(CutDocument(source, result.bounds, len(tokenize(result.text, casefold=False))))
        context.progress(number / max(1, parent.document_count))
    writer.flush()
    if not writer.document_count:
        raise AuditError("Nothing of the corpus would be left.", "Rewrite or remove fewer documents.")
    return writer.totals()


def _count(context: JobContext, corpus_id: int, document_count: int) -> str:
    context.phase(2, PHASES, "Counting words")
    return count_words(context, corpus_id, document_count)


def _compare(context: JobContext, corpus_id: int) -> None:
    context.phase(3, PHASES, "Looking for near-duplicates")
    write_near_duplicates(context, corpus_id)


def _finish(context: JobContext, corpus_id: int, totals: dict[str, Any], content_sha256: str) -> None:
    result = corpora.ReadResult(
        document_count=totals["documents"],
        sentence_count=totals["sentences"],
        token_count=totals["tokens"],
        rows={},
        content_sha256=content_sha256,
    )
    with context.database.session() as session:
        corpora.set_result(session, corpus_id, result)
