"""The sets of a check with what was predicted and found of one probe: for table, figure, CSV and API."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from skipgram_audit.model.check_plan import WHOLE_CORPUS, TrainingScores
from skipgram_audit.report.spreadsheets import csv_line


@dataclass(frozen=True)
class SetRow:
    """One removal set and one probe.

    Attributes:
        predicted: mean predicted change of the score over the prediction seeds; predicted_error its standard error
            over them, None with one.
        actual: mean change found, over the check's seeds; None while trainings are missing or when some training had
            no score, and then reason says why.
        spread: sample standard deviation of the changes over the check's seeds; None with one.
        actual_error: spread / sqrt(seeds).
        predicted_by_seed, scores_by_seed: the numbers behind them.
    """

    number: int
    kind: str
    control_of: int | None
    document_count: int
    token_count: int
    predicted: float
    predicted_error: float | None
    actual: float | None
    spread: float | None
    actual_error: float | None
    predicted_by_seed: list[float]
    scores_by_seed: dict[int, float]
    reason: str


class PredictedRemoval(Protocol):
    """A removal set with its predictions by probe, wherever it is kept."""

    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def control_of(self) -> int | None: ...
    @property
    def document_count(self) -> int: ...
    @property
    def token_count(self) -> int: ...
    @property
    def predicted(self) -> Mapping[str, Any]: ...


def set_rows(
    sets: Sequence[PredictedRemoval], found: Mapping[tuple[int, int], TrainingScores], seeds: Sequence[int], probe: str
) -> list[SetRow]:
    """A row for each set but the whole corpus, in the order of their numbers."""
    return [_row(one, found, seeds, probe) for one in sets if one.number != WHOLE_CORPUS]


def _row(
    one: PredictedRemoval, found: Mapping[tuple[int, int], TrainingScores], seeds: Sequence[int], probe: str
) -> SetRow:
    predicted = [float(value) for value in one.predicted.get(probe, [])]
    scores = {
        seed: found[one.number, seed].scores[probe]
        for seed in seeds
        if (one.number, seed) in found and probe in found[one.number, seed].scores
    }
    before = {
        seed: found[WHOLE_CORPUS, seed].scores[probe]
        for seed in seeds
        if (WHOLE_CORPUS, seed) in found and probe in found[WHOLE_CORPUS, seed].scores
    }
    changes = [scores[seed] - before[seed] for seed in seeds if seed in scores and seed in before]
    complete = len(changes) == len(seeds)
    spread = float(np.std(changes, ddof=1)) if complete and len(changes) > 1 else None
    reasons = [found[key].reasons[probe] for key in ((one.number, seed) for seed in seeds) if _lacks(found, key, probe)]
    return SetRow(
        number=one.number,
        kind=one.kind,
        control_of=one.control_of,
        document_count=one.document_count,
        token_count=one.token_count,
        predicted=float(np.mean(predicted)) if predicted else math.nan,
        predicted_error=float(np.std(predicted, ddof=1) / math.sqrt(len(predicted))) if len(predicted) > 1 else None,
        actual=float(np.mean(changes)) if complete else None,
        spread=spread,
        actual_error=spread / math.sqrt(len(changes)) if spread is not None else None,
        predicted_by_seed=predicted,
        scores_by_seed=scores,
        reason=reasons[0] if reasons else "",
    )


def _lacks(found: Mapping[tuple[int, int], TrainingScores], key: tuple[int, int], probe: str) -> bool:
    return key in found and probe in found[key].reasons


def as_csv(
    rows_of: Mapping[str, Sequence[SetRow]], prediction_seeds: Sequence[int], seeds: Sequence[int]
) -> Iterator[str]:
    """A line a set and probe, after a line of names; see skipgram_audit.report.spreadsheets."""
    names = ["probe", "set", "kind", "control_of", "documents", "tokens", "predicted_change", "predicted_error"]
    names += [f"predicted_change_seed_{seed}" for seed in prediction_seeds]
    names += ["actual_change", "actual_error", "actual_spread"]
    names += [f"score_seed_{seed}" for seed in seeds]
    yield csv_line([*names, "reason"])
    for probe, rows in rows_of.items():
        for row in rows:
            yield csv_line(
                [
                    probe, row.number, row.kind, row.control_of, row.document_count, row.token_count,
                    row.predicted, row.predicted_error, *row.predicted_by_seed,
                    row.actual, row.actual_error, row.spread, *(row.scores_by_seed.get(seed) for seed in seeds),
                    row.reason,
                ]
            )  # fmt: skip
