"""The JSON API of an audit's near-duplicates."""

from typing import Annotated

from fastapi import APIRouter, Query

from skipgram_audit.store import near_duplicates
from skipgram_audit.store.near_duplicates import GroupedRanking
from skipgram_audit_web.addresses import LARGEST_INTEGER, DocumentId, Id
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.query_parameters import ProbeName
from skipgram_audit_web.features.near_duplicates import service
from skipgram_audit_web.features.near_duplicates.schemas import (
    DuplicateGroupDetail,
    DuplicateGroupList,
    DuplicateGroupModel,
    DuplicateModel,
)
from skipgram_audit_web.features.near_duplicates.service import DuplicateOrder
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase, fields_from

router = APIRouter(
    prefix="/api/v1/audits/{audit_id}/near-duplicates", tags=["near-duplicates"], responses=ERROR_RESPONSES
)

First = Annotated[int, Query(ge=0, le=LARGEST_INTEGER, description="Pass over so many.")]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("")
def list_groups(
    audit_id: Id,
    database: CurrentDatabase,
    probe: ProbeName = None,
    order: DuplicateOrder = DuplicateOrder.INFLUENCE,
    first: First = 0,
    limit: Limit = 50,
) -> DuplicateGroupList:
    """Groups of near-duplicate documents by the size of their summed influence, or by their number of documents."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        found = GroupedRanking(session, chosen).groups(order is DuplicateOrder.DOCUMENTS, first, limit)
        facts = near_duplicates.facts_of(session, audit.corpus)
        return DuplicateGroupList(
            probe=chosen.name,
            total=facts.groups if facts else len(found),
            facts=audit.corpus.near_duplicates,
            items=[DuplicateGroupModel.model_validate(group) for group in found],
        )


@router.get("/{group_id}")
def get_group(
    audit_id: Id,
    group_id: DocumentId,
    database: CurrentDatabase,
    probe: ProbeName = None,
    first: First = 0,
    limit: Limit = 50,
) -> DuplicateGroupDetail:
    """A group's documents."""
    with database.session() as session:
        _, chosen = measured_probe(session, audit_id, probe)
        group = GroupedRanking(session, chosen).group(group_id)
        members = service.group_members(session, chosen, group, first, limit)
        return DuplicateGroupDetail(
            probe=chosen.name,
            **fields_from(DuplicateGroupModel, group),
            items=[
                DuplicateModel(**fields_from(DuplicateModel, member.row), same_text=member.same_text)
                for member in members
            ],
        )
