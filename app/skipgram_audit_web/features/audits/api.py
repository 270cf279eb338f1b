"""The JSON API of audits; downloads are in app/skipgram_audit_web/features/reports."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from skipgram_audit.model.outcome import SentencePlace
from skipgram_audit.store import audits, document_ranks, jobs, ranking, results
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Audit, JobKind, SentenceInfluence, Status
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.paging import PAGE_SIZE, Cursor
from skipgram_audit.store.ranking_filter import count_matches
from skipgram_audit_web.addresses import DocumentId, Id
from skipgram_audit_web.common.query_parameters import ChosenFilters, ProbeName
from skipgram_audit_web.common.views import View, side_of
from skipgram_audit_web.features.audits import service
from skipgram_audit_web.features.audits.schemas import (
    AuditDetail,
    AuditList,
    AuditRequest,
    AuditSummary,
    DocumentInfluenceModel,
    DocumentRanking,
    DuplicateGroupModel,
    JobModel,
    ProbeModel,
    RankedDocumentModel,
    RankedSentenceModel,
    SentenceModel,
    SentenceRanking,
    TokenModel,
)
from skipgram_audit_web.features.documents.service import walk_of
from skipgram_audit_web.features.rankings.service import DocumentListing, groups_of
from skipgram_audit_web.features.rankings.service import list_documents as list_documents_of
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, CurrentQueue, CurrentSettings

router = APIRouter(prefix="/api/v1/audits", tags=["audits"], responses=ERROR_RESPONSES)

PageCursor = Annotated[str | None, Query(max_length=40, description="As a page's next or previous gave it.")]
RankedView = Literal[View.AMPLIFYING, View.MITIGATING]
PageLimit = Annotated[int, Query(ge=1, le=500)]


def _summary(audit: Audit) -> dict[str, object]:
    return {
        "id": audit.id,
        "name": audit.name,
        "status": audit.status,
        "corpus_id": audit.corpus_id,
        "corpus_name": audit.corpus.name,
        "probes": [probe.name for probe in audit.probes],
        "error": audit.error,
        "created_at": audit.created_at,
        "started_at": audit.started_at,
        "finished_at": audit.finished_at,
    }


def _detail(database: Database, audit_id: int) -> AuditDetail:
    with database.session() as session:
        audit = audits.get(session, audit_id)
        job = jobs.latest(session, JobKind.AUDIT, audit_id)
        outcomes = [results.outcome_of(session, probe) for probe in audit.probes] if audit.status == Status.DONE else []
        return AuditDetail.model_validate(
            {
                **_summary(audit),
                "settings": audit.settings,
                "vocabulary_size": audit.vocabulary_size,
                "trained_tokens": audit.trained_tokens,
                "document_count": audit.corpus.document_count,
                "sentence_count": audit.corpus.sentence_count,
                "job": JobModel.model_validate(job) if job else None,
                "results": [ProbeModel.model_validate(outcome) for outcome in outcomes],
            }
        )


@router.get("")
def list_audits(database: CurrentDatabase, cursor: PageCursor = None, corpus: Id | None = None) -> AuditList:
    """Audits, the newest first."""
    with database.session() as session:
        page = audits.page(session, Cursor.parse(cursor), corpus)
        return AuditList(
            items=[AuditSummary.model_validate(_summary(audit)) for audit in page.items],
            next=page.next,
            previous=page.previous,
        )


@router.post("", status_code=201)
def create_audit(request: AuditRequest, database: CurrentDatabase, queue: CurrentQueue) -> AuditDetail:
    """Starts an audit of a corpus that has been read."""
    audit_id = service.start(
        database, queue, request.corpus_id, request.name, request.settings, request.probes, request.model_ids
    )
    return _detail(database, audit_id)


@router.get("/{audit_id}")
def get_audit(audit_id: Id, database: CurrentDatabase) -> AuditDetail:
    """An audit: its progress while it runs, its scores when it is done."""
    return _detail(database, audit_id)


@router.post("/{audit_id}/cancel")
def cancel_audit(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> AuditDetail:
    """Asks an audit to stop; it does so within two seconds."""
    service.cancel(database, queue, audit_id)
    return _detail(database, audit_id)


@router.post("/{audit_id}/restart")
def restart_audit(audit_id: Id, database: CurrentDatabase, queue: CurrentQueue) -> AuditDetail:
    """Runs a failed or cancelled audit again."""
    service.restart(database, queue, audit_id)
    return _detail(database, audit_id)


@router.delete("/{audit_id}", status_code=204)
def delete_audit(audit_id: Id, database: CurrentDatabase, settings: CurrentSettings) -> Response:
    """Deletes an audit that has ended, with its results and files."""
    service.remove(database, settings, audit_id)
    return Response(status_code=204)


@router.get("/{audit_id}/documents")
def rank_documents(
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: ProbeName = None,
    view: View = View.AMPLIFYING,
    cursor: PageCursor = None,
    limit: PageLimit = PAGE_SIZE,
) -> DocumentRanking:
    """Documents by influence on a probe's score, the strongest first."""
    with database.session() as session:
        _, chosen = service.measured_probe(session, audit_id, probe)
        listing = list_documents_of(session, chosen, view, Cursor.parse(cursor), filters, limit)
        return DocumentRanking(
            probe=chosen.name,
            view=view,
            total=len(listing.ranges[view]),
            matches=listing.matches[view],
            items=[_ranked(item, listing) for item in listing.page.items],
            next=listing.page.next,
            previous=listing.page.previous,
        )


def _ranked(row: ranking.RankedDocument, listing: DocumentListing) -> RankedDocumentModel:
    group = listing.groups.get(row.document_id)
    folded = listing.rows.get(row.document_id)
    return RankedDocumentModel(
        **asdict(row),
        group=DuplicateGroupModel.model_validate(group) if group else None,
        folded=DuplicateGroupModel.model_validate(folded) if folded else None,
    )


@router.get("/{audit_id}/sentences")
def rank_sentences(
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: ProbeName = None,
    view: RankedView = View.AMPLIFYING,
    cursor: PageCursor = None,
    limit: PageLimit = PAGE_SIZE,
) -> SentenceRanking:
    """Sentences by influence on a probe's score, the strongest first; those of influence zero are not listed."""
    with database.session() as session:
        audit, chosen = service.measured_probe(session, audit_id, probe)
        ranks = ranking.sentence_range(chosen, audit.corpus, side_of(chosen, view))
        page = ranking.sentence_page(session, chosen, ranks, Cursor.parse(cursor), filters, limit)
        return SentenceRanking(
            probe=chosen.name,
            view=view,
            total=len(ranks),
            matches=count_matches(session, chosen, SentenceInfluence, {view: ranks}, filters)[view],
            items=[RankedSentenceModel.model_validate(item) for item in page.items],
            next=page.next,
            previous=page.previous,
        )


@router.get("/{audit_id}/documents/{document_id}")
def get_document(
    audit_id: Id,
    document_id: DocumentId,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: ProbeName = None,
    view: View | None = None,
) -> DocumentInfluenceModel:
    """A document with the influence of each of its sentences and tokens.

    ``above`` and ``below`` are the documents before and after it on the walk along the view, or along the whole ranking
    by rank without one, of those that pass the filters.
    """
    with database.session() as session:
        audit, chosen = service.measured_probe(session, audit_id, probe)
        document = document_ranks.document_of(session, audit, document_id)
        place = document_ranks.document_place(session, chosen.id, document_id)
        walk = walk_of(session, chosen, document_id, place, view, filters)
        group = groups_of(session, chosen, [document_id]).get(document_id)
        by_sentence = document_ranks.sentence_places(session, chosen.id, document_id)
        return DocumentInfluenceModel(
            probe=chosen.name,
            document_id=document.id,
            external_id=document.external_id,
            title=document.title,
            text=document.text,
            fields=document.fields,
            rank=place.rank if place else None,
            influence=place.influence if place else None,
            spread=place.spread if place else None,
            sign_stability=place.sign_stability if place else None,
            above=walk.previous.document_id if walk.previous else None,
            below=walk.following.document_id if walk.following else None,
            group=DuplicateGroupModel.model_validate(group) if group else None,
            sentences=[
                _sentence(index, start, end, by_sentence.get(index))
                for index, (start, end) in enumerate(unpack_bounds(document.sentence_bounds).tolist())
            ],
            tokens=[TokenModel.model_validate(token) for token in place.tokens] if place else [],
        )


def _sentence(index: int, start: int, end: int, place: SentencePlace | None) -> SentenceModel:
    return SentenceModel(
        index=index,
        start=start,
        end=end,
        influence=place.influence if place else 0.0,
        rank=place.rank if place else None,
        spread=place.spread if place else None,
        sign_stability=place.sign_stability if place else None,
    )
