"""What pages and API show of an audit's groups of near-duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from sqlalchemy.orm import Session

from skipgram_audit.store import ranking
from skipgram_audit.store.document_columns import corpus_columns, numbers_of
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.near_duplicates import DuplicateGroup, GroupedRanking, are_known
from skipgram_audit.store.ranking import RankedDocument
from skipgram_audit.store.ranking_filter import Filters
from skipgram_audit_web.common.views import RankInView, document_rank

SHOWN_MEMBERS = 10
"""Other members of a group on the page of a document."""


@dataclass(frozen=True)
class Member:
    """A document of a group and its rank in its view; ``same_text`` as the first one, to the letter."""

    row: RankedDocument
    place: RankInView
    same_text: bool


def group_members(
    session: Session, probe: AuditProbe, group: DuplicateGroup, first: int = 0, count: int = SHOWN_MEMBERS + 1
) -> list[Member]:
    """Some documents of a group, by rank."""
    ranks = GroupedRanking(session, probe).members(group.id)[first : first + count]
    rows = ranking.documents_at(session, probe, ranks)
    same = _same_texts(session, probe.audit, group.id, [row.document_id for row in rows])
    return [Member(row, document_rank(probe.audit, probe, row.rank), row.document_id in same) for row in rows]


def _same_texts(session: Session, audit: AuditRow, first_id: int, document_ids: Sequence[int]) -> set[int]:
    """Those documents whose text is that of the first one."""
    columns = corpus_columns(session, audit.corpus)
    ids, texts = columns["ids"], columns["texts"].reshape(-1, 2)
    [first] = numbers_of(columns, np.array([first_id], np.int64))
    numbers = numbers_of(columns, np.array(document_ids, np.int64))
    alike = numbers[(texts[numbers] == texts[first]).all(axis=1)]
    return set(ids[alike].tolist())


def groups_of(session: Session, probe: AuditProbe, document_ids: list[int]) -> dict[int, DuplicateGroup]:
    """The whole groups of some documents, by document; none where near-duplicates were not looked for."""
    if not are_known(session, probe.audit.corpus):
        return {}
    return GroupedRanking(session, probe).groups_among(document_ids)


class DuplicateOrder(StrEnum):
    """What groups are sorted by, the largest first; influences by their size, whatever their sign."""

    INFLUENCE = "influence"
    DOCUMENTS = "documents"


def applicable_filters(filters: Filters, duplicates_known: bool) -> Filters:
    """A page shows single documents where near-duplicates were not looked for, whatever its address says."""
    return filters if duplicates_known else replace(filters, group_duplicates=False)
