"""The scores of one probe in two audits: their difference, and what chance alone would make of it."""

import math
from dataclasses import dataclass

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.confidence import t_quantile
from skipgram_audit.report.formatting import decimal, score_text, signed
from skipgram_audit.store.audits import score_of
from skipgram_audit.store.models import AuditProbe


@dataclass(frozen=True)
class ScoreDifference:
    """The second score minus the first, both means over seeds.

    Attributes:
        training_error: standard error of the difference by the chance of training, sqrt(s1^2 / n1 + s2^2 / n2) with
            the spreads s over n seeds; None when either audit has one seed.
        document_error: by the choice of documents, sqrt(e1^2 + e2^2) with the standard errors e over documents, as
            if the two corpora were drawn independently; None when either is unknown.
        combined_error: both together.
        training_reach, reach: half the length of the 95% interval by training_error and by combined_error.
        degrees_of_freedom: of the combined error (Welch 1947), where the documents' part counts as known exactly.
        same_trainings: seed by seed the scores are the same numbers, so only influences can differ, and every error of
            the difference is zero.
    """

    difference: float
    training_error: float | None
    document_error: float | None
    combined_error: float | None
    training_reach: float | None
    reach: float | None
    degrees_of_freedom: float | None
    same_trainings: bool


def score_difference(first: AuditProbe, second: AuditProbe, paired_error: float | None = None) -> ScoreDifference:
    """The difference of two measured scores of one probe.

    Args:
        paired_error: standard error of the difference over documents that both audits have, where it is known; it
            takes the place of the independent errors.
    """
    if _seed_scores(first) == _seed_scores(second):
        # The same vectors: whatever the seeds and the documents, both audits would have scored the same.
        return ScoreDifference(score_of(second) - score_of(first), 0.0, 0.0, 0.0, 0.0, 0.0, None, same_trainings=True)
    parts = [_training_part(probe) for probe in (first, second)]
    errors = [probe.standard_error for probe in (first, second)]
    known = [part for part in parts if part is not None]
    training = sum(variance for variance, _ in known) if len(known) == 2 else None
    documents = sum(error**2 for error in errors if error is not None) if None not in errors else None
    if paired_error is not None:
        documents = paired_error**2
    freedom = training_reach = combined = reach = None
    if training is not None:
        squares = sum(variance**2 / (seeds - 1) for variance, seeds in known)
        training_reach = math.sqrt(training) * t_quantile(training**2 / squares if squares else math.inf)
        if documents is not None:
            combined = math.sqrt(training + documents)
            freedom = (training + documents) ** 2 / squares if squares else math.inf
            # The documents' part is taken as known, so it adds degrees of freedom with its error; more error must
            # not give narrower bounds.
            reach = max(training_reach, combined * t_quantile(freedom))
    return ScoreDifference(
        difference=score_of(second) - score_of(first),
        training_error=None if training is None else math.sqrt(training),
        document_error=None if documents is None else math.sqrt(documents),
        combined_error=combined,
        training_reach=training_reach,
        reach=reach,
        degrees_of_freedom=freedom if freedom is not None and math.isfinite(freedom) else None,
        same_trainings=False,
    )


def _training_part(probe: AuditProbe) -> tuple[float, int] | None:
    """The variance of a mean score by the chance of training, and the number of seeds; None with one seed."""
    seeds = len(probe.by_seed)
    if seeds < 2 or probe.score_spread is None:
        return None
    return probe.score_spread**2 / seeds, seeds


def _seed_scores(probe: AuditProbe) -> list[tuple[int, float]]:
    return sorted((seed["seed"], seed["score"]) for seed in probe.by_seed)


def score_sentence(found: ScoreDifference, kind: str) -> str:
    """How large a difference is and how sure, in a sentence or two."""
    digits = KINDS[kind].digits
    change = signed(found.difference, digits)
    if found.same_trainings:
        return "Both audits measured the same trained vectors, so the score is the same; only influences can differ."
    if found.training_reach is None:
        return (
            f"One of the audits has a single seed, so the chance of training is not known: it alone may make a "
            f"difference of {change}."
        )
    size = abs(found.difference)
    if size <= found.training_reach:
        return (
            f"No difference can be told: other seeds alone would move it by up to "
            f"{decimal(found.training_reach, digits)} (95%)."
        )
    beyond = f"The difference is larger than the chance of training (±{decimal(found.training_reach, digits)} at 95%)"
    if found.reach is None:
        return f"{beyond}; how much other documents would move it is not known."
    if size <= found.reach:
        return (
            f"{beyond}, so it is there for these documents; but another sample of such documents may take it away "
            f"(±{decimal(found.reach, digits)} with both)."
        )
    return f"{beyond} and than training and the choice of documents together (±{decimal(found.reach, digits)})."


def score_with_errors(probe: AuditProbe) -> str:
    """A score as a table writes it: its spread, when more than one seed was trained, and its standard error."""
    digits = KINDS[probe.kind].digits
    spread = f" ± {decimal(probe.score_spread, digits)}" if len(probe.by_seed) > 1 else ""
    return f"{score_text(probe.score, probe.kind)}{spread}"
