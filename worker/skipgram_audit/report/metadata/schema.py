"""The JSON Schema of report.json, from the types that it is written from."""

from typing import Any

from pydantic import BaseModel, Field, TypeAdapter

from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting
from skipgram_audit.report.verdict import TITLES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
REFERENCE = "#/$defs/{model}"
VERDICT = "As pages write it: " + "; ".join(f"{name}: {title}" for name, title in TITLES.items()) + "."


class Evidence(BaseModel):
    """One thing that bears on a score."""

    about: str = Field(
        description="interval, permutation, shuffled_text, seeds, words, vectors, single_words, repeats or size."
    )
    support: str = Field(description="for, against, limit, missing or none.")
    sentence: str


class Conclusion(BaseModel):
    """What may be said of a score."""

    answer: str = Field(description=VERDICT, json_schema_extra={"enum": list(TITLES)})
    title: str = Field(description="The answer as pages and reports write it.")
    sentence: str
    evidence: list[Evidence]


class CorpusCounts(BaseModel):
    """The corpus as it was read."""

    name: str
    documents: int
    sentences: int
    tokens: int
    rows: dict[str, Any] | None = Field(default=None, description="What became of the rows of the file.")


class TrainedCounts(BaseModel):
    """What was trained on."""

    vocabulary: int
    tokens: int


class Finding(BaseModel):
    """What a check says of a probe, in words."""

    probe: str
    finding: str
    reason: str
    result: str


class RewrittenFinding(BaseModel):
    """What becomes of a score by a rewriting, in words."""

    probe: str
    finding: str


class ReportFile(BaseModel):
    """report.json: scores, word associations, counts, checks and rewritings of an audit, without the single texts."""

    format: int = Field(description="1. A program that finds a larger number must not read on.")
    title: str
    corpus: CorpusCounts
    training: TrainedCounts
    settings: AuditSettings
    probes: list[Any]
    checks: list[Any] = Field(default=[], description="Checks by retraining that have ended, the newest first.")
    rewritings: list[Any] = Field(
        default=[], description="Rewritings of the corpus that were predicted or trained, the newest first."
    )


def report_schema() -> dict[str, Any]:
    """The schema, in the dialect of 2020-12."""
    schema = ReportFile.model_json_schema(mode="serialization", ref_template=REFERENCE)
    definitions: dict[str, Any] = schema["$defs"]
    added = (
        ("ProbeOutcome", TypeAdapter(ProbeOutcome)),
        ("Conclusion", TypeAdapter(Conclusion)),
        ("FinishedCheck", TypeAdapter(FinishedCheck)),
        ("Finding", TypeAdapter(Finding)),
        ("FinishedRewriting", TypeAdapter(FinishedRewriting)),
        ("RewrittenFinding", TypeAdapter(RewrittenFinding)),
    )
    for name, kind in added:
        one = kind.json_schema(mode="serialization", ref_template=REFERENCE)
        definitions |= one.pop("$defs", {})
        definitions[name] = one
    probe, check = definitions["ProbeOutcome"], definitions["FinishedCheck"]
    probe["properties"] |= {
        "verdict": {
            "type": "string",
            "enum": list(TITLES),
            "description": f"The answer of the conclusion. {VERDICT} Audit.scores has the same words in Python.",
        },
        "score_name": {"type": "string", "description": "What the kind of the probe calls its score."},
        "standard_error_reason": {
            "type": "string",
            "description": "Why there is no standard error; empty where one is.",
        },
        "conclusion": {"$ref": "#/$defs/Conclusion"},
    }
    check["properties"] |= {
        "title": {"type": "string"},
        "findings": {"type": "array", "items": {"$ref": "#/$defs/Finding"}},
    }
    definitions["FinishedRewriting"]["properties"] |= {
        "findings": {"type": "array", "items": {"$ref": "#/$defs/RewrittenFinding"}}
    }
    schema["properties"]["rewritings"]["items"] = {"$ref": "#/$defs/FinishedRewriting"}
    schema["properties"]["probes"]["items"] = {"$ref": "#/$defs/ProbeOutcome"}
    schema["properties"]["checks"]["items"] = {"$ref": "#/$defs/FinishedCheck"}
    return {"$schema": DIALECT, **schema}
