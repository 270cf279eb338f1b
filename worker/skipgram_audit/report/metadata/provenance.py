"""How an audit came about, in the words of W3C PROV: corpus, trainings, estimates, files, and the program.

As PROV-JSON (W3C member submission of 2013), which libraries of PROV read. The audit is a collection of its files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.report.material import Material
from skipgram_audit.report.metadata.files import AuditFile
from skipgram_audit.report.rewrite_sentences import derivation_sentence

PREFIXES = {
    "audit": "urn:skipgram-audit:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "schema": "https://schema.org/",
}
PHASES = {
    "encode": "Reading the corpus into words",
    "train": "Training word vectors",
    "null": "Training on shuffled text",
    "influence": "Tracing scores back to the texts",
    "report": "Writing the report",
}
"""Of an audit, in order: name -> what it is called where progress is shown, and in what the folder says of itself."""

NEEDS = {"train": "encode", "null": "encode", "influence": "train", "report": "influence"}


CORPUS, PARENT, AUDIT, PROGRAM = "audit:corpus", "audit:corpus/parent", "audit:audit", "audit:program"


def provenance(material: Material, files: Sequence[AuditFile], hashes: Mapping[str, str]) -> dict[str, Any]:
    """The document.

    Args:
        files: of the folder, with their hashes by name.
    """
    version = str(material.manifest.get("software", {}).get("skipgram-audit", ""))
    rewritten = _rewritten(material)
    entities: dict[str, Any] = {
        CORPUS: _dataset(
            material.corpus_name,
            content_sha256=material.corpus.get("content_sha256"),
            source_sha256=material.corpus.get("source_sha256"),
        ),
        "audit:settings": {"prov:label": "Settings and probes", "audit:seeds": ",".join(map(str, material.seeds))},
        AUDIT: {"prov:label": f"Audit of {material.corpus_name}", "prov:type": _name("prov:Collection")},
    }
    entities |= {one.entity: one.described for one in rewritten if one.entity != CORPUS}
    if any(one.source == PARENT for one in rewritten):
        made = material.corpus["rewritten_from"]
        entities[PARENT] = _dataset(made["name"] or "Another corpus", content_sha256=made["content_sha256"])
    named = {one.name: f"audit:file/{one.name}" for one in files}
    entities |= {named[one.name]: {"prov:label": one.kind.label, "audit:sha256": hashes[one.name]} for one in files}
    activities = {f"audit:phase/{name}": {"prov:label": title} for name, title in _phases(material).items()}
    activities["audit:phase/report"]["prov:endTime"] = material.ended.isoformat(timespec="seconds")
    activities |= {one.activity: {"prov:label": one.how} for one in rewritten}
    used = [("audit:phase/encode", CORPUS), ("audit:phase/train", "audit:settings")]
    made_by = [(name, "audit:phase/report") for name in (AUDIT, *named.values())]
    derived = [(name, CORPUS) for name in (AUDIT, *named.values())]
    for one in rewritten:
        used.append((one.activity, one.source))
        made_by.append((one.entity, one.activity))
        derived.append((one.entity, one.source))
    return {
        "prefix": PREFIXES,
        "entity": entities,
        "activity": activities,
        "agent": {
            PROGRAM: {"prov:type": _name("prov:SoftwareAgent"), "prov:label": f"Skip-gram Audit {version}".strip()}
        },
        "used": _relations("used", "prov:activity", "prov:entity", used),
        "wasInformedBy": _relations(
            "informed", "prov:informed", "prov:informant",
            [
                (f"audit:phase/{after}", f"audit:phase/{before}")
                for after, before in NEEDS.items()
                if f"audit:phase/{after}" in activities
            ],
        ),
        "wasAssociatedWith": _relations(
            "by", "prov:activity", "prov:agent", [(activity, PROGRAM) for activity in activities]
        ),
        "wasAttributedTo": _relations("of", "prov:entity", "prov:agent", [(AUDIT, PROGRAM)]),
        "wasGeneratedBy": _relations("made", "prov:entity", "prov:activity", made_by),
        "wasDerivedFrom": _relations("from", "prov:generatedEntity", "prov:usedEntity", derived),
        "hadMember": _relations(
            "member", "prov:collection", "prov:entity", [(AUDIT, name) for name in named.values()]
        ),
    }  # fmt: skip


def _phases(material: Material) -> dict[str, str]:
    """Those that the audit had, each with its title."""
    phases = dict(PHASES)
    if not material.settings.get("null_shuffles"):
        del phases["null"]
    if material.settings.get("models"):
        phases["train"] = "Taking word vectors that were trained elsewhere"
    return phases


@dataclass(frozen=True)
class _Rewritten:
    """A corpus that was made from another one.

    Attributes:
        entity, source, activity: their names: of the corpus, of the other one, and of the rewriting.
        described: the attributes of the corpus.
        how: it was made, in words.
    """

    entity: str
    source: str
    activity: str
    described: dict[str, Any]
    how: str


def _rewritten(material: Material) -> list[_Rewritten]:
    """The audited corpus where it was made from another one, and those that rewritings make of it."""
    found = []
    made = material.corpus.get("rewritten_from")
    if made:
        how = derivation_sentence(RewritePlan.model_validate(made["plan"]), made["undone"])
        found.append(_Rewritten(CORPUS, PARENT, "audit:rewriting/parent", {}, how))
    for number, one in enumerate(material.rewritings, start=1):
        described = _dataset(f"{material.corpus_name}, rewritten: {one.title}", plan_sha256=one.plan_sha256)
        found.append(
            _Rewritten(f"audit:corpus/rewritten-{number}", CORPUS, f"audit:rewriting/{number}", described, one.how)
        )
    return found


def _dataset(label: str, **values: str | None) -> dict[str, Any]:
    """A corpus; values that are not known are left out."""
    known = {f"audit:{name}": str(value) for name, value in values.items() if value}
    return {"prov:label": label, "prov:type": _name("schema:Dataset"), **known}


def _relations(name: str, first: str, second: str, pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, str]]:
    return {f"_:{name}-{number}": {first: one, second: other} for number, (one, other) in enumerate(pairs)}


def _name(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
