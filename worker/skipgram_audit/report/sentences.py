"""What is said of a probe beside its verdict, in plain sentences; the same words on pages and in reports."""

from dataclasses import dataclass

from skipgram_audit.model.kind_description import KindDescription
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.report.formatting import decimal, joined, percent, score_text, signed

AGREEING = 0.5
"""Correlation of seeds from which they are said to name the same documents, if signs agree more than by chance."""

SATURATED = 0.5
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

    @property
    def word_count(self) -> int:
        """Of the definition."""
        return len(self.found) + len(self.missing) + len(self.unpaired)


def kind_of(outcome: ProbeOutcome) -> KindDescription:
    """What is said of all probes of this kind."""
    return KINDS[outcome.kind]


def format_score(outcome: ProbeOutcome, score: float) -> str:
    """A score as the probe's kind is written."""
    return score_text(score, outcome.kind)


def list_names(outcome: ProbeOutcome, quoted: bool = False) -> dict[str, str]:
    """The names of the word lists, as the sentences of a kind's description call them; in quotation marks on request,
    so that a name of any language and grammar reads well in a sentence."""
    targets, attributes = (
        [f"“{name}”" if quoted else name for name in outcome.definition[role]] for role in ("targets", "attributes")
    )
    single = {**dict(zip("xy", targets, strict=False)), **dict(zip("ab", attributes, strict=False))}
    return {
        **single,
        "targets": joined(targets),
        "attributes": joined(attributes),
        "others": joined(attributes[1:]),
    }


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


def influence_sentence(outcome: ProbeOutcome) -> str:
    """What positive influence on this probe does to the words."""
    return kind_of(outcome).influence.format(**list_names(outcome, quoted=True))


def spread_note(outcome: ProbeOutcome) -> str:
    """How far trainings with other random draws agree on the score, beside the score."""
    if outcome.score_spread is None or len(outcome.by_seed) < 2:
        return "one seed, so its spread is unknown"
    return f"spread ± {decimal(outcome.score_spread, kind_of(outcome).digits)} over {len(outcome.by_seed)} seeds"


def concentration_sentence(outcome: ProbeOutcome) -> str:
    """How few documents hold how much of the total absolute influence."""
    first, tenth = outcome.concentration.top_1_percent, outcome.concentration.top_10_percent
    if first is None or tenth is None:
        return ""
    return (
        f"The strongest 1% of the documents hold {percent(first)} of the total absolute influence, "
        f"the strongest 10% hold {percent(tenth)}."
    )


def saturation_sentence(outcome: ProbeOutcome) -> str:
    """What to know where a score hardly changes with the weight of all texts; empty elsewhere.

    The influences of mean-field add up to the derivative of its score in that weight.
    """
    score, summed, error = outcome.surrogate_score, outcome.influence_sum, outcome.standard_error
    if score is None or summed is None or error is None:
        return ""
    kind = kind_of(outcome)
    distance = score - kind.neutral
    if abs(distance) <= error:
        return ""
    if summed / distance >= SATURATED:
        return ""
    return (
        "This score is saturated: removing one document changes little, removing many can change a lot. All influences "
        f"add up to {signed(summed, kind.digits)}, less than half of the score that the estimator gives the corpus, "
        f"{score_text(score, outcome.kind)}. The estimator mean-field-integrated may show better which texts make the "
        "score together."
    )


def removal_sentence(influence: float, outcome: ProbeOutcome) -> str:
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


def agreement_sentence(outcome: ProbeOutcome, document_count: int) -> str:
    """How far the seeds agree on which documents matter: the correlation of their influences, and shared signs."""
    seeds, with_influence = len(outcome.by_seed), document_count - outcome.zero_documents
    agreement = outcome.seed_agreement
    if seeds < 2 or agreement is None:
        return "With one seed nothing says how much of a document's influence is that run's chance. Use two or more."
    correlation = f"The seeds' document influences correlate at {decimal(agreement)}"
    if outcome.stable_documents is None or with_influence <= 0:
        return f"{correlation}."
    share, chance = outcome.stable_documents / with_influence, 2.0 ** (1 - seeds)
    every = "both" if seeds == 2 else f"all {seeds}"
    signs = (
        f"{percent(share)} of the documents with influence have the same sign in {every} seeds, and "
        f"{percent(chance)} would by chance"
    )
    if agreement < AGREEING or share <= chance:
        return (
            f"{correlation}; {signs}. Much of a single document's influence is the chance of one run: trust documents "
            "whose sign is the same in every seed, and groups more than single ones."
        )
    return f"{correlation}; {signs}. They largely name the same documents."
