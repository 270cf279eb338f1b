"""ro-crate-metadata.json: an audit's folder as a research object (RO-Crate 1.1) that says what made each file."""

from collections.abc import Mapping, Sequence
from typing import Any

from skipgram_audit.model.report_options import ReportOptions, licence_address
from skipgram_audit.report.answer import answer
from skipgram_audit.report.material import Material
from skipgram_audit.report.metadata.files import AuditFile

VERSION = "1.1"
PROVENANCE, CROISSANT, BIBTEX, CRATE = "provenance.json", "croissant.json", "citation.bib", "ro-crate-metadata.json"
PROGRAM = "#skipgram-audit"
TOLD = {
    PROVENANCE: ("Provenance", "How the audit came about, as W3C PROV.", "application/json"),
    CROISSANT: ("Croissant", "The files for data tools and search engines.", "application/ld+json"),
    BIBTEX: ("Citation", "A BibTeX entry with the hash of the corpus.", "application/x-bibtex"),
}


def crate(
    material: Material, options: ReportOptions, files: Sequence[AuditFile], hashes: Mapping[str, str]
) -> dict[str, Any]:
    """The metadata of the folder."""
    title = options.title or material.title
    day = options.day or material.ended.date()
    version = str(material.manifest.get("software", {}).get("skipgram-audit", ""))
    authors = [{"@id": f"#author-{number}"} for number, _ in enumerate(options.authors, start=1)]
    names = [one.name for one in files] + list(TOLD)
    address = licence_address(options.licence)
    licence = {"@id": address} if address else options.licence or "Not entered by the authors of this audit."
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": " ".join(answer(material)),
        "datePublished": day.isoformat(),
        "license": licence,
        "hasPart": [{"@id": name} for name in names],
        "mentions": {"@id": "#audit"},
    }
    if authors:
        root["author"] = authors
    return {
        "@context": f"https://w3id.org/ro/crate/{VERSION}/context",
        "@graph": [
            {
                "@id": CRATE,
                "@type": "CreativeWork",
                "conformsTo": {"@id": f"https://w3id.org/ro/crate/{VERSION}"},
                "about": {"@id": "./"},
            },
            root,
            *([{"@id": address, "@type": "CreativeWork", "name": options.licence}] if address else ()),
            *(
                {"@id": author["@id"], "@type": "Person", "name": name}
                for author, name in zip(authors, options.authors, strict=True)
            ),
            {
                "@id": PROGRAM,
                "@type": "SoftwareApplication",
                "name": "Skip-gram Audit",
                "version": version,
            },
            {
                "@id": "#corpus",
                "@type": "Dataset",
                "name": material.corpus_name,
                "identifier": f"sha256:{material.corpus.get('content_sha256') or 'unknown'}",
                "license": licence,
                "temporalCoverage": options.time_span or "not known",
            },
            {
                "@id": "#audit",
                "@type": "CreateAction",
                "name": f"Audit of {material.corpus_name}",
                "endTime": material.ended.isoformat(timespec="seconds"),
                "instrument": {"@id": PROGRAM},
                "object": {"@id": "#corpus"},
                "result": [{"@id": one.name} for one in files],
            },
            *(_file(one, hashes[one.name]) for one in files),
            *(
                {"@id": name, "@type": "File", "name": label, "description": text, "encodingFormat": kind}
                for name, (label, text, kind) in TOLD.items()
            ),
        ],
    }


def _file(one: AuditFile, digest: str) -> dict[str, Any]:
    return {
        "@id": one.name,
        "@type": "File",
        "name": one.kind.label,
        "description": one.kind.description,
        "contentSize": str(one.size),
        "encodingFormat": one.media_type,
        "sha256": digest,
    }
