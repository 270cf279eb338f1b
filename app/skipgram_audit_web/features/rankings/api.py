"""The JSON API of a probe's ranking: documents, sentences, and groups of documents by metadata."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from skipgram_audit.model.influence_groups import GroupOrder
from skipgram_audit.store import ranking
from skipgram_audit.store.groups import SHOWN_GROUPS, influence_groups
from skipgram_audit.store.models import SentenceInfluence
from skipgram_audit.store.paging import PAGE_SIZE, Cursor
from skipgram_audit.store.ranking_filter import count_matches
from skipgram_audit_web.addresses import Id
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.query_parameters import ChosenFilters, ChosenSort, FieldName, PageCursor, ProbeName
from skipgram_audit_web.common.views import View, side_of
from skipgram_audit_web.features.near_duplicates.schemas import DuplicateGroupModel
from skipgram_audit_web.features.rankings.schemas import (
    DocumentRanking,
    GroupList,
    RankedDocumentModel,
    RankedSentenceModel,
    SentenceRanking,
)
from skipgram_audit_web.features.rankings.service import DocumentListing
from skipgram_audit_web.features.rankings.service import list_documents as list_documents_of
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase

router = APIRouter(prefix="/api/v1/audits/{audit_id}", tags=["audits"], responses=ERROR_RESPONSES)

RankedView = Literal[View.AMPLIFYING, View.MITIGATING]
PageLimit = Annotated[int, Query(ge=1, le=500)]


@router.get("/documents")
def rank_documents(
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    sort: ChosenSort,
    probe: ProbeName = None,
    view: View = View.AMPLIFYING,
    cursor: PageCursor = None,
    limit: PageLimit = PAGE_SIZE,
) -> DocumentRanking:
    """Documents by influence on a probe's score, the strongest first unless another order is asked for."""
    with database.session() as session:
        _, chosen = measured_probe(session, audit_id, probe)
        listing = list_documents_of(session, chosen, view, Cursor.parse(cursor), filters, limit, sort)
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
        rank_in_view=listing.numbers[row.rank],
        group=DuplicateGroupModel.model_validate(group) if group else None,
        folded=DuplicateGroupModel.model_validate(folded) if folded else None,
    )


@router.get("/sentences")
def rank_sentences(
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    sort: ChosenSort,
    probe: ProbeName = None,
    view: RankedView = View.AMPLIFYING,
    cursor: PageCursor = None,
    limit: PageLimit = PAGE_SIZE,
) -> SentenceRanking:
    """Sentences by influence on a probe's score, the strongest first unless another order is asked for. Those of
    influence zero are not listed."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        ranks = ranking.sentence_range(chosen, audit.corpus, side_of(chosen, view))
        page = ranking.sentence_page(session, chosen, ranks, Cursor.parse(cursor), filters, limit, sort)
        return SentenceRanking(
            probe=chosen.name,
            view=view,
            total=len(ranks),
            matches=count_matches(session, chosen, SentenceInfluence, {view: ranks}, filters)[view],
            items=[RankedSentenceModel(**asdict(item), rank_in_view=ranks.position(item.rank)) for item in page.items],
            next=page.next,
            previous=page.previous,
        )


@router.get("/groups")
def get_groups(
    audit_id: Id,
    database: CurrentDatabase,
    probe: ProbeName = None,
    field: FieldName = "",
    order: GroupOrder = GroupOrder.INFLUENCE,
    limit: Annotated[int, Query(ge=1, le=10_000)] = SHOWN_GROUPS,
) -> GroupList:
    """Influence summed over the documents of each value of a metadata field."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        fields = audit.corpus.metadata_fields
        field = field or (fields[0] if fields else "")
        groups = influence_groups(session, chosen, field, order, limit)
        return GroupList(probe=chosen.name, field=field, total=groups.total, items=groups.items)
