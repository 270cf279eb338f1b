"""What a check by retraining found, for a notebook and for the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from skipgram_audit.auditing.frames import frame
from skipgram_audit.model.check_plan import (
    PLANS,
    SET_KINDS,
    CheckOutcome,
    CheckPlan,
    ProbeJudgement,
    TargetScore,
    TrainingScores,
)
from skipgram_audit.model.errors import NotFound
from skipgram_audit.report.check_rows import SetRow, set_rows
from skipgram_audit.report.check_sentences import (
    ShownMeasure,
    comparison_sentence,
    dropped_sentence,
    set_measures,
    smallest_set_sentence,
)
from skipgram_audit.report.check_verdict import Verdict, verdict
from skipgram_audit.report.vector_files import AFTER, kept_actions, read_vectors, vectors_file


@dataclass(frozen=True)
class CheckedSet:
    """A removal set: the ids of its documents, and its predicted changes by probe and prediction seed."""

    number: int
    kind: str
    control_of: int | None
    documents: list[str]
    token_count: int
    predicted: Mapping[str, Sequence[float]]

    @property
    def document_count(self) -> int:
        return len(self.documents)


@dataclass(frozen=True)
class CheckedProbe:
    """A probe's part of a check.

    Attributes:
        comparisons: a sentence on each chosen set.
        notes: further sentences, on words that were dropped and sets that could not be measured.
        rows: a row a set, predicted and actual.
    """

    name: str
    judgement: ProbeJudgement
    verdict: Verdict
    measures: list[ShownMeasure]
    comparisons: list[str]
    notes: list[str]
    rows: list[SetRow] = field(repr=False)


@dataclass(frozen=True)
class CheckResult:
    """A check that has ended.

    Args:
        scores: of every training.
        neutrals: probe -> the score of its kind that means no bias.
        vectors_folder: where vectors are, if the plan keeps them.
        target: of the plan turning.
    """

    plan: CheckPlan
    outcome: CheckOutcome
    removal_sets: list[CheckedSet] = field(repr=False)
    scores: Mapping[tuple[int, int], TrainingScores] = field(repr=False)
    neutrals: Mapping[str, float] = field(repr=False)
    vectors_folder: Path = field(repr=False)
    target: TargetScore | None = None

    @property
    def title(self) -> str:
        """Of the plan."""
        return PLANS[self.plan.plan].title

    @property
    def reached(self) -> bool | None:
        """Of the plan turning: whether the first set is predicted to bring the score to the target. If not, it is all
        that may go. None for other plans."""
        return None if self.target is None else self.removal_sets[0].kind == "turning"

    @property
    def found(self) -> str:
        """What the plan turning found, predicted, in a sentence; empty for other plans."""
        if self.target is None:
            return ""
        first = self.removal_sets[0]
        change = fmean(first.predicted[self.plan.probe])
        return smallest_set_sentence(
            self.plan, self.target, bool(self.reached), first.document_count, change, self.outcome.moved
        )

    @property
    def probes(self) -> list[CheckedProbe]:
        """What was found of each measured probe."""
        return [self._probe(one) for one in self.outcome.probes]

    @property
    def sets(self) -> Any:
        """A row a set and probe: predicted and actual change of the score, with standard errors over seeds."""
        rows = [(one.name, row) for one in self.probes for row in one.rows]
        names = (
            "number", "kind", "document_count", "token_count", "predicted", "predicted_error", "actual",
            "actual_error", "reason",
        )  # fmt: skip
        columns: dict[str, list[Any]] = {"probe": [name for name, _ in rows]}
        return frame(columns | {name: [getattr(row, name) for _, row in rows] for name in names})

    @property
    def kept_vectors(self) -> list[tuple[str, int]]:
        """Of which vectors are kept: before or after, and a seed."""
        return kept_actions(self.vectors_folder, self.plan.seeds) if self.plan.keep_vectors else []

    def vectors(self, when: str = AFTER, seed: int | None = None) -> Any:
        """gensim's KeyedVectors of a training: without the first set, or before it goes.

        Args:
            when: after or before.
            seed: the first one of the plan when left out.

        Raises:
            NotFound: the plan does not keep vectors, or nothing was trained by this seed.
        """
        from gensim.models import KeyedVectors

        return KeyedVectors.load(str(self._vectors(when, seed)), mmap="r")

    def save_vectors(self, path: str | Path, when: str = AFTER, seed: int | None = None) -> None:
        """Writes them: binary where the file's name ends in .bin, as gensim's KeyedVectors where it ends in .kv,
        otherwise word2vec's text format."""
        from skipgram_audit.auditing.keyed_vectors import write_vectors  # It loads gensim.

        write_vectors(Path(path), *read_vectors(self._vectors(when, seed)))

    def _vectors(self, when: str, seed: int | None) -> Path:
        chosen = self.plan.seeds[0] if seed is None else seed
        if (when, chosen) not in self.kept_vectors:
            remedy = "Make the check with keep_vectors; it trains only what is missing."
            if self.plan.keep_vectors:
                remedy = f"Choose after or before. Seeds: {', '.join(map(str, self.plan.seeds))}."
            raise NotFound(f"There are no vectors {when!r} of seed {chosen}.", remedy)
        return vectors_file(self.vectors_folder, when, chosen)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON. ``target`` and ``reached`` are None for other plans than turning."""
        return {
            "plan": self.plan.model_dump(mode="json"),
            "target": None if self.target is None else asdict(self.target),
            "reached": self.reached,
            "outcome": self.outcome.model_dump(mode="json"),
            "sets": [
                {
                    "number": one.number,
                    "kind": one.kind,
                    "control_of": one.control_of,
                    "documents": one.documents,
                    "tokens": one.token_count,
                    "predicted_changes": dict(one.predicted),
                    "scores": {
                        seed: self.scores[one.number, seed].scores
                        for seed in self.plan.seeds
                        if (one.number, seed) in self.scores
                    },
                }
                for one in self.removal_sets
            ],
        }

    def _probe(self, judgement: ProbeJudgement) -> CheckedProbe:
        by_number = {one.number: one for one in self.removal_sets}
        comparisons = [
            f"Without {len(by_number[one.number].documents)} documents "
            f"({SET_KINDS[by_number[one.number].kind].lower()}): {' '.join(comparison_sentence(one, self.plan))}"
            for one in judgement.comparisons
        ]
        dropped = self.outcome.dropped_words.get(judgement.probe)
        notes = [dropped_sentence(dropped)] if dropped else []
        notes += self.outcome.no_controls.values()
        if judgement.unmeasured:
            reason = next(iter(judgement.unmeasured.values()))
            notes.append(f"{len(judgement.unmeasured)} sets could not be measured: {reason}")
        return CheckedProbe(
            judgement.probe,
            judgement,
            verdict(self.plan, judgement, self.neutrals.get(judgement.probe, 0.0)),
            set_measures(judgement.agreement, self.plan) if judgement.agreement else [],
            comparisons,
            notes,
            set_rows(self.removal_sets, self.scores, self.plan.seeds, judgement.probe),
        )

    def __repr__(self) -> str:
        found = "\n".join(f"{one.name}: {one.verdict.title} {one.verdict.sentence}" for one in self.probes)
        return f"Check by retraining: {self.title}\n{found}"

    def _repr_html_(self) -> str:
        from skipgram_audit.report.notebook import check_html

        return check_html(self)
