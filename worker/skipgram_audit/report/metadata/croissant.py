"""croissant.json: an audit's files for data tools and search engines (MLCommons Croissant 1.1, with its fields of
responsible AI)."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.report.answer import answer
from skipgram_audit.report.citation import citation_text
from skipgram_audit.report.limits import limits
from skipgram_audit.report.material import Material
from skipgram_audit.report.metadata.files import AuditFile

CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?![\ds])")
"""Not of a decade, such as the 1990s, whose last day it does not name."""
NOT_KNOWN = "Not entered by the authors of this audit."


def croissant(
    material: Material, options: ReportOptions, files: Sequence[AuditFile], hashes: Mapping[str, str]
) -> dict[str, Any]:
    """The JSON-LD of an audit's files."""
    day = options.day or material.ended.date()
    title = options.title or material.title
    version = str(material.manifest.get("software", {}).get("skipgram-audit", ""))
    cited = citation_text(title, options.authors, day, dict(material.corpus), version)
    tables = [one for one in files if one.path.suffix == ".parquet"]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": title,
        "description": " ".join(answer(material)),
        "conformsTo": CONFORMS_TO,
        "citeAs": cited,
        "license": options.licence or NOT_KNOWN,
        "url": f"urn:sha256:{material.corpus.get('content_sha256') or 'unknown'}",
        "version": "1.0.0",
        "datePublished": day.isoformat(),
        "inLanguage": str(material.corpus.get("language") or "en"),
        "creator": [{"@type": "sc:Person", "name": name} for name in options.authors]
        or [{"@type": "sc:Organization", "name": f"Skip-gram Audit {version}"}],
        "rai:dataCollection": options.source or NOT_KNOWN,
        "temporalCoverage": options.time_span or NOT_KNOWN,
        **_time_frame(options.time_span),
        "rai:personalSensitiveInformation": [options.consent or NOT_KNOWN],
        "rai:dataBiases": answer(material)[:2],
        "rai:dataLimitations": [one.text for one in limits(material)],
        "rai:dataUseCases": "To find which documents are behind a bias of word vectors trained on the corpus, and to "
        "check that. The files are results on a corpus, not the corpus.",
        "distribution": [_file(one, hashes[one.name]) for one in files],
        "recordSet": [_records(one) for one in tables],
    }


def _time_frame(time_span: str) -> dict[str, Any]:
    """First and last day, where a time span is a year or names two or more; the field holds dates alone, and the one
    year of "since 1990" is not both."""
    years = sorted(YEAR.findall(time_span))
    if not years or (len(set(years)) == 1 and not YEAR.fullmatch(time_span.strip())):
        return {}
    return {"rai:dataCollectionTimeFrame": [f"{years[0]}-01-01", f"{years[-1]}-12-31"]}


def _file(one: AuditFile, digest: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": one.name,
        "name": one.name,
        "description": one.kind.description,
        "contentUrl": one.name,
        "contentSize": f"{one.size} B",
        "encodingFormat": "application/x-parquet" if one.path.suffix == ".parquet" else one.media_type,
        "sha256": digest,
    }


def _records(one: AuditFile) -> dict[str, Any]:
    """The columns of a table: its key, then a field a column."""
    name = Path(one.name).stem
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{name}/column-{number}",
            "name": column.name,
            "description": f"The column {column.name}.",
            "dataType": _type(column.type),
            "source": {"fileObject": {"@id": one.name}, "extract": {"column": column.name}},
        }
        for number, column in enumerate(pq.read_schema(one.path), start=1)
    ]
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "description": one.kind.description, "field": fields}


def _type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"
