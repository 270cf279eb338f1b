"""A rewriting with what it was found to do, in words and numbers: for reports."""

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

STALE = "Changes were undone since this was found. The numbers are those from before."


class FinishedRewriting(BaseModel):
    """A rewriting whose scores were predicted, and trained where that was asked for; without its word lists."""

    title: str = Field(description="The method and its lists, in a few words.")
    how: str = Field(description="What was asked for.")
    summary: str = Field(description="What changes, in numbers.")
    notes: list[str] = Field(description="What should be known before the result is used.")
    outcome: RewriteOutcome

    @classmethod
    def of(cls, plan: RewritePlan, outcome: RewriteOutcome, is_current: bool = True) -> Self:
        """Args:
        is_current: whether the outcome is for the changes as they are undone now.
        """
        return cls(
            title=plan_title(plan),
            how=how_sentence(plan),
            summary=summary_sentence(plan, outcome.tally),
            notes=notes(plan, outcome.tally) + ([] if is_current else [STALE]),
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
