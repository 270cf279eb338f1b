"""All files with which an audit's folder describes itself, as bytes."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.report.citation import bibtex
from skipgram_audit.report.document.characters import without_controls
from skipgram_audit.report.material import Material
from skipgram_audit.report.metadata.crate import BIBTEX, CRATE, CROISSANT, PROVENANCE, crate
from skipgram_audit.report.metadata.croissant import croissant
from skipgram_audit.report.metadata.files import files_of
from skipgram_audit.report.metadata.provenance import provenance

EXACT = ("@id", "column", "contentUrl", "encodingFormat")
"""Keys whose values name a file or a column."""

CHANGING = ("report.html", "report.json")
"""Files that checks and rewritings change after the folder was described."""


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


def described_again(folder: Path) -> dict[str, bytes]:
    """Name -> content of the files that tell of the others, as they are there, with the present sizes and hashes of
    CHANGING. What users entered when the folder was described stays."""
    there = {name: folder / name for name in (PROVENANCE, CROISSANT, CRATE) if (folder / name).is_file()}
    told = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in there.items()}
    for one in files_of(folder) if told else ():
        if one.name in CHANGING:
            digest, size = one.sha256(), one.size
            for entry in _entries(told, one.name):
                for name, value in (("audit:sha256", digest), ("sha256", digest), ("contentSize", size)):
                    if name in entry:
                        entry[name] = f"{value} B" if str(entry[name]).endswith(" B") else str(value)
    return {name: _json(content) for name, content in told.items()}


def _entries(told: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """What each of the files says of one."""
    entity = told.get(PROVENANCE, {}).get("entity", {}).get(f"audit:file/{name}")
    described = [*told.get(CROISSANT, {}).get("distribution", ()), *told.get(CRATE, {}).get("@graph", ())]
    yield from [entity] if entity else []
    yield from (one for one in described if name in (one.get("contentUrl"), one.get("@id")))


def _readable(value: Any, key: str = "") -> Any:
    """The value with characters that would turn a text written as reports write them; names of files and columns, by
    which programs find them, stay."""
    if isinstance(value, dict):
        return {name: _readable(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_readable(one, key) for one in value]
    return without_controls(value) if isinstance(value, str) and key not in EXACT else value


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(_readable(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
