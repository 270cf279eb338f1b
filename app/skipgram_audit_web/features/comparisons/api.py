"""Two audits compared, in the JSON API."""

from typing import Annotated

from fastapi import APIRouter, Query

from skipgram_audit.store.audits import score_of
from skipgram_audit_web.features.comparisons.schemas import ComparisonModel, DocumentsModel, ScoreModel
from skipgram_audit_web.features.comparisons.service import (
    SHOWN_MOVES,
    ComparedDocuments,
    ComparedScore,
    MoveOrder,
    compare,
)
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, fields_from

router = APIRouter(prefix="/api/v1/audits", tags=["audits"], responses=ERROR_RESPONSES)

AuditId = Annotated[int, Query(ge=1, le=2**31 - 1)]


@router.get("/compare")
def compare_audits(
    database: CurrentDatabase,
    first: AuditId,
    second: AuditId,
    probe: Annotated[
        str | None,
        Query(max_length=200, description="Whose documents are compared, as the first audit names it."),
    ] = None,
    order: Annotated[
        MoveOrder | None,
        Query(description="What moved most, by influence or by rank; by rank where the estimators differ."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="Documents of either direction.")] = SHOWN_MOVES,
) -> ComparisonModel:
    """What differs between two finished audits, and what moved; changes are the second minus the first."""
    with database.session() as session:
        found = compare(session, first, second, probe, order, limit)
        return ComparisonModel(
            first=first,
            second=second,
            settings=found.settings,
            corpus=found.corpus,
            software=found.software,
            scores=[_score(item) for item in found.scores],
            not_compared=found.lone,
            documents=_documents(found.documents) if found.documents else None,
        )


def _score(item: ComparedScore) -> ScoreModel:
    one, other = item.pair.first, item.pair.second
    return ScoreModel(
        **fields_from(ScoreModel, item.found),
        probe=one.name,
        second_probe=other.name,
        kind=one.kind,
        first=score_of(one),
        second=score_of(other),
        first_spread=one.score_spread,
        second_spread=other.score_spread,
        first_standard_error=one.standard_error,
        second_standard_error=other.standard_error,
        reading=item.reading,
        remark=item.pair.remark,
    )


def _documents(documents: ComparedDocuments) -> DocumentsModel:
    match, found = documents.match, documents.found
    return DocumentsModel(
        **fields_from(DocumentsModel, documents),
        **fields_from(DocumentsModel, match),
        **fields_from(DocumentsModel, found),
        probe=documents.pair.name,
        compared=found.documents,
        changed_text=match.changed,
        only_first_influence=documents.only_first_sum,
        only_second_influence=documents.only_second_sum,
        expected_pearson=documents.expected,
    )
