"""All files with which an audit's folder describes itself, as bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.report.citation import bibtex
from skipgram_audit.report.material import Material
from skipgram_audit.report.metadata.crate import BIBTEX, CRATE, CROISSANT, PROVENANCE, crate
from skipgram_audit.report.metadata.croissant import croissant
from skipgram_audit.report.metadata.files import files_of
from skipgram_audit.report.metadata.provenance import provenance


def describe_folder(folder: Path, material: Material, options: ReportOptions) -> dict[str, bytes]:
    """Name -> content of the files that tell of the others; nothing is written."""
    files = list(files_of(folder))
    # Those that an audit writes once have their hashes in its manifest, and may be gigabytes.
    known: Mapping[str, str] = material.manifest.get("files", {})
    hashes = {one.name: known.get(one.name) or one.sha256() for one in files}
    day = options.day or material.ended.date()
    version = str(material.manifest.get("software", {}).get("skipgram-audit", ""))
    entry = bibtex(options.title or material.title, options.authors, day, dict(material.corpus), version)
    return {
        PROVENANCE: _json(provenance(material, files, hashes)),
        CROISSANT: _json(croissant(material, options, files, hashes)),
        BIBTEX: (entry + "\n").encode(),
        CRATE: _json(crate(material, options, files, hashes)),
    }


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
