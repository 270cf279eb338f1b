"""What is said of an answer to a what-if: how it was made, and how far to trust it at its size."""

from skipgram_audit.model.calibration import Calibration
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.report.formatting import capital, decimal, percent, plural
from skipgram_audit.report.set_findings import misleading_sentence

SMALLEST_SHARE = 0.0001
"""Of the words, that is told as a number."""

LARGE_SHARE = 0.5
FAR_AWAY = (
    "The scores here are rough: with so little of the corpus left, predictions missed what retraining gives by up to "
    "1.1 where that was tried."
)
"""Random sets of half to three quarters of the words, two corpora: docs/benchmarks/what-ifs.md, smallest sets."""


def lead_sentence(documents: int, weight: float, texts: int) -> str:
    """What the scores of an answer are expected for: the line above them."""
    parts = []
    if documents:
        them = "it" if documents == 1 else "them"
        parts.append(f"without {them}" if weight == 0 else f"with {them} counted {weight:g} times")
    if texts:
        parts.append(f"with the {'text' if texts == 1 else 'texts'} added")
    return f"{capital(' and '.join(parts))}, every probe of this audit is expected to score:"


def words_sentence(share: float) -> str:
    """How much less or more text there is; empty where the amount stays.

    Args:
        share: of the words that goes, below zero where words come.
    """
    if share == 0:
        return ""
    amount = percent(abs(share), 2) if abs(share) >= SMALLEST_SHARE else f"less than {percent(SMALLEST_SHARE, 2)}"
    return capital(f"{amount} of the words go." if share > 0 else f"{amount} more words come.")


def method_sentence(answer: WhatIfAnswer, weight: float, texts: int) -> str:
    """How the scores were made, and that they are rough where most of the text goes.

    Args:
        weight: of the documents; texts: how many are added.
    """
    far = f" {FAR_AWAY}" if answer.share >= LARGE_SHARE else ""
    return _method(answer, weight, texts) + far


def _method(answer: WhatIfAnswer, weight: float, texts: int) -> str:
    if answer.method == "predicted":
        this = "this set as a whole" if answer.documents + texts > 1 else "this"
        confirm = ": confirm it" if weight == int(weight) else ""
        return (
            f"The audit’s estimator predicted {this}. Cite this, and not the sum of the influences, which is of first "
            f"order. How near it is to retraining is not in these numbers{confirm}."
        )
    if answer.method == "sum":
        return (
            "A first answer: the sum of the influences. It is near where the change is small, and too large or too "
            "small for the strongest documents and for many. This audit has no calibration yet, so there is no "
            "interval."
        )
    kind = (
        ""
        if weight == 0 and not texts
        else " The calibration has only removals in it, so this interval is a rough guide."
    )
    return (
        "A first answer: the sum of the influences, on a curve that was fitted to sets which the estimator predicted. "
        "The interval holds the estimator’s own prediction for about 95 of 100 sets like those." + kind
    )


def trust_sentence(one: WhatIfScore, calibration: Calibration | None, digits: int) -> str:
    """How far an answer at once was off for sets of like size."""
    if one.after is None or one.high is None:
        return ""
    if one.error_like is None:
        sizes = f" It has sets of {calibration.smallest:,} to {calibration.largest:,} documents." if calibration else ""
        return f"No set of the calibration is of like size.{sizes}"
    least = 10.0**-digits
    off = decimal(one.error_like, digits) if one.error_like >= least / 2 else f"less than {decimal(least, digits)}"
    return f"Off by {off} on average for {plural(one.sets_like, 'set')} of like size."


def misled_sentence(
    at_once: WhatIfScore, predicted: float | None, of_documents: bool, actual: float | None = None
) -> str:
    """Where the ranking misleads about what was asked; empty where it does not.

    Args:
        at_once: the answer at once of a probe.
        predicted: the score that the estimator predicts; the answer at once stands in where it is None.
        of_documents: whether documents are left out or weighted; otherwise texts are added.
        actual: change that retraining found, where it is told from none.
    """
    after = at_once.after if predicted is None else predicted
    change = None if after is None else after - at_once.before
    noun = "document" if of_documents else "text"
    return misleading_sentence(at_once.first_order, change, actual, noun, at_once.before)
