"""What may be said of a probe's score: the only place where it is interpreted, for pages, reports and the command line.

Everything that bears on a score is a piece of evidence, which speaks for it, against it, or is missing. The verdict
follows from the pieces:

- ``unstable``: the seeds do not agree on the side of the score.
- ``chance``: the interval holds the neutral value, the two-sided p is 0.05 or more, or shuffled text scores as much.
- ``weak``: nothing of that, but something is missing or limits what the score says.
- ``found``: everything that an audit measures of this kind of probe speaks for it.
- ``too_few_words``, ``not_measurable``: there is no score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean, stdev
from typing import Any

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.report.formatting import capital, decimal, joined, plural, probability, score_text
from skipgram_audit.report.left_out import CARRYING_SHARE
from skipgram_audit.report.sentences import coverage, format_score, kind_of, list_names

NORMAL_95 = 1.96
"""Standard errors to either side of a score that hold 95% of a normal distribution."""

LARGEST_P = 0.05
"""From this on a permutation test does not tell a score from chance."""

SMALL_EFFECT = 0.2
"""Cohen's conventional bound of a small standardised difference."""

FEW_SHUFFLES = 39
"""With fewer, chance alone puts a score beyond all shuffles in more than 5% of cases."""

CLEARLY_BEYOND = 1.25
"""Times the distance from neutral of the farthest of few shuffles: a score must be further out, and by more than two
spreads over seeds, since another shuffle would score something else."""

LISTED_SHUFFLES = 3
ENOUGH_WORDS = 0.5
"""Share of a word list that must be found; with less the list no longer stands for what it is named after."""

STEADY_VECTORS = 0.3
"""Share of nearest words that two seeds have in common, from which vectors are called settled. In three corpora it is
0.1 to 0.3 for words of 5 to 20 occurrences, and 0.5 to 0.6 for those of 100 and more (docs/benchmarks/neighbours.md).
"""

STEADY_COUNT = 50
"""Occurrences from which about half of the nearest words are the same in two seeds."""

TITLES = {
    "found": "Found",
    "weak": "Weak evidence",
    "chance": "Not told from chance",
    "unstable": "Unstable",
    "too_few_words": "Too few words",
    "not_measurable": "Not measurable",
}
"""Of the answers, the strongest first."""


class Support(Enum):
    """What a piece of evidence does for a score."""

    FOR = "for"
    AGAINST = "against"
    LIMIT = "limit"
    MISSING = "missing"
    NONE = "none"
    """Nothing: this kind of probe has no such test."""


@dataclass(frozen=True)
class Evidence:
    """One thing that bears on a score.

    Attributes:
        name: ``interval``, ``permutation``, ``shuffled_text``, ``seeds``, ``words``, ``vectors``, ``single_words``,
            ``repeats`` or ``size``.
        clause: what it says, for the verdict's sentence; empty where it does not belong there.
        sentence: the same in full, with all its numbers.
    """

    name: str
    support: Support
    clause: str
    sentence: str


@dataclass(frozen=True)
class ProbeVerdict:
    """What may be said of a probe.

    Attributes:
        answer: a key of TITLES.
        sentence: the answer with the reasons for it.
        evidence: everything that bears on it.
    """

    answer: str
    sentence: str
    evidence: tuple[Evidence, ...]

    @property
    def title(self) -> str:
        return TITLES[self.answer]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        evidence = [
            {"about": one.name, "support": one.support.value, "sentence": one.sentence} for one in self.evidence
        ]
        return {"answer": self.answer, "title": self.title, "sentence": self.sentence, "evidence": evidence}

    def about(self, name: str) -> str:
        """The sentence of a piece of evidence; empty when there is none."""
        return next((one.sentence for one in self.evidence if one.name == name), "")


def probe_verdict(outcome: ProbeOutcome) -> ProbeVerdict:
    """The verdict on a probe, from everything that was measured of it."""
    if outcome.score is None:
        return ProbeVerdict(outcome.verdict or "not_measurable", outcome.reason, ())
    evidence = tuple(
        one
        for one in (
            _interval(outcome, outcome.score),
            _permutation(outcome),
            _shuffled_text(outcome, outcome.score),
            _seeds(outcome, outcome.score),
            _words(outcome),
            _vectors(outcome),
            _single_words(outcome, outcome.score),
            _repeats(outcome, outcome.score),
            _size(outcome, outcome.score),
        )
        if one is not None
    )
    answer = _answer(evidence)
    return ProbeVerdict(answer, _sentence(outcome, outcome.score, answer, evidence), evidence)


def concluded(outcome: ProbeOutcome) -> dict[str, Any]:
    """Plain values for JSON: the outcome with its conclusion, whose answer is the verdict."""
    found = probe_verdict(outcome)
    return {**outcome.as_dict(), "verdict": found.answer, "conclusion": found.as_dict()}


def clearest(verdicts: Sequence[ProbeVerdict]) -> int:
    """The place of the strongest verdict, the first of those alike: the probe that an audit shows and checks first."""
    return min(range(len(verdicts)), key=lambda place: list(TITLES).index(verdicts[place].answer))


def _answer(evidence: tuple[Evidence, ...]) -> str:
    against = {one.name for one in evidence if one.support is Support.AGAINST}
    if against:
        return "unstable" if "seeds" in against else "chance"
    limited = any(one.support in (Support.LIMIT, Support.MISSING) for one in evidence)
    return "weak" if limited else "found"


def _sentence(outcome: ProbeOutcome, score: float, answer: str, evidence: tuple[Evidence, ...]) -> str:
    name, value = kind_of(outcome).score, score_text(score, outcome.kind)
    if answer == "unstable":
        return f"The {name} of {value} cannot be relied on: {_clauses(evidence, Support.AGAINST)}."
    if answer == "chance":
        return f"The {name} of {value} cannot be told from chance: {_clauses(evidence, Support.AGAINST)}."
    if answer == "weak":
        limits = _clauses(evidence, Support.LIMIT, Support.MISSING)
        return f"{capital(claim(outcome))} ({name} {value}), but the evidence is weak: {limits}."
    return f"{capital(claim(outcome))}. {capital(name)} {value} ({_clauses(evidence, Support.FOR)})."


def _clauses(evidence: tuple[Evidence, ...], *support: Support) -> str:
    return "; ".join(one.clause for one in evidence if one.support in support and one.clause)


def claim(outcome: ProbeOutcome) -> str:
    """What the score says of the word lists if it is no chance: a clause, whose lists are in quotation marks."""
    kind = kind_of(outcome)
    if outcome.score is None or outcome.score == kind.neutral:
        return f"the score is its neutral value, {kind.neutral:g}"
    return (kind.above if outcome.score > kind.neutral else kind.below).format(**list_names(outcome, quoted=True))


def interval_of(outcome: ProbeOutcome) -> tuple[float, float] | None:
    """The 95% interval over documents: score +- 1.96 standard errors, cut where no score can be; None where unknown.

    No true score lies beyond the limits of its kind, so the cut interval holds it as often as the uncut one.
    """
    if outcome.score is None or outcome.standard_error is None:
        return None
    reach = NORMAL_95 * outcome.standard_error
    least, largest = score_limits(outcome)
    return max(outcome.score - reach, least), min(outcome.score + reach, largest)


def score_limits(outcome: ProbeOutcome) -> tuple[float, float]:
    """The least and the largest score that there can be with the words that were found."""
    kind = kind_of(outcome)
    role = "attribute" if kind.permuted == "attribute" else "target"
    return kind.limits({one.name: len(one.found) for one in coverage(outcome) if one.role == role})


def interval_text(outcome: ProbeOutcome) -> str:
    """The interval as a table writes it."""
    interval = interval_of(outcome)
    return f"{format_score(outcome, interval[0])} to {format_score(outcome, interval[1])}" if interval else "–"


def null_text(outcome: ProbeOutcome) -> str:
    """The scores on shuffled text as a table writes them: mean and spread, or the one there is."""
    scores = outcome.null_scores
    if not scores:
        return "–"
    mean = format_score(outcome, fmean(scores))
    return mean if len(scores) == 1 else f"{mean} ± {decimal(stdev(scores), KINDS[outcome.kind].digits)}"


def _interval(outcome: ProbeOutcome, score: float) -> Evidence:
    interval, kind = interval_of(outcome), kind_of(outcome)
    if interval is None:
        reason = outcome.standard_error_reason
        clause = "how far other documents would move the score is not known"
        return Evidence("interval", Support.MISSING, clause, f"{capital(clause)}. {reason}")
    written, neutral = interval_text(outcome), f"{kind.neutral:g}"
    if kind.bounds[0] == kind.neutral:
        sentence = f"The 95% interval over documents is {written}. A score of this kind is never below {neutral}."
        return Evidence("interval", Support.NONE, "", sentence)
    if interval[0] <= kind.neutral <= interval[1]:
        clause = f"its 95% interval over documents, {written}, holds {neutral}"
        sentence = f"Other documents of this kind could give a score on the other side: {clause}."
        return Evidence("interval", Support.AGAINST, clause, sentence)
    clause = f"95% interval over documents {written}"
    sentence = f"The 95% interval over documents, {written}, does not hold {neutral}."
    return Evidence("interval", Support.FOR, clause, sentence)


def _permutation(outcome: ProbeOutcome) -> Evidence:
    kind, two_sided = kind_of(outcome), outcome.p_value_two_sided
    if not kind.permuted:
        return Evidence("permutation", Support.NONE, "", kind.no_test)
    if two_sided is None:
        one_sided = (
            ""
            if outcome.p_value is None
            else f" The one-sided p, of a score as high as this or higher, is {probability(outcome.p_value)}."
        )
        clause = "its two-sided p is not known"
        return Evidence("permutation", Support.MISSING, clause, f"{capital(clause)}.{one_sided} Run the audit again.")
    significant, written = two_sided < LARGEST_P, probability(two_sided)
    clause = f"two-sided p {written}" if significant else f"its two-sided p is {written}"
    sentence = (
        f"If the {kind.permuted} words were dealt to the two lists at random, the lists would be this far apart, in "
        f"either direction, with probability {written} (two-sided p)."
    )
    if outcome.p_value is not None:
        sentence += f" One-sided, as high as this or higher: {probability(outcome.p_value)}."
    return Evidence("permutation", Support.FOR if significant else Support.AGAINST, clause, sentence)


def _shuffled_text(outcome: ProbeOutcome, score: float) -> Evidence:
    scores, neutral = outcome.null_scores, kind_of(outcome).neutral
    if not scores:
        clause = "nothing was trained on shuffled text"
        sentence = f"{capital(clause)}, so what word frequency and chance alone would score is not known."
        return Evidence("shuffled_text", Support.MISSING, clause, sentence)
    count = len(scores)
    low, high = format_score(outcome, min(scores)), format_score(outcome, max(scores))
    if count <= LISTED_SHUFFLES:
        written = joined([format_score(outcome, one) for one in scores])
    else:
        written = f"{null_text(outcome)} (mean and spread), from {low} to {high} over {count} shuffles"
    lead = f"With the words of the corpus in random order, this probe scores {written}. "
    farthest = max(scores, key=lambda one: abs(one - neutral))
    distance, reached = abs(score - neutral), abs(farthest - neutral)
    beyond = distance - 2.0 * (outcome.score_spread or 0.0) > reached * (
        CLEARLY_BEYOND if count < FEW_SHUFFLES else 1.0
    )
    if not beyond:
        clause = f"shuffled text scores {format_score(outcome, farthest)}, " + (
            f"nearly as far from {neutral:g}" if distance > reached else f"no less far from {neutral:g}"
        )
        sentence = f"{lead}Word frequency and chance alone could explain the score: {clause}."
        return Evidence("shuffled_text", Support.AGAINST, clause, sentence)
    clause = f"shuffled text {format_score(outcome, farthest)}{' at its farthest' if count > 1 else ''}"
    sentence = f"{lead}The score is clearly further from {neutral:g} than {'each of these' if count > 1 else 'this'}."
    if count < FEW_SHUFFLES:
        sentence += f" {capital(plural(count, 'shuffle'))} can only guide; a test takes {FEW_SHUFFLES}."
    return Evidence("shuffled_text", Support.FOR, clause, sentence)


def _seeds(outcome: ProbeOutcome, score: float) -> Evidence:
    scores, neutral = [seed.score for seed in outcome.by_seed], kind_of(outcome).neutral
    if len(scores) < 2:
        clause = "only one training was measured, so the chance of training is not known"
        return Evidence("seeds", Support.MISSING, clause, f"{capital(clause)}.")
    low, high = format_score(outcome, min(scores)), format_score(outcome, max(scores))
    if min(scores) <= neutral <= max(scores) and min(scores) < max(scores):
        clause = f"its seeds score from {low} to {high}, on both sides of {neutral:g}"
        return Evidence("seeds", Support.AGAINST, clause, f"The seeds do not agree: {clause}.")
    seeds = "Both seeds" if len(scores) == 2 else f"All {len(scores)} seeds"
    return Evidence("seeds", Support.FOR, "", f"{seeds} score on the same side of {neutral:g}: {low} to {high}.")


def _words(outcome: ProbeOutcome) -> Evidence:
    lists = coverage(outcome)
    found, words = sum(len(one.found) for one in lists), sum(one.word_count for one in lists)
    short = [one for one in lists if len(one.found) < ENOUGH_WORDS * one.word_count]
    if not short:
        return Evidence("words", Support.FOR, "", f"{found} of {plural(words, 'word')} of the probe were measured.")
    clause = joined([f"only {len(one.found)} of {one.word_count} words of “{one.name}” were found" for one in short])
    return Evidence("words", Support.LIMIT, clause, f"{capital(clause)}, so the list may no longer mean what it did.")


def _vectors(outcome: ProbeOutcome) -> Evidence | None:
    """Whether the words of the probe have vectors that training settles, and otherwise how much text would do."""
    known = [one for one in outcome.associations if one.stability is not None]
    if not known:
        return None
    shared = fmean(one.stability for one in known if one.stability is not None)
    clause = f"on average two seeds share {decimal(10 * shared, 1)} of the ten nearest words of a word of the probe"
    if shared >= STEADY_VECTORS:
        return Evidence("vectors", Support.FOR, "", f"{capital(clause)}.")
    counts = sorted(one.count for one in known)
    rare = sum(count < STEADY_COUNT for count in counts)
    sentence = f"{capital(clause)}: the vectors differ much from one training to the next."
    if rare:
        more = STEADY_COUNT / max(1, counts[len(counts) // 4])
        sentence += (
            f" Words settle from about {STEADY_COUNT} occurrences; {rare} of {len(counts)} have fewer. About "
            f"{decimal(more, 0 if more >= 3 else 1)} times as much text of this kind would give that to three quarters "
            "of them."
        )
    return Evidence("vectors", Support.LIMIT, clause, sentence)


def _single_words(outcome: ProbeOutcome, score: float) -> Evidence | None:
    neutral = kind_of(outcome).neutral
    turning = [
        one.word for one in outcome.left_out
        if one.score is not None and (one.score - neutral) * (score - neutral) < 0
    ]  # fmt: skip
    if not outcome.left_out:
        return None
    if not turning:
        some = " that can be left out" if any(one.score is None for one in outcome.left_out) else ""
        sentence = f"The score keeps its side without any one of its words{some}."
        return Evidence("single_words", Support.FOR, "", sentence)
    clause = f"the score changes sides without {' or '.join(f'“{word}”' for word in turning)}"
    return Evidence("single_words", Support.LIMIT, clause, f"{capital(clause)}.")


def _repeats(outcome: ProbeOutcome, score: float) -> Evidence | None:
    """Whether the score relies on texts that repeat others; the interval does not tell, as it is of first order."""
    found, neutral = outcome.repeats, kind_of(outcome).neutral
    if found is None or not found.documents:
        return None
    one = found.documents == 1
    lead = (
        f"{plural(found.documents, 'document')} {'repeats an earlier one' if one else 'repeat earlier ones'} nearly "
        f"word for word. Without {'it' if one else 'them'}, "
    )
    if found.score is None:
        clause = "there is no score without texts that repeat others"
        return Evidence("repeats", Support.LIMIT, clause, f"{lead}there is no score.")
    written = format_score(outcome, found.score)
    sentence = f"{lead}the score is predicted to be {written}."
    change = abs(found.score - score)
    if change <= max(CARRYING_SHARE * abs(score - neutral), 2.0 * (outcome.score_spread or 0.0)):
        return Evidence("repeats", Support.FOR, "", sentence)
    interval = interval_of(outcome)
    if interval and not interval[0] <= found.score <= interval[1]:
        sentence += (
            " The interval over documents does not reach that far, because it adds up what each document does alone, "
            "and one of several copies does little alone."
        )
    return Evidence(
        "repeats", Support.LIMIT, f"without texts that repeat others it is predicted to be {written}", sentence
    )


def _size(outcome: ProbeOutcome, score: float) -> Evidence | None:
    if score == kind_of(outcome).neutral:
        clause = f"it is exactly {score:g}, the value that means no bias"
        return Evidence("size", Support.AGAINST, clause, f"The score says nothing: {clause}.")
    if not kind_of(outcome).standardised or abs(score) >= SMALL_EFFECT:
        return None
    clause = f"it is smaller than {SMALL_EFFECT:g} standard deviations"
    return Evidence("size", Support.LIMIT, clause, f"The score is small: {clause}.")
