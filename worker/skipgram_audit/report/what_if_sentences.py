"""What is said of an answer to a what-if: how it was made, and how far to trust it at its size."""

from skipgram_audit.model.calibration import Calibration
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.report.formatting import decimal, plural

SMALL_SHARE = 0.001
"""Of the words, up to which a sum of influences is first order in what goes."""


def method_sentence(answer: WhatIfAnswer, is_removal: bool) -> str:
    """How the scores were made."""
    if answer.method == "predicted":
        return (
            "The audit’s estimator predicted this set as a whole. How near that is to retraining is not in these "
            "numbers: confirm it."
        )
    if answer.method == "sum":
        return (
            "A first answer: the sum of the influences. It is good for few documents, and too large or too small for "
            "many. This audit has no calibration yet, so there is no interval."
        )
    kind = "" if is_removal else " The calibration has only removals in it, so this interval is a rough guide."
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
    return f"Off by {decimal(one.error_like, digits)} on average for {plural(one.sets_like, 'set')} of like size."
