"""The score without each single word of its probe."""

from dataclasses import dataclass

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import LeftOutWord, ProbeOutcome
from skipgram_audit.report.formatting import joined, percent
from skipgram_audit.report.sentences import format_score

CARRYING_SHARE = 0.25
"""A word, or texts that repeat others, carry a score that moves without them by more than this share of its distance
from neutral."""


@dataclass(frozen=True)
class LeftOut:
    """A word of a probe and what the score is without it.

    Attributes:
        change: score without the word minus score with it; None when there is none without it.
        turns: the score is on the other side of neutral without the word.
        carries: it turns, or changes by more than CARRYING_SHARE.
    """

    word: LeftOutWord
    change: float | None
    turns: bool
    carries: bool


def left_out_words(outcome: ProbeOutcome) -> list[LeftOut]:
    """Every word that was left out, with its mark.

    No word is marked when the score is within one standard error of neutral, or where none is told within one spread
    over seeds: then any word may turn it.
    """
    neutral = KINDS[outcome.kind].neutral
    distance = None if outcome.score is None else outcome.score - neutral
    clear = distance is not None and not _error_beyond(outcome, distance)
    words = []
    for word in outcome.left_out:
        if word.score is None or outcome.score is None or distance is None:
            words.append(LeftOut(word, None, False, False))
            continue
        change = word.score - outcome.score
        turns = clear and (word.score - neutral) * distance < 0
        words.append(LeftOut(word, change, turns, turns or (clear and abs(change) > CARRYING_SHARE * abs(distance))))
    return words


def left_out_sentence(outcome: ProbeOutcome) -> str:
    """Whether single words carry the probe."""
    words = left_out_words(outcome)
    scores = [item.word.score for item in words if item.word.score is not None]
    if not scores or outcome.score is None:
        return ""
    low, high = format_score(outcome, min(scores)), format_score(outcome, max(scores))
    span = f"Without any one of its words the score is between {low} and {high}"
    carriers = [item for item in words if item.carries]
    unmeasurable = [item.word.word for item in words if item.word.score is None]
    tail = f" It cannot be measured without {_any_of(unmeasurable)}." if unmeasurable else ""
    if not carriers:
        error = _error_beyond(outcome, outcome.score - KINDS[outcome.kind].neutral)
        if error:
            return f"{span}; with it, it is within one {error} of neutral, so no word is marked.{tail}"
        return f"{span}: no single word moves it by more than {percent(CARRYING_SHARE)}, none turns its sign.{tail}"
    turning = [item.word.word for item in carriers if item.turns]
    moving = [item.word.word for item in carriers if not item.turns]
    parts = [f"turns its sign without {_any_of(turning)}"] if turning else []
    parts += [f"moves by more than {percent(CARRYING_SHARE)} without {_any_of(moving)}"] if moving else []
    return f"{span}. It rests on single words: it {' and it '.join(parts)}.{tail}"


def _error_beyond(outcome: ProbeOutcome, distance: float) -> str:
    """The name of the score's error where it is no smaller than a distance, else empty: its standard error, or where
    none is told its spread over seeds."""
    if outcome.standard_error is None:
        error, name = outcome.score_spread or 0.0, "spread over seeds"
    else:
        error, name = outcome.standard_error, "standard error"
    return name if abs(distance) <= error else ""


def _any_of(words: list[str]) -> str:
    return joined(words, "or")
