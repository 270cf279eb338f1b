"""Influence summed over the documents that share a metadata value: which source, author or year drives a score."""

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import FEWEST_DOCUMENTS
from skipgram_audit.store.document_columns import NONE, corpus_columns, ranking_columns, values_of
from skipgram_audit.store.models import AuditProbe
from skipgram_audit.store.ranking_filter import require_field

SHOWN_GROUPS = 200


class GroupOrder(StrEnum):
    """What groups are sorted by, the largest first; influences by their size, whatever their sign."""

    INFLUENCE = "influence"
    MEAN = "mean"
    SHARE = "share"
    DOCUMENTS = "documents"


@dataclass(frozen=True)
class InfluenceGroup:
    """The documents of one value.

    Attributes:
        value: None for the documents without a value.
        influence: sum over its documents; summed influences say what is there, not what removing the group would do.
        mean: influence a document.
        standard_error: sqrt(max(0, sum over its documents of influence^2 - spread^2 / seeds)), as for the whole corpus,
            and None where that has none or the group has fewer than FEWEST_DOCUMENTS.
        share: of the absolute influence of all documents.
        document_share: of all documents.
    """

    value: str | None
    documents: int
    influence: float
    mean: float
    standard_error: float | None
    share: float
    document_share: float


@dataclass(frozen=True)
class Groups:
    """The first groups in order; ``total`` counts all of them."""

    items: list[InfluenceGroup]
    total: int


def influence_groups(
    session: Session,
    probe: AuditProbe,
    field: str,
    order: GroupOrder = GroupOrder.INFLUENCE,
    limit: int | None = SHOWN_GROUPS,
) -> Groups:
    """Groups by the values of a metadata field; all of them without a limit.

    Raises:
        InvalidInput: the corpus has no such field.
    """
    corpus = probe.audit.corpus
    columns, ranking = corpus_columns(session, corpus), ranking_columns(session, probe)
    codes = columns[f"codes {require_field(corpus, field)}"][ranking["documents"]]
    present, group = np.unique(codes, return_inverse=True)
    sums = _Sums.of(group, ranking["influences"], ranking["spreads"])
    key = {
        GroupOrder.INFLUENCE: np.abs(sums.influence),
        GroupOrder.MEAN: np.abs(sums.influence / sums.documents),
        GroupOrder.SHARE: sums.absolute,
        GroupOrder.DOCUMENTS: sums.documents,
    }[order]
    first = np.argsort(-key, kind="stable")[:limit]
    values = values_of(session, columns, field, [code for code in present[first].tolist() if code != NONE])
    seeds = max(1, len(probe.by_seed))
    absolute = float(sums.absolute.sum())
    items = [
        InfluenceGroup(
            value=values.get(int(present[one])),
            documents=int(sums.documents[one]),
            influence=float(sums.influence[one]),
            mean=float(sums.influence[one] / sums.documents[one]),
            standard_error=(
                None
                if probe.standard_error is None or sums.documents[one] < FEWEST_DOCUMENTS
                else math.sqrt(max(0.0, float(sums.squares[one] - sums.noise[one] / seeds)))
            ),
            share=float(sums.absolute[one]) / absolute if absolute else 0.0,
            document_share=int(sums.documents[one]) / len(codes),
        )
        for one in first.tolist()
    ]
    return Groups(items, len(present))


def strongest_group(session: Session, probe: AuditProbe) -> dict[str, Any]:
    """The group of the largest summed influence that amplifies a measured probe, with its ``field``; empty without one.

    Fields with one value, or with more values than half of the documents, group nothing.
    """
    corpus, direction = probe.audit.corpus, KINDS[probe.kind].direction(probe.score)
    found: list[tuple[str, InfluenceGroup]] = []
    for field in corpus.metadata_fields:
        groups = influence_groups(session, probe, field)
        if 1 < groups.total <= corpus.document_count // 2:
            found += [(field, one) for one in groups.items if one.value is not None and one.influence * direction > 0]
    if not found:
        return {}
    field, strongest = max(found, key=lambda item: abs(item[1].influence))
    return {"field": field, **asdict(strongest)}


@dataclass(frozen=True)
class _Sums:
    """Over the documents of each group; float64 [groups], documents int64 [groups]."""

    documents: npt.NDArray[np.int64]
    influence: npt.NDArray[np.float64]
    squares: npt.NDArray[np.float64]
    noise: npt.NDArray[np.float64]
    absolute: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls, group: npt.NDArray[np.int64], influence: npt.NDArray[np.float64], spread: npt.NDArray[np.float64]
    ) -> "_Sums":
        """From the group, influence and spread of each document."""
        weighed = (influence, influence**2, spread**2, np.abs(influence))
        return cls(np.bincount(group), *(np.bincount(group, one).astype(np.float64) for one in weighed))
