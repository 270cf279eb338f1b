"""How an audit came about, in the words of W3C PROV: corpus, trainings, estimates, files, and the program.

As PROV-JSON (W3C member submission of 2013), which libraries of PROV read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from skipgram_audit.report.material import Material
from skipgram_audit.report.metadata.files import AuditFile

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
NEEDS = {"train": "encode", "null": "encode", "influence": "train", "report": "influence"}


def provenance(material: Material, files: Sequence[AuditFile], hashes: Mapping[str, str]) -> dict[str, Any]:
    """The document.

    Args:
        files: of the folder, with their hashes by name.
    """
    version = str(material.manifest.get("software", {}).get("skipgram-audit", ""))
    corpus = {
        "prov:label": material.corpus_name,
        "prov:type": _name("schema:Dataset"),
        "audit:content_sha256": str(material.corpus.get("content_sha256") or ""),
        "audit:source_sha256": str(material.corpus.get("source_sha256") or ""),
    }
    entities: dict[str, Any] = {"audit:corpus": corpus}
    entities["audit:settings"] = {
        "prov:label": "Settings and probes",
        "audit:seeds": ",".join(map(str, material.seeds)),
    }
    entities |= {
        f"audit:file/{one.name}": {"prov:label": one.kind.label, "audit:sha256": hashes[one.name]} for one in files
    }
    activities = {f"audit:phase/{name}": {"prov:label": title} for name, title in PHASES.items()}
    activities["audit:phase/report"]["prov:endTime"] = material.ended.isoformat(timespec="seconds")
    return {
        "prefix": PREFIXES,
        "entity": entities,
        "activity": activities,
        "agent": {
            "audit:program": {"prov:type": _name("prov:SoftwareAgent"), "prov:label": f"Skip-gram Audit {version}"}
        },
        "used": {
            "_:corpus": {"prov:activity": "audit:phase/encode", "prov:entity": "audit:corpus"},
            "_:settings": {"prov:activity": "audit:phase/train", "prov:entity": "audit:settings"},
        },
        "wasInformedBy": {
            f"_:{after}": {"prov:informed": f"audit:phase/{after}", "prov:informant": f"audit:phase/{before}"}
            for after, before in NEEDS.items()
        },
        "wasAssociatedWith": {
            f"_:by-{name}": {"prov:activity": f"audit:phase/{name}", "prov:agent": "audit:program"} for name in PHASES
        },
        "wasGeneratedBy": {
            f"_:made-{number}": {"prov:entity": f"audit:file/{one.name}", "prov:activity": "audit:phase/report"}
            for number, one in enumerate(files)
        },
        "wasDerivedFrom": {
            f"_:from-{number}": {"prov:generatedEntity": f"audit:file/{one.name}", "prov:usedEntity": "audit:corpus"}
            for number, one in enumerate(files)
        },
    }


def _name(name: str) -> dict[str, str]:
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
