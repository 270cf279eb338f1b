"""What a rewriting does, and what it does to scores, in sentences with every figure that bears on them."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skipgram_audit.model.rewriting import METHODS, RewriteOutcome, RewritePlan, RewrittenScore, Tally
from skipgram_audit.report.confidence import t_quantile, welch_quantile
from skipgram_audit.report.formatting import change as change_text
from skipgram_audit.report.formatting import decimal, joined, percent, plural, score_text, thousands

SHOWN_WORDS = 8

_DONE = {
    "substitute": ("word is replaced", "words are replaced"),
    "augment": ("word is replaced in copies", "words are replaced in copies"),
    "mask": ("word is masked", "words are masked"),
    "delete": ("sentence is deleted", "sentences are deleted"),
    "remove": ("sentence is deleted", "sentences are deleted"),
}


@dataclass(frozen=True)
class ScoreRow:
    """One probe's scores as a table shows them; None where there is none.

    Attributes:
        before, predicted: means over the audit's seeds.
        predicted_error: standard error of the predicted change over seeds.
        trained: mean over the seeds of the retraining; trained_change is against the same seeds on the audited corpus.
        trained_error: standard error of that change over seeds.
        difference: (actual - predicted change) over the standard error of both.
        told: whether the trained change leaves its 95% interval over seeds, by Student's t; agrees: whether the
            difference stays in its own, with the degrees of freedom of Welch 1947. None without an error.
    """

    probe: str
    kind: str
    before: float | None
    predicted: float | None
    predicted_change: float | None
    predicted_error: float | None
    trained: float | None
    trained_change: float | None
    trained_error: float | None
    difference: float | None
    told: bool | None
    agrees: bool | None
    reason: str
    trained_reason: str
    lost_words: tuple[str, ...]


def score_rows(outcome: RewriteOutcome) -> list[ScoreRow]:
    """A row a probe."""
    return [_score_row(one) for one in outcome.scores]


def _score_row(score: RewrittenScore) -> ScoreRow:
    predicted, predicted_error = _change(score.before, score.predicted)
    trained, trained_error = _change(score.trained_before, score.trained)
    told = difference = agrees = None
    if trained is not None and trained_error is not None:
        told = abs(trained) > t_quantile(len(score.trained) - 1) * trained_error > 0
    if predicted is not None and trained is not None and trained_error is not None:
        error = math.hypot(trained_error, predicted_error or 0.0)
        difference = (trained - predicted) / error if error else None
        parts = ((trained_error, len(score.trained)), (predicted_error or 0.0, len(score.predicted)))
        agrees = abs(difference) <= welch_quantile(parts) if difference is not None else None
    return ScoreRow(
        probe=score.probe,
        kind=score.kind,
        before=_mean(score.before),
        predicted=_mean(score.predicted),
        predicted_change=predicted,
        predicted_error=predicted_error,
        trained=_mean(score.trained),
        trained_change=trained,
        trained_error=trained_error,
        difference=difference,
        told=told,
        agrees=agrees,
        reason=score.reason,
        trained_reason=score.trained_reason,
        lost_words=tuple(score.lost_words),
    )


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _change(before: Sequence[float], after: Sequence[float]) -> tuple[float | None, float | None]:
    """Mean of the seeds' changes, and its standard error; none of one seed."""
    if not after or len(before) != len(after):
        return None, None
    changes = [second - first for first, second in zip(before, after, strict=True)]
    error = statistics.stdev(changes) / math.sqrt(len(changes)) if len(changes) > 1 else None
    return statistics.fmean(changes), error


def score_sentence(row: ScoreRow, seeds: int, trained_seeds: int) -> str:
    """What becomes of one probe's score: measured where it was trained, predicted before that."""
    if row.before is None:
        return f"{row.probe}: it was not measured in the audit."
    now = f"{row.probe}: {score_text(row.before, row.kind)} in the audit"
    if row.trained is not None and row.trained_change is not None:
        change = _change_text(row.trained_change, row.trained_error, trained_seeds)
        told = ""
        if row.trained_error is None:
            told = " One seed does not say whether that is more than the noise of training."
        elif not row.told:
            told = " That is not told from the noise of training."
        return (
            f"{now}, {score_text(row.trained, row.kind)} after retraining, a change of {change}.{told}{_agreement(row)}"
        )
    if row.trained_reason:
        return f"{now}. After retraining it has no score: {row.trained_reason}"
    if row.predicted is not None:
        change = _change_text(row.predicted_change, row.predicted_error, seeds)
        return (
            f"{now}, {score_text(row.predicted, row.kind)} predicted, a change of {change}. It is a prediction "
            "until it is retrained."
        )
    return f"{now}. There is no prediction: {row.reason or 'it was not asked for.'}"


def _change_text(change: float | None, error: float | None, seeds: int) -> str:
    over = f"over {plural(seeds, 'seed')}"
    if error is None:
        return f"{change_text(change)} {over}"
    return f"{change_text(change, error)} (standard error {over})"


def _agreement(row: ScoreRow) -> str:
    if row.predicted_change is None:
        return f" It was not predicted: {row.reason}" if row.reason else ""
    predicted = f" Predicted was {change_text(row.predicted_change, row.predicted_error)}"
    if row.difference is None:
        return f"{predicted}."
    away = f"{decimal(abs(row.difference), 1)} standard errors away"
    return f"{predicted}, {away}." if row.agrees else f"{predicted}, {away}: more than the noise of seeds explains."


def plan_title(plan: RewritePlan) -> str:
    """The method and its lists, in a few words."""
    return f"{METHODS[plan.method].title.partition(':')[0]} {', '.join(one.name for one in plan.lists)}".strip()


def summary_sentence(plan: RewritePlan, tally: Tally) -> str:
    """What changes, in numbers."""
    parts = []
    if tally.changes or plan.method not in ("remove", "add"):
        one, many = _DONE[plan.method]
        share = tally.changed_tokens / tally.tokens_before if tally.tokens_before else 0.0
        rewritten = tally.changed + tally.copied + tally.emptied
        parts.append(
            f"{thousands(tally.changes)} {one if tally.changes == 1 else many} in {thousands(rewritten)} of "
            f"{plural(tally.documents, 'document')}: {percent(share, 1)} of the words that are trained on."
            + (f" Why: {plan.removed_why}." if plan.method == "remove" else "")
        )
    if tally.copied:
        parts.append(f"{plural(tally.copied, 'copy', 'copies')} {'is' if tally.copied == 1 else 'are'} added.")
    if tally.added:
        parts.append(f"{plural(tally.added, 'text')} {'is' if tally.added == 1 else 'are'} added.")
    if tally.removed:
        parts.append(
            f"{plural(tally.removed, 'document')} {'goes' if tally.removed == 1 else 'go'}: {plan.removed_why}."
        )
    if tally.emptied:
        parts.append(f"{plural(tally.emptied, 'document')} {'goes' if tally.emptied == 1 else 'go'}: no word is left.")
    parts.append(
        f"{plural(tally.documents_after, 'document')} {'is' if tally.documents_after == 1 else 'are'} in the result."
    )
    return " ".join(parts)


def how_sentence(plan: RewritePlan) -> str:
    """What was asked for."""
    if plan.method == "remove":
        return "No word is rewritten."
    if plan.method == "add":
        return "The texts of the corpus stay as they are, and others join them."
    lists = joined([one.title or one.name for one in plan.lists])
    where = "the whole corpus" if plan.positions is None else plural(len(plan.positions), "chosen document")
    drawn = "" if plan.share >= 1 else f" Each document is drawn with probability {plan.share:g}, by seed {plan.seed}."
    return f"{METHODS[plan.method].title}. Lists: {lists}. In {where}.{drawn}"


def derivation_sentence(plan: RewritePlan, undone: Mapping[str, Sequence[int]]) -> str:
    """How a corpus was made from another one.

    Args:
        undone: position of a document -> where the changes begin that were not made.
    """
    parts = [how_sentence(plan)]
    if plan.added:
        parts.append(f"Added: {plural(len(plan.added), 'text')}.")
    if plan.copies and plan.positions:
        parts.append(f"{plural(len(plan.positions), 'document')} counted {plan.copies + 1} times.")
    if plan.removed:
        parts.append(f"Removed: {plural(len(plan.removed), 'document')}, {plan.removed_why}.")
    if plan.removed_sentences:
        parts.append(f"Removed: {plural(len(plan.removed_sentences), 'sentence')}, {plan.removed_why}.")
    count = sum(map(len, undone.values()))
    if count:
        parts.append(f"{plural(count, 'change')} undone.")
    return " ".join(parts)


def notes(plan: RewritePlan, tally: Tally) -> list[str]:
    """What should be known before the result is used."""
    found = []
    if tally.undone:
        found.append(f"{plural(tally.undone, 'proposed change')} {'is' if tally.undone == 1 else 'are'} undone.")
    if tally.missing_words:
        found.append(
            f"{thousands(len(tally.missing_words))} of {thousands(tally.found_words + len(tally.missing_words))} words "
            f"of the lists are not in the vocabulary of the audit: {_listed(tally.missing_words)}."
        )
    if tally.without_vector:
        count = sum(one.count for one in tally.without_vector)
        found.append(
            f"{thousands(count)} replacements are words that the audit has no vector for, so predictions pass over "
            f"them: {_listed([one.why for one in tally.without_vector])}."
        )
    if any(part.grammar for one in plan.lists for part in one.parts()) and plan.method in ("substitute", "augment"):
        how = "by a part-of-speech tagger" if plan.grammar == "tagger" else "by the word that follows"
        found.append(
            f"“her” and “his” have two counterparts each, which are told apart {how}. Of 100 times “her” "
            "about 3 were wrong, by a hand count; “his” was not counted. Look at the changes."
        )
    if any(part.capitalised for one in plan.lists for part in one.parts()):
        found.append("Names are found by their capital alone: a surname, or a place that bears the name, changes, too.")
    if plan.method == "mask" and not plan.mask_is_word:
        found.append("The mask is no word: the words around a masked one become neighbours of each other.")
    return found


def _listed(words: Sequence[str]) -> str:
    more = len(words) - SHOWN_WORDS
    return ", ".join(words[:SHOWN_WORDS]) + (f" and {thousands(more)} more" if more > 0 else "")
