"""What an audit found, in three sentences for a reader who was not there."""

from collections import Counter
from collections.abc import Sequence

from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.report.check_verdict import together
from skipgram_audit.report.formatting import joined, plural
from skipgram_audit.report.material import CheckMaterial, Material
from skipgram_audit.report.sentences import concentration_sentence
from skipgram_audit.report.verdict import TITLES, clearest, probe_verdict

COUNTED = {
    "found": ("found a bias", "found a bias"),
    "weak": ("found weak evidence of a bias", "found weak evidence of a bias"),
    "chance": ("has a score that chance may explain", "have scores that chance may explain"),
    "unstable": ("is unstable", "are unstable"),
    "too_few_words": ("found too few words", "found too few words"),
    "not_measurable": ("could not be measured", "could not be measured"),
}
"""What is said of one probe of each answer, and of several."""


def usual_question(material: Material) -> str:
    """What every audit asks, where its users wrote no question."""
    return (
        f"Do word embeddings trained on “{material.corpus_name}” show the biases that "
        f"{'this probe measures' if len(material.outcomes) == 1 else 'these probes measure'}, how sure is that, and "
        "which documents are behind it?"
    )


def answer(material: Material) -> list[str]:
    """Three sentences: what the probes say, the strongest of them with its numbers, and what is behind it."""
    strongest = material.outcomes[clearest([probe_verdict(one) for one in material.outcomes])]
    sentences = [_counts(material.outcomes), f"{strongest.name}: {probe_verdict(strongest).sentence}"]
    return [*sentences, _behind(strongest, material.checks)]


def _counts(outcomes: Sequence[ProbeOutcome]) -> str:
    counts = Counter(probe_verdict(one).answer for one in outcomes)
    if len(outcomes) == 1:
        return f"The probe {COUNTED[next(iter(counts))][0]}."
    told = [f"{counts[answer]} {COUNTED[answer][counts[answer] > 1]}" for answer in TITLES if counts[answer]]
    return f"Of {plural(len(outcomes), 'probe')}, {joined(told)}."


def _behind(outcome: ProbeOutcome, checks: Sequence[CheckMaterial]) -> str:
    """How the influence on a probe is shared out, and whether predictions of it were held against retraining."""
    if outcome.score is None:
        return "Without a score, no document can be behind it."
    checked = check_answer(outcome, checks)
    shared = concentration_sentence(outcome)
    return f"{shared} {checked}".strip()


def check_answer(outcome: ProbeOutcome, checks: Sequence[CheckMaterial]) -> str:
    """Whether retraining confirmed what is predicted of a probe, by all checks that trained anything."""
    found = [score.verdict for check in checks if (score := check.finished.score_of(outcome.name))]
    return together(found)
