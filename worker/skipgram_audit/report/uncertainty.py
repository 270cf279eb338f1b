"""How far a score can be trusted, in plain sentences: its interval, the shuffled null, and its single words."""

from dataclasses import dataclass
from statistics import fmean, stdev

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import LeftOutWord, ProbeOutcome
from skipgram_audit.report.formatting import decimal, percent, score_text

NORMAL_95 = 1.96
"""Standard errors to either side of a score that hold 95% of a normal distribution."""

CARRYING_SHARE = 0.25
"""A word without which the score moves by more than this share of its distance from neutral carries the probe."""

FEW_SHUFFLES = 39
"""With fewer, chance alone puts a score beyond all shuffles in more than 5% of cases."""

LISTED_SHUFFLES = 3


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


def interval_of(outcome: ProbeOutcome) -> tuple[float, float] | None:
    """The 95% interval over documents: score +- 1.96 standard errors; None where either is unknown."""
    if outcome.score is None or outcome.standard_error is None:
        return None
    reach = NORMAL_95 * outcome.standard_error
    return outcome.score - reach, outcome.score + reach


def interval_reading(outcome: ProbeOutcome) -> str:
    """The interval as a table writes it."""
    interval = interval_of(outcome)
    return f"{_said(outcome, interval[0])} to {_said(outcome, interval[1])}" if interval else "–"


def null_summary(outcome: ProbeOutcome) -> str:
    """The scores on shuffled text as a table writes them: mean and spread, or the one there is."""
    scores = outcome.null_scores
    if not scores:
        return "–"
    mean = _said(outcome, fmean(scores))
    return mean if len(scores) == 1 else f"{mean} ± {decimal(stdev(scores), KINDS[outcome.kind].digits)}"


def null_reading(outcome: ProbeOutcome) -> str:
    """What the same words score in shuffled order, and whether the score is beyond that."""
    scores = outcome.null_scores
    if outcome.score is None:
        return ""
    if not scores:
        return "Nothing was trained on shuffled text, so what word frequency alone would score is not known."
    count = len(scores)
    if count <= LISTED_SHUFFLES:
        told = " and ".join(_said(outcome, score) for score in scores)
    else:
        low, high = _said(outcome, min(scores)), _said(outcome, max(scores))
        told = f"{null_summary(outcome)}, from {low} to {high} over {count} shuffles"
    said = f"When the words of the corpus are shuffled before training, this probe scores {told}: "
    said += "that much comes of word frequency and chance alone. "
    if min(scores) <= outcome.score <= max(scores):
        return f"{said}The score of {_said(outcome, outcome.score)} is within that range."
    neutral = KINDS[outcome.kind].neutral
    if any(
        (score - neutral) * (outcome.score - neutral) > 0 and abs(score - neutral) >= abs(outcome.score - neutral)
        for score in scores
    ):
        return (
            f"{said}The score of {_said(outcome, outcome.score)} is weaker than that, so word frequency alone could "
            "explain it."
        )
    beyond = f"{said}The score of {_said(outcome, outcome.score)} is beyond {'all of them' if count > 1 else 'it'}"
    if count < FEW_SHUFFLES:
        return (
            f"{beyond}; {count} {'shuffle is' if count == 1 else 'shuffles are'} a rough guide, {FEW_SHUFFLES} a test."
        )
    return f"{beyond}, as chance alone would have it in {percent(2 / (count + 1))} of cases at most."


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


def left_out_reading(outcome: ProbeOutcome) -> str:
    """Whether single words carry the probe."""
    words = left_out_words(outcome)
    scores = [item.word.score for item in words if item.word.score is not None]
    if not scores or outcome.score is None:
        return ""
    low, high = _said(outcome, min(scores)), _said(outcome, max(scores))
    span = f"Without any one of its words the score is between {low} and {high}"
    carriers = [item for item in words if item.carries]
    unmeasurable = [item.word.word for item in words if item.word.score is None]
    tail = f" It cannot be measured without {_listed(unmeasurable)}." if unmeasurable else ""
    if not carriers:
        error = _error_beyond(outcome, outcome.score - KINDS[outcome.kind].neutral)
        if error:
            return f"{span}; with it, it is within one {error} of neutral, so no word is marked.{tail}"
        return f"{span}: no single word moves it by more than {percent(CARRYING_SHARE)}, none turns its sign.{tail}"
    turning = [item.word.word for item in carriers if item.turns]
    moving = [item.word.word for item in carriers if not item.turns]
    said = [f"turns its sign without {_listed(turning)}"] if turning else []
    said += [f"moves by more than {percent(CARRYING_SHARE)} without {_listed(moving)}"] if moving else []
    return f"{span}. It rests on single words: it {' and it '.join(said)}.{tail}"


def stability_reading(outcome: ProbeOutcome, document_count: int) -> str:
    """How many documents keep their sign over the seeds, against chance."""
    seeds, with_influence = len(outcome.by_seed), document_count - outcome.zero_documents
    if outcome.stable_documents is None or seeds < 2 or with_influence <= 0:
        return ""
    return (
        f"{percent(outcome.stable_documents / with_influence)} of the documents with influence have the same sign in "
        f"all {seeds} seeds; were their signs chance, {percent(2.0 ** (1 - seeds))} would."
    )


def _error_beyond(outcome: ProbeOutcome, distance: float) -> str:
    """The name of the score's error where it is no smaller than a distance, else empty: its standard error, or where
    none is told its spread over seeds."""
    if outcome.standard_error is None:
        error, name = outcome.score_spread or 0.0, "spread over seeds"
    else:
        error, name = outcome.standard_error, "standard error"
    return name if abs(distance) <= error else ""


def _said(outcome: ProbeOutcome, score: float) -> str:
    """A score as the probe's kind is written."""
    return score_text(score, outcome.kind)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
