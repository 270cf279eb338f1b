"""The JSON API of rewritings."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from skipgram_audit.mitigation.ledger import as_csv, as_json_lines
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.word_pairs import WordPairs, built_in_pairs, load_built_in
from skipgram_audit.report.rewrite_sentences import notes, score_rows, score_sentence
from skipgram_audit.store import audits, jobs, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.documents import places_of_sentences, positions_of_ids
from skipgram_audit.store.models import JobKind
from skipgram_audit_web.addresses import LARGEST_INTEGER, Id
from skipgram_audit_web.common import part_jobs
from skipgram_audit_web.common.vectors import VECTORS_RESPONSES, TrainedSeed, VectorsFormat, When
from skipgram_audit_web.features.jobs.schemas import JobModel
from skipgram_audit_web.features.rewritings import files, service
from skipgram_audit_web.features.rewritings.schemas import (
    ChangesPage,
    DerivedCorpusModel,
    NewDerivedCorpus,
    NewRewriting,
    RewritingDetail,
    RewritingSummary,
    RunRequest,
    UndoRequest,
)
from skipgram_audit_web.web import (
    ERROR_RESPONSES,
    CurrentDatabase,
    CurrentQueue,
    CurrentSettings,
    fields_from,
    file_answer,
    file_responses,
)

router = APIRouter(prefix="/api/v1/audits/{audit_id}/rewritings", tags=["rewritings"], responses=ERROR_RESPONSES)
lists_router = APIRouter(prefix="/api/v1/word-pairs", tags=["rewritings"], responses=ERROR_RESPONSES)
corpora_router = APIRouter(prefix="/api/v1/corpora/{corpus_id}", tags=["corpora"], responses=ERROR_RESPONSES)

First = Annotated[int, Query(ge=0, le=LARGEST_INTEGER, description="Pass over so many.")]
Limit = Annotated[int, Query(ge=1, le=100)]


@lists_router.get("")
def list_word_pairs() -> list[WordPairs]:
    """The lists of word pairs that ship, with source and licence."""
    return list(built_in_pairs().values())


def _summary(line: service.RewritingLine) -> dict[str, object]:
    row = line.rewriting
    plan = RewritePlan.model_validate(row.plan)
    return {
        **fields_from(RewritingSummary, row),
        "method": plan.method,
        "lists": [one.name for one in plan.lists],
        "summary": "" if row.error else line.summary,
    }


def _detail(database: Database, audit_id: int, rewriting_id: int) -> RewritingDetail:
    with database.session() as session:
        row = rewritings.get(session, audit_id, rewriting_id)
        line = next(one for one in service.lines_of(session, row.audit) if one.rewriting.id == rewriting_id)
        job = jobs.latest(session, JobKind.REWRITE, rewriting_id)
        plan, outcome = RewritePlan.model_validate(row.plan), service.outcome_of(row)
        rows = score_rows(outcome) if outcome else []
        seeds = (len(outcome.seeds), len(outcome.trained_seeds)) if outcome else (0, 0)
        return RewritingDetail.model_validate(
            {
                **_summary(line),
                "plan": plan,
                "undone": row.undone,
                "outcome": outcome,
                "current": rewritings.is_current(row),
                "sentences": [score_sentence(one, *seeds) for one in rows],
                "notes": notes(plan, outcome.tally) if outcome else [],
                "job": JobModel.model_validate(job) if job else None,
            }
        )


@router.get("")
def list_rewritings(audit_id: Id, database: CurrentDatabase) -> list[RewritingSummary]:
    """The rewritings of an audit's corpus, the newest first."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        return [RewritingSummary.model_validate(_summary(line)) for line in service.lines_of(session, audit)]


@router.post("", status_code=201)
def create_rewriting(
    audit_id: Id, sent: NewRewriting, database: CurrentDatabase, queue: CurrentQueue
) -> RewritingDetail:
    """Starts a rewriting of a finished audit's corpus: its changes are found and every score is predicted."""
    changes: dict[str, object] = {"lists": (*(load_built_in(name) for name in sent.list_names), *sent.plan.lists)}
    with database.session() as session:
        corpus_id = audits.get(session, audit_id).corpus_id
        if sent.documents is not None:
            changes["positions"] = tuple(positions_of_ids(session, corpus_id, sent.documents))
        if sent.removed_documents:
            changes["removed"] = tuple(positions_of_ids(session, corpus_id, sent.removed_documents))
        if sent.removed_sentences:
            changes["removed_sentences"] = tuple(places_of_sentences(session, corpus_id, sent.removed_sentences))
    plan = sent.plan.model_copy(update=changes)
    return _detail(database, audit_id, service.start(database, queue, audit_id, plan, sent.seeds))


@router.get("/{rewriting_id}")
def get_rewriting(audit_id: Id, rewriting_id: Id, database: CurrentDatabase) -> RewritingDetail:
    """A rewriting: its progress while it runs, what it does when it is done."""
    return _detail(database, audit_id, rewriting_id)


@router.get("/{rewriting_id}/changes")
def list_changes(
    audit_id: Id, rewriting_id: Id, database: CurrentDatabase, first: First = 0, limit: Limit = 20
) -> ChangesPage:
    """The documents in which something is proposed, in the order of the corpus, word by word."""
    with database.session() as session:
        row = rewritings.get(session, audit_id, rewriting_id)
        found = service.changes_of(session, row, first, limit)
        total = len(rewritings.changed_positions(row))
    return ChangesPage(total=total, items=found)


@router.post("/{rewriting_id}/undo")
def undo_change(
    audit_id: Id, rewriting_id: Id, sent: UndoRequest, database: CurrentDatabase, queue: CurrentQueue
) -> RewritingDetail:
    """Undoes a change, or all of a document; or makes them after all."""
    service.undo(database, queue, audit_id, rewriting_id, sent.document_id, sent.start, sent.undone)
    return _detail(database, audit_id, rewriting_id)


@router.post("/{rewriting_id}/run")
def run_rewriting(
    audit_id: Id, rewriting_id: Id, sent: RunRequest, database: CurrentDatabase, queue: CurrentQueue
) -> RewritingDetail:
    """Predicts with the changes as they are undone now, and trains by some seeds; also after a failure."""
    service.run_again(database, queue, audit_id, rewriting_id, sent.seeds)
    return _detail(database, audit_id, rewriting_id)


@router.post("/{rewriting_id}/cancel")
def cancel_rewriting(audit_id: Id, rewriting_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> RewritingDetail:
    """Asks a rewriting to stop."""
    part_jobs.cancel(database, queue, rewritings.PART, audit_id, rewriting_id)
    return _detail(database, audit_id, rewriting_id)


@router.post("/{rewriting_id}/corpus", status_code=202)
def make_corpus(
    audit_id: Id, rewriting_id: Id, sent: NewDerivedCorpus, database: CurrentDatabase, queue: CurrentQueue
) -> DerivedCorpusModel:
    """Makes a corpus of the rewritten documents, which knows its parent. The audited corpus stays as it is."""
    return DerivedCorpusModel(corpus_id=service.make_corpus(database, queue, audit_id, rewriting_id, sent.name))


_FILE = file_responses("application/octet-stream")


@router.get("/{rewriting_id}/file", responses=_FILE, response_class=Response)
def download_corpus(audit_id: Id, rewriting_id: Id, database: CurrentDatabase) -> Response:
    """The rewritten corpus as a file of the format that it came in."""
    with database.session() as session:
        derived = files.derived_of_rewriting(session, audit_id, rewriting_id)
    name = derived.form.name(derived.filename, "rewritten")
    return file_answer(files.file_of(database, derived), name, "application/octet-stream")


@router.get("/{rewriting_id}/ledger.csv", responses=_FILE, response_class=Response)
def download_ledger(audit_id: Id, rewriting_id: Id, database: CurrentDatabase) -> Response:
    """Every change as CSV."""
    with database.session() as session:
        derived = files.derived_of_rewriting(session, audit_id, rewriting_id)
    return ledger_response(database, derived, f"rewriting-{rewriting_id}-ledger", "csv")


@router.get("/{rewriting_id}/ledger.jsonl", responses=_FILE, response_class=Response)
def download_ledger_lines(audit_id: Id, rewriting_id: Id, database: CurrentDatabase) -> Response:
    """Every change as JSON Lines."""
    with database.session() as session:
        derived = files.derived_of_rewriting(session, audit_id, rewriting_id)
    return ledger_response(database, derived, f"rewriting-{rewriting_id}-ledger", "jsonl")


@router.get(
    "/{rewriting_id}/vectors/{when}/{seed}",
    responses=VECTORS_RESPONSES,
    response_class=Response,
)
def download_vectors(
    audit_id: Id,
    rewriting_id: Id,
    when: When,
    seed: TrainedSeed,
    database: CurrentDatabase,
    settings: CurrentSettings,
    form: VectorsFormat = "text",
) -> Response:
    """The vectors of a training before or after the rewriting: word2vec's text or binary format, or gensim's
    KeyedVectors in a zip."""
    return service.vectors_response(database, settings, audit_id, rewriting_id, when, seed, form)


@router.delete("/{rewriting_id}", status_code=204)
def delete_rewriting(
    audit_id: Id, rewriting_id: Id, database: CurrentDatabase, settings: CurrentSettings, queue: CurrentQueue
) -> Response:
    """Deletes a rewriting that has ended, with its vectors. Corpora that were made of it stay."""
    service.remove(database, settings, queue, audit_id, rewriting_id)
    return Response(status_code=204)


@corpora_router.post("/without-near-duplicates", status_code=202)
def make_without_near_duplicates(
    corpus_id: Id, sent: NewDerivedCorpus, database: CurrentDatabase, queue: CurrentQueue
) -> DerivedCorpusModel:
    """Makes a corpus with the first document of each group of near-duplicates only."""
    return DerivedCorpusModel(corpus_id=service.make_without_duplicates(database, queue, corpus_id, sent.name))


@corpora_router.get("/file", responses=_FILE, response_class=Response)
def download_own_corpus(corpus_id: Id, database: CurrentDatabase) -> Response:
    """A corpus as a file of the format that it, or the one that it was made from, came in."""
    name, pieces = files.file_of_corpus(database, corpus_id)
    return file_answer(pieces, name, "application/octet-stream")


@corpora_router.get("/ledger.csv", responses=_FILE, response_class=Response)
def download_corpus_ledger(corpus_id: Id, database: CurrentDatabase) -> Response:
    """Every change between a corpus and its parent."""
    with database.session() as session:
        derived = files.derived_of_corpus(session, corpus_id)
    return ledger_response(database, derived, f"corpus-{corpus_id}-ledger", "csv")


def ledger_response(database: Database, derived: files.Derived, name: str, form: str) -> Response:
    """The ledger as a file."""
    write, media = (as_csv, "text/csv") if form == "csv" else (as_json_lines, "application/jsonl")
    return file_answer(write(files.ledger_of(database, derived)), f"{name}.{form}", f"{media}; charset=utf-8")
