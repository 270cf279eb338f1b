"""Which probes two audits have in common: measured by both with the same word lists, kind and parameters."""

from dataclasses import dataclass
from typing import Any

from skipgram_audit.report.formatting import plural
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit_web.features.comparisons.schemas import LoneProbeModel


@dataclass(frozen=True)
class ProbePair:
    """One probe in both audits. Names may differ; the definition does not.

    Attributes:
        remark: what of the probe was in the vocabulary of one audit only; empty when the same words were measured.
    """

    first: AuditProbe
    second: AuditProbe
    remark: str

    @property
    def name(self) -> str:
        return self.first.name


@dataclass(frozen=True)
class PairedProbes:
    """The probes of two audits."""

    pairs: list[ProbePair]
    lone: list[LoneProbeModel]


def pair_probes(first: AuditRow, second: AuditRow) -> PairedProbes:
    """Pairs probes of equal definition, those of equal name first, in the order of the first audit."""
    free = list(second.probes)
    partners: dict[int, AuditProbe] = {}
    for by_name in (True, False):
        for probe in first.probes:
            key = definition_key(probe.definition)
            same = (one for one in free if definition_key(one.definition) == key)
            partner = next((one for one in same if not by_name or one.name == probe.name), None)
            if probe.id not in partners and partner is not None:
                partners[probe.id] = partner
                free.remove(partner)
    pairs, lone = [], []
    for probe in first.probes:
        partner = partners.get(probe.id)
        if partner is None:
            lone.append(LoneProbeModel(name=probe.name, reason=_why_alone(probe, second, "first", "second")))
        elif probe.measured and partner.measured:
            pairs.append(ProbePair(probe, partner, _remark(probe, partner)))
        else:
            lone.append(LoneProbeModel(name=probe.name, reason=_why_not_measured(probe, partner)))
    lone += [LoneProbeModel(name=probe.name, reason=_why_alone(probe, first, "second", "first")) for probe in free]
    return PairedProbes(pairs, lone)


def definition_key(definition: dict[str, Any]) -> tuple[Any, ...]:
    """What a probe measures: its kind, its lists in order, its parameters. Descriptions are not part of it."""
    lists = [[(name, tuple(words)) for name, words in definition[role].items()] for role in ("targets", "attributes")]
    return definition.get("kind", "weat"), lists, sorted(definition.get("parameters", {}).items())


def _why_alone(probe: AuditProbe, other: AuditRow, own: str, others: str) -> str:
    namesake = next((one for one in other.probes if one.name == probe.name), None)
    if namesake is None:
        return f"Only the {own} audit has it."
    return f"The {others} audit has a probe of this name with another definition: {_what_differs(probe, namesake)}."


def _what_differs(first: AuditProbe, second: AuditProbe) -> str:
    if first.kind != second.kind:
        return f"its kind is {second.kind}, not {first.kind}"
    one, other = _words(first), _words(second)
    if one != other:
        lists = [name for name in dict.fromkeys([*one, *other]) if one.get(name) != other.get(name)]
        return f"the {plural(len(lists), 'list')} {', '.join(lists)} differ{'s' if len(lists) == 1 else ''}"
    if list(one) != list(other):
        return "its lists stand in another order"
    return "its parameters differ"


def _words(probe: AuditProbe) -> dict[str, list[str]]:
    return {**probe.definition["targets"], **probe.definition["attributes"]}


def _why_not_measured(first: AuditProbe, second: AuditProbe) -> str:
    reasons = [
        f"{which} audit: {one.reason}" for which, one in (("First", first), ("Second", second)) if not one.measured
    ]
    return f"Not measured. {' '.join(reasons)}"


def _remark(first: AuditProbe, second: AuditProbe) -> str:
    one, other = (
        {(name, word) for name, words in probe.missing.items() for word in words} for probe in (first, second)
    )
    reasons = [
        f"only the {which} audit had {', '.join(sorted(word for _, word in words))} in its vocabulary"
        for which, words in (("second", one - other), ("first", other - one))
        if words
    ]
    return f"Not quite the same words were measured: {'; '.join(reasons)}." if reasons else ""
