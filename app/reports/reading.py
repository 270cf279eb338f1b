"""What the numbers of a probe say, in plain sentences; the same words on pages and in reports."""

from dataclasses import dataclass

from app.formatting import NARROW_SPACE, decimal, percent, probability, signed
from app.store.definitions.outcome import ProbeOutcome

NO_EFFECT = 0.2
LARGE_EFFECT = 0.8
"""Cohen's conventional bounds of a small and a large standardised difference."""


@dataclass(frozen=True)
class SetCoverage:
    """A word list of a probe as it was met in the vocabulary."""

    name: str
    role: str
    found: list[str]
    missing: list[str]


def set_names(outcome: ProbeOutcome) -> tuple[str, str, str, str]:
    """The names of the target sets X and Y and the attribute sets A and B."""
    first_target, second_target = outcome.definition["targets"]
    first_attribute, second_attribute = outcome.definition["attributes"]
    return first_target, second_target, first_attribute, second_attribute


def coverage(outcome: ProbeOutcome) -> list[SetCoverage]:
    """Found and missing words, set by set, in the order of the definition."""
    sets = []
    for role, key in (("target", "targets"), ("attribute", "attributes")):
        for name, words in outcome.definition[key].items():
            absent = outcome.missing.get(name, [])
            sets.append(SetCoverage(name, role, [word for word in words if word not in absent], list(absent)))
    return sets


def sign_reading(outcome: ProbeOutcome) -> str:
    """Which set is nearer to which, by the sign and size of the effect."""
    if outcome.effect_size is None:
        return ""
    x, y, a, b = set_names(outcome)
    if abs(outcome.effect_size) < NO_EFFECT:
        return f"Close to zero: {x} and {y} are about equally near to {a} and to {b}."
    if outcome.effect_size < 0:
        a, b = b, a
    strength = "clearly" if abs(outcome.effect_size) >= LARGE_EFFECT else "somewhat"
    sign = "Positive" if outcome.effect_size > 0 else "Negative"
    return f"{sign}: of the two targets, {x} is {strength} nearer to {a}, and {y} to {b}."


def seeds_reading(outcome: ProbeOutcome) -> str:
    """How far trainings with other random draws agree on the score."""
    if outcome.effect_size_spread is None or len(outcome.by_seed) < 2:
        return "one seed, so its spread is unknown"
    return f"± {decimal(outcome.effect_size_spread)} over {len(outcome.by_seed)} seeds"


def significance_reading(outcome: ProbeOutcome) -> str:
    """p in a sentence."""
    if outcome.p_value is None:
        return ""
    chance = (
        "If the target words were dealt to the two sets at random, the difference would be as high as this or higher "
        f"with probability {probability(outcome.p_value)}."
    )
    if (outcome.effect_size or 0.0) < 0:
        return f"{chance} That tests for a positive score; to test this negative one, exchange the two target sets."
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


def removal_reading(influence: float, outcome: ProbeOutcome) -> str:
    """What the score is predicted to be without a text of this influence."""
    if outcome.effect_size is None:
        return ""
    without = outcome.effect_size - influence
    return f"Predicted effect size without it: {decimal(without, 4)} instead of {decimal(outcome.effect_size, 4)}."


def direction(outcome: ProbeOutcome) -> int:
    """+1 when positive influence pushes the score away from zero (amplifies it), -1 when negative influence does."""
    return -1 if (outcome.effect_size or 0.0) < 0 else 1
