"""A rewriting with what it was found to do, in words and numbers: for reports."""

import hashlib
from typing import Any, Self

from pydantic import BaseModel, Field

from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan
from skipgram_audit.report.rewrite_sentences import (
    ScoreRow,
    how_sentence,
    notes,
    plan_title,
    score_rows,
    score_sentence,
    summary_sentence,
)


class FinishedRewriting(BaseModel):
    """A rewriting whose scores were predicted, and trained where that was asked for; without its word lists.

    Where changes are undone afterwards, it is none until its scores are predicted again.
    """

    title: str = Field(description="The method and its lists, in a few words.")
    how: str = Field(description="What was asked for.")
    summary: str = Field(description="What changes, in numbers.")
    notes: list[str] = Field(description="What should be known before the result is used.")
    plan_sha256: str = Field(default="", description="Tells two rewritings apart by what was asked for.")
    outcome: RewriteOutcome

    @classmethod
    def of(cls, plan: RewritePlan, outcome: RewriteOutcome) -> Self:
        """A rewriting by its plan and what was found."""
        return cls(
            title=plan_title(plan),
            how=how_sentence(plan),
            summary=summary_sentence(plan, outcome.tally),
            notes=notes(plan, outcome.tally),
            plan_sha256=sha256_of(plan),
            outcome=outcome,
        )

    @property
    def rows(self) -> list[ScoreRow]:
        """The scores as a table shows them."""
        return score_rows(self.outcome)

    @property
    def sentences(self) -> list[str]:
        """What becomes of each score, in the order of the rows."""
        seeds = (len(self.outcome.seeds), len(self.outcome.trained_seeds))
        return [score_sentence(row, *seeds) for row in self.rows]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, with what becomes of each score in words."""
        findings = [{"probe": row.probe, "finding": text} for row, text in zip(self.rows, self.sentences, strict=True)]
        return {**self.model_dump(mode="json"), "findings": findings}


def sha256_of(plan: RewritePlan) -> str:
    """Of everything that was asked for, its word lists, too."""
    return hashlib.sha256(plan.model_dump_json().encode()).hexdigest()
