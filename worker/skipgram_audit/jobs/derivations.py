"""The job that makes a corpus from another one: documents are rewritten or removed, and then the new corpus is counted
and compared as an imported one is."""

from typing import Any

from skipgram_audit.corpus.readers import SourceDocument
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.imports import CorpusWriter, make_corpus
from skipgram_audit.jobs.isolation import CutDocument
from skipgram_audit.jobs.runtime import job
from skipgram_audit.mitigation.rewriting import Rewriter
from skipgram_audit.mitigation.rewritten_corpus import CorpusRewriting, adds_documents, undone_of
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

    def finish(result: corpora.ReadResult) -> None:
        with context.database.session() as session:
            corpora.set_result(session, corpus_id, result)

    make_corpus(context, corpus_id, PHASES, "write", lambda: _write(context, corpus_id), finish)


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
    if adds_documents(plan):
        taken = frozenset(one.external_id for one in documents.stream_texts(context.database, parent.id))
    rewriting = CorpusRewriting(Rewriter(plan, corpus.language), undone_of(derivation.undone), taken)
    originals = (
        CorpusDocument(one.text, one.bounds, one.external_id, one.title, one.fields)
        for one in documents.stream_texts(context.database, parent.id)
    )
    for number, one in enumerate(rewriting.documents(originals), start=1):
        for result in one.results:
            source = SourceDocument(result.id, result.title, result.text, result.fields, "")
            writer.add(CutDocument(source, result.bounds, len(tokenize(result.text, casefold=False))))
        context.progress(min(1.0, number / max(1, parent.document_count)))
    writer.flush()
    if not writer.document_count:
        raise AuditError("Nothing of the corpus would be left.", "Rewrite or remove fewer documents.")
    return writer.totals()
