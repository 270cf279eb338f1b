"""What the numbers of a probe say, in plain sentences; the same words on pages and in reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from skipgram_audit.model.kind_description import KindDescription
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.report.formatting import NARROW_SPACE, decimal, percent, probability, score_text, signed

NO_EFFECT = 0.2
LARGE_EFFECT = 0.8
"""Cohen's conventional bounds of a small and a large standardised difference."""

LEVELLED_OFF = 0.5
"""Summed influence over the score, below which texts together do much more than one by one. On gap-wikipedia it is 0.15
and 0.4 for the scores from which the strongest documents by the integrated mean field take as much or more, 0.6 and 2
for those from which they take a little less (docs/benchmarks/accuracy.md)."""


@dataclass(frozen=True)
class SetCoverage:
    """A word list of a probe as it was met in the vocabulary.

    Attributes:
        found: words that were measured.
        missing: words that are not in the vocabulary.
        unpaired: words that are, but were left out because the other word of their pair is not.
    """

    name: str
    role: str
    found: list[str]
    missing: list[str]
    unpaired: list[str]


def kind_of(outcome: ProbeOutcome) -> KindDescription:
    """What is said of all probes of this kind."""
    return KINDS[outcome.kind]


def list_names(outcome: ProbeOutcome) -> dict[str, str]:
    """The names of the word lists, as the sentences of a kind's description call them."""
    targets, attributes = [*outcome.definition["targets"]], [*outcome.definition["attributes"]]
    single = {**dict(zip("xy", targets, strict=False)), **dict(zip("ab", attributes, strict=False))}
    return {
        **single,
        "targets": joined(targets),
        "attributes": joined(attributes),
        "others": joined(attributes[1:]),
    }


def joined(names: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def coverage(outcome: ProbeOutcome) -> list[SetCoverage]:
    """Found and missing words, set by set, in the order of the definition."""
    sets = []
    unpaired = _unpaired(outcome)
    for role, key in (("target", "targets"), ("attribute", "attributes")):
        for name, words in outcome.definition[key].items():
            absent, single = outcome.missing.get(name, []), unpaired.get(name, [])
            found = [word for word in words if word not in absent and word not in single]
            sets.append(SetCoverage(name, role, found, list(absent), single))
    return sets


def _unpaired(outcome: ProbeOutcome) -> dict[str, list[str]]:
    """List name -> its words that were found without the other word of their pair."""
    if not kind_of(outcome).paired:
        return {}
    (first, one), (second, other) = outcome.definition["targets"].items()
    absent, also_absent = outcome.missing.get(first, []), outcome.missing.get(second, [])
    pairs = list(zip(one, other, strict=True))
    return {
        first: [word for word, partner in pairs if partner in also_absent and word not in absent],
        second: [partner for word, partner in pairs if word in absent and partner not in also_absent],
    }


def sign_reading(outcome: ProbeOutcome) -> str:
    """What a score of this sign and size says of the word lists."""
    score, kind = outcome.score, kind_of(outcome)
    if score is None:
        return ""
    standardised = bool(kind.near)
    if standardised and abs(score) < NO_EFFECT:
        sentence = kind.near
    elif not standardised and score == kind.neutral:
        return f"The score is exactly {kind.neutral:g}, its neutral value."
    else:
        sentence = kind.above if score > kind.neutral else kind.below
    strength = "clearly" if abs(score) >= LARGE_EFFECT else "somewhat"
    return sentence.format(**list_names(outcome), strength=strength, value=score_text(score, outcome.kind))


def influence_reading(outcome: ProbeOutcome) -> str:
    """What positive influence on this probe does to the words."""
    return kind_of(outcome).influence.format(**list_names(outcome))


def seeds_reading(outcome: ProbeOutcome) -> str:
    """How far trainings with other random draws agree on the score."""
    if outcome.score_spread is None or len(outcome.by_seed) < 2:
        return "one seed, so its spread is unknown"
    return f"± {decimal(outcome.score_spread, kind_of(outcome).digits)} over {len(outcome.by_seed)} seeds"


def significance_reading(outcome: ProbeOutcome) -> str:
    """p in a sentence, or why there is none."""
    if outcome.score is None:
        return ""
    kind = kind_of(outcome)
    if outcome.p_value is None:
        return kind.no_test
    chance = (
        f"If the {kind.permuted} words were dealt to the two sets at random, the difference would be as high as this "
        f"or higher with probability {probability(outcome.p_value)}."
    )
    if outcome.score < 0:
        exchange = f"exchange the two {kind.permuted} sets"
        return f"{chance} That tests for a positive score; to test this negative one, {exchange}."
    return chance


def concentration_reading(outcome: ProbeOutcome) -> str:
    """How few documents hold how much of the total absolute influence."""
    first, tenth = outcome.concentration.top_1_percent, outcome.concentration.top_10_percent
    if first is None or tenth is None:
        return ""
    return (
        f"The strongest 1{NARROW_SPACE}% of the documents hold {percent(first)} of the total absolute influence, "
        f"the strongest 10{NARROW_SPACE}% hold {percent(tenth)}."
    )


def agreement_reading(outcome: ProbeOutcome) -> str:
    """How far the seeds agree on which documents matter."""
    agreement = outcome.seed_agreement
    if agreement is None:
        return "With one seed nothing says how much of a document's influence is that run's chance. Use two or more."
    correlation = f"The seeds' document influences correlate at {signed(agreement)}"
    if agreement < 0.5:
        return (
            f"{correlation}: much of a single document's influence is the chance of one run. "
            "Trust documents whose sign is the same in every seed, and groups more than single ones."
        )
    return f"{correlation}: they largely name the same documents."


def levelled_off_reading(outcome: ProbeOutcome) -> str:
    """What to do where a score hardly changes with the weight of all texts; empty elsewhere.

    The influences of mean-field add up to the derivative of its score in that weight.
    """
    score, summed, error = outcome.surrogate_score, outcome.influence_sum, outcome.standard_error
    if score is None or summed is None or error is None:
        return ""
    kind = kind_of(outcome)
    distance = score - kind.neutral
    if abs(distance) <= error:
        return ""
    share = summed / distance
    if share >= LEVELLED_OFF:
        return ""
    return (
        f"All influences add up to {signed(summed, kind.digits)}, less than half of the mean-field score of "
        f"{score_text(score, outcome.kind)}: with more of all these texts it would "
        f"{'hardly grow' if share >= 0 else 'shrink'}. One text less then "
        "does little, and many together more than their influences say. Which texts make the score together, the "
        "estimator mean-field-integrated may tell better."
    )


def removal_reading(influence: float, outcome: ProbeOutcome) -> str:
    """What the score is predicted to be without a text of this influence; empty where influences have not that size, as
    they have where a standard error is told."""
    if outcome.score is None or outcome.standard_error is None:
        return ""
    without = outcome.score - influence
    score = kind_of(outcome).score
    return f"Predicted {score} without it: {decimal(without, 4)} instead of {decimal(outcome.score, 4)}."


def direction(outcome: ProbeOutcome) -> int:
    """+1 when positive influence pushes the score away from neutral (amplifies it), -1 when negative influence does."""
    return kind_of(outcome).direction(outcome.score)
