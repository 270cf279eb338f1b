"""Two finished audits side by side: what differs, the scores, and for one probe the documents behind them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.store.comparison import (
    DocumentMatch,
    ProbeInfluences,
    document_names,
    influences_of,
    match_documents,
    same_documents,
)
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.common.finished_audits import finished_audit
from skipgram_audit_web.features.comparisons import agreement as arithmetic
from skipgram_audit_web.features.comparisons.agreement import Agreement, MatchedInfluences
from skipgram_audit_web.features.comparisons.differences import (
    corpus_differences,
    setting_differences,
    software_differences,
)
from skipgram_audit_web.features.comparisons.probes import ProbePair, pair_probes
from skipgram_audit_web.features.comparisons.schemas import ComparedDocumentModel, DifferenceModel, LoneProbeModel
from skipgram_audit_web.features.comparisons.scores import ScoreDifference, score_difference, score_sentence

SHOWN_MOVES = 25
STRONGEST_SHOWN = 100
"""Documents of the scatter by either audit's influence, and as many evenly over the ranks of the first."""


class MoveOrder(StrEnum):
    """What a move is measured by."""

    INFLUENCE = "influence"
    RANK = "rank"


@dataclass(frozen=True)
class ComparedScore:
    """A probe of both audits with its scores."""

    pair: ProbePair
    found: ScoreDifference
    reading: str


@dataclass(frozen=True)
class ComparedDocuments:
    """What became of the documents' influences on one probe.

    Attributes:
        only_first_sum, only_second_sum: summed influence, in the own audit, of the documents that are not matched.
        expected: the Pearson correlation that two audits of one setting, with other seeds, would reach.
        paired_error: standard error, over documents, of the difference of the scores, with the matched documents
            counted as the same in both; None where the audits estimate influence in different ways, whose difference
            is no derivative of the scores' difference, and where one has no standard error of its score.
        order: what a move is measured by.
        upwards, downwards: the documents that moved most.
        shown: those of the scatter.
    """

    pair: ProbePair
    order: MoveOrder
    match: DocumentMatch
    found: Agreement
    expected: float | None
    paired_error: float | None
    only_first_sum: float
    only_second_sum: float
    upwards: list[ComparedDocumentModel]
    downwards: list[ComparedDocumentModel]
    shown: list[ComparedDocumentModel]


@dataclass(frozen=True)
class AuditComparison:
    """Two audits side by side."""

    first: AuditRow
    second: AuditRow
    settings: list[DifferenceModel]
    corpus: list[DifferenceModel]
    software: list[DifferenceModel]
    scores: list[ComparedScore]
    lone: list[LoneProbeModel]
    documents: ComparedDocuments | None


def compare(
    session: Session,
    first_id: int,
    second_id: int,
    probe: str | None = None,
    order: MoveOrder | None = None,
    moves: int = SHOWN_MOVES,
) -> AuditComparison:
    """The second audit against the first.

    Args:
        probe: whose documents are compared, by its name in the first audit; the first one in common when left out.
        order: by rank when left out and the audits estimate influence in different ways, which give it different size.

    Raises:
        NotFound: no such audit, or no such probe in common.
        Conflict: one of them is not finished.
        InvalidInput: both are the same audit.
    """
    if first_id == second_id:
        raise InvalidInput("An audit cannot be compared with itself.", "Choose two audits.")
    first, second = (finished_audit(session, audit_id) for audit_id in (first_id, second_id))
    paired = pair_probes(first, second)
    scores = []
    for pair in paired.pairs:
        found = score_difference(pair.first, pair.second)
        scores.append(ComparedScore(pair, found, score_sentence(found, pair.first.kind)))
    chosen = _choose(paired.pairs, probe)
    order = order or (MoveOrder.INFLUENCE if same_estimator(first, second) else MoveOrder.RANK)
    return AuditComparison(
        first,
        second,
        setting_differences(first, second),
        corpus_differences(first, second),
        software_differences(first, second),
        scores,
        paired.lone,
        _compare_documents(
            session,
            first,
            second,
            chosen,
            order,
            moves,
        )
        if chosen
        else None,
    )


def same_estimator(first: AuditRow, second: AuditRow) -> bool:
    """Whether their influences have one meaning and size."""
    return bool(first.settings.get("estimator") == second.settings.get("estimator"))


def _choose(pairs: list[ProbePair], name: str | None) -> ProbePair | None:
    if not name:
        return pairs[0] if pairs else None
    for pair in pairs:
        if pair.name == name:
            return pair
    raise NotFound(
        f"The audits have no probe {name[:80]!r} in common that both measured.",
        f"They have {', '.join(pair.name for pair in pairs) or 'none'} in common.",
    )


def _compare_documents(
    session: Session, first: AuditRow, second: AuditRow, pair: ProbePair, order: MoveOrder, moves: int
) -> ComparedDocuments:
    ranked = influences_of(session, pair.first), influences_of(session, pair.second)
    if first.corpus_id == second.corpus_id:
        match = same_documents(ranked[0].ids)
    else:
        match = match_documents(session, first.corpus, second.corpus)
    one, alone = _aligned(ranked[0], match.first, len(pair.first.by_seed))
    other, other_alone = _aligned(ranked[1], match.second, len(pair.second.by_seed))
    ranks = one.ranks, other.ranks
    up, down = (
        arithmetic.strongest_changes(one, other, ranks, order is MoveOrder.RANK, upwards, moves)
        for upwards in (True, False)
    )
    shown = _shown(one, other)
    documents = _documents(session, match, one, other, ranks, {*up.tolist(), *down.tolist(), *shown})
    shared_seeds = not {*first.settings["seeds"]}.isdisjoint(second.settings["seeds"])
    alone_variance = sum(float((np.square(item.influence) - item.noise).sum()) for item in (alone, other_alone))
    return ComparedDocuments(
        pair=pair,
        order=order,
        match=match,
        found=arithmetic.agreement(one, other, ranks),
        expected=arithmetic.expected_correlation(
            pair.first.seed_agreement, pair.second.seed_agreement, (one.seeds, other.seeds)
        ),
        paired_error=(
            math.sqrt(max(0.0, arithmetic.paired_variance(one, other, shared_seeds) + alone_variance))
            if same_estimator(first, second) and None not in (pair.first.standard_error, pair.second.standard_error)
            else None
        ),
        only_first_sum=float(alone.influence.sum()),
        only_second_sum=float(other_alone.influence.sum()),
        upwards=[documents[index] for index in up.tolist()],
        downwards=[documents[index] for index in down.tolist()],
        shown=[documents[index] for index in shown],
    )


def _aligned(
    found: ProbeInfluences, document_ids: npt.NDArray[np.int64], seeds: int
) -> tuple[MatchedInfluences, MatchedInfluences]:
    """The influences of the matched documents, in their order, and those of all others."""
    places = np.searchsorted(found.ids, document_ids)
    matched = np.full(len(found.ids), -1, np.int64)
    matched[places] = np.arange(len(places))
    others, order = matched < 0, matched[found.order]
    seeds = max(1, seeds)
    return (
        MatchedInfluences(found.influence[places], found.spread[places], seeds, order[order >= 0]),
        MatchedInfluences(found.influence[others], found.spread[others], seeds),
    )


def _shown(first: MatchedInfluences, second: MatchedInfluences) -> list[int]:
    """The strongest of either audit, and some evenly over the ranks, strongest first."""
    strength = [_scaled(item.influence) for item in (first, second)]
    strongest = [arithmetic.top_places(values, STRONGEST_SHOWN) for values in strength]
    by_rank = first.order
    spread = by_rank[np.unique(np.linspace(0, len(by_rank) - 1, STRONGEST_SHOWN).astype(int))] if len(by_rank) else []
    chosen = np.unique(np.concatenate([*strongest, spread]).astype(int))
    most = np.maximum(*strength)[chosen]
    return [int(index) for index in chosen[np.argsort(-most, kind="stable")]]


def _scaled(influence: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    largest = float(np.abs(influence).max(initial=0.0))
    return np.abs(influence) / largest if largest else np.abs(influence)


def _documents(
    session: Session,
    match: DocumentMatch,
    first: MatchedInfluences,
    second: MatchedInfluences,
    ranks: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    indices: Iterable[int],
) -> dict[int, ComparedDocumentModel]:
    chosen = list(indices)
    names = document_names(session, match.first[chosen].tolist() if chosen else [])
    errors = np.sqrt(first.noise + second.noise) if min(first.seeds, second.seeds) > 1 else None
    return {
        index: ComparedDocumentModel(
            external_id=names[int(match.first[index])][0],
            title=names[int(match.first[index])][1],
            first_id=int(match.first[index]),
            second_id=int(match.second[index]),
            first_influence=float(first.influence[index]),
            second_influence=float(second.influence[index]),
            first_rank=float(ranks[0][index]),
            second_rank=float(ranks[1][index]),
            change=float(second.influence[index] - first.influence[index]),
            change_error=None if errors is None else float(errors[index]),
        )
        for index in chosen
    }
