"""What a report must not be taken to say: the limits that follow from an audit's own numbers, in one place.

Each limit has a name, so that tests and programs can tell them apart. None is written that its numbers do not call for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.report.formatting import plural
from skipgram_audit.report.material import Material
from skipgram_audit.report.sentences import AGREEING, agreement_sentence
from skipgram_audit.report.verdict import Support, probe_verdict


@dataclass(frozen=True)
class Limit:
    """Attributes:
    name: of the kind of limit.
    probe: that it is about; empty where it is about the whole audit.
    sentence: with its numbers.
    """

    name: str
    probe: str
    sentence: str

    @property
    def text(self) -> str:
        """As a report lists it."""
        return f"{self.probe}: {self.sentence}" if self.probe else self.sentence


def limits(material: Material) -> list[Limit]:
    """All that limits what an audit says: of each probe, then of its influences, then of the audit."""
    return [
        *(limit for outcome in material.outcomes for limit in _of_probe(outcome)),
        *(limit for outcome in material.outcomes for limit in _of_influences(outcome, material)),
        *_of_audit(material),
    ]


def _of_probe(outcome: ProbeOutcome) -> Iterator[Limit]:
    """Whatever speaks against a score, limits it or is missing: the pieces of evidence of its verdict."""
    found = probe_verdict(outcome)
    if outcome.score is None:
        yield Limit(found.answer, outcome.name, found.sentence)
        return
    for piece in found.evidence:
        if piece.support in (Support.AGAINST, Support.LIMIT, Support.MISSING):
            yield Limit(piece.name, outcome.name, piece.sentence)


def _of_influences(outcome: ProbeOutcome, material: Material) -> Iterator[Limit]:
    if outcome.score is None:
        return
    if len(outcome.by_seed) > 1 and (outcome.seed_agreement is None or outcome.seed_agreement < AGREEING):
        yield Limit("seed_agreement", outcome.name, agreement_sentence(outcome, material.document_count))
    checked = [(check.number, found) for check in material.checks if (found := check.finished.score_of(outcome.name))]
    if not checked:
        yield Limit(
            "no_check",
            outcome.name,
            "No check by retraining was made, so nothing here confirms the influences of its documents.",
        )
    for number, found in checked:
        if found.verdict.answer != "yes":
            sentence = f"{found.verdict.title} {found.verdict.sentence} See check {number}."
            yield Limit(f"check_{found.verdict.answer}", outcome.name, sentence)


def _of_audit(material: Material) -> Iterator[Limit]:
    estimator = DESCRIPTIONS[material.settings["estimator"]]
    if not estimator.calibrated:
        yield Limit("not_calibrated", "", estimator.reach)
    if estimator.without_order and not material.settings.get("shuffle_documents"):
        yield Limit("order", "", estimator.without_order)
    for sentence in material.manifest.get("vectors", {}).get("cannot_be_claimed", []):
        yield Limit("pretrained", "", sentence)
    skipped = sum((material.corpus.get("rows") or {}).get("skipped", {}).values())
    if skipped:
        are = "it is" if skipped == 1 else "they are"
        yield Limit(
            "skipped",
            "",
            f"{plural(skipped, 'row')} of the corpus file could not be used, so {are} not in this audit.",
        )
    if len(material.outcomes) > 1:
        yield Limit(
            "many_probes",
            "",
            f"{len(material.outcomes)} probes were measured. p-values and intervals are of each probe by itself: with "
            "more probes, one is more likely to seem found by chance.",
        )
    if material.unread_checks:
        yield Limit(
            "unread_checks",
            "",
            f"{plural(material.unread_checks, 'check')} of this audit {'is' if material.unread_checks == 1 else 'are'} "
            "not in this report: not ended, stopped, failed, or not to be read.",
        )
    yield Limit(
        "scope",
        "",
        "Scores are of word vectors that this training makes of this corpus. They do not say what another training, "
        "another corpus or a program that uses the vectors does, and a score that is not found is not proof that "
        "there is no bias.",
    )
