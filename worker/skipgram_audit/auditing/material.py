"""What a report is made from, read from the folder of an audit: results, the strongest texts, and finished checks.

Columns are read whole, texts only where a report shows them: a document's row group, and a sentence's.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.texts import read_rows
from skipgram_audit.computing.files import read_json, read_lines
from skipgram_audit.model.check_plan import TrainingScores
from skipgram_audit.model.influence_groups import InfluenceGroup, groups_documents, summed_groups
from skipgram_audit.model.mitigations import MitigationTable
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.report_options import MOST_STRONGEST
from skipgram_audit.model.tokens import DEFAULT_LANGUAGE
from skipgram_audit.report.check_files import stored_checks, stored_rewritings
from skipgram_audit.report.check_rows import SetRow, set_rows
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.material import BEGINNING, MOST_GROUPS, CheckMaterial, Drivers, Material, RankedText
from skipgram_audit.report.sentences import direction
from skipgram_audit.report.spelling import as_spelled
from skipgram_audit.report.values import outcomes_of

SIDES = ("amplifying", "mitigating")
Ranked = tuple[int, float, float, float]
"""Row, influence, spread and sign stability of a text."""


def read_material(folder: Path, strongest: int = MOST_STRONGEST) -> Material:
    """Of a finished audit.

    Args:
        strongest: texts of each side to read.

    Raises:
        NotFound: the folder holds no finished audit.
    """
    manifest = layout.read_finished(folder, layout.MANIFEST)
    report = layout.read_finished(folder, layout.REPORT)
    casefold, language = report["settings"]["casefold"], manifest["corpus"].get("language") or DEFAULT_LANGUAGE
    outcomes = [as_spelled(one, casefold, language) for one in outcomes_of(report)]
    checks, unread = _checks(folder, report)
    return Material(
        title=report["title"],
        ended=_ended(folder, manifest),
        corpus_name=report["corpus"]["name"],
        document_count=report["corpus"]["documents"],
        sentence_count=report["corpus"]["sentences"],
        token_count=report["corpus"]["tokens"],
        vocabulary_size=report["training"]["vocabulary"],
        trained_tokens=report["training"]["tokens"],
        settings=report["settings"],
        manifest=manifest,
        outcomes=outcomes,
        drivers={one.name: _drivers(folder, one, strongest) for one in outcomes if one.measured},
        checks=checks,
        unread_checks=unread,
        rewritings=stored_rewritings(report),
        mitigations=_mitigations(folder),
    )


def _ended(folder: Path, manifest: Mapping[str, Any]) -> datetime:
    """When the audit ended; of audits of version 0.2.0, when the manifest was written."""
    if "ended" in manifest:
        return datetime.fromisoformat(manifest["ended"])
    return datetime.fromtimestamp((folder / layout.MANIFEST).stat().st_mtime, UTC)


def _drivers(folder: Path, outcome: ProbeOutcome, strongest: int) -> Drivers:
    documents = pq.read_table(folder / layout.DOCUMENTS, columns=_columns(outcome.name))
    sentences = pq.read_table(folder / layout.SENTENCES, columns=_columns(outcome.name))
    sides = {
        "documents": _extremes(documents, outcome, strongest),
        "sentences": _extremes(sentences, outcome, strongest),
    }
    names = _rows_of(folder / layout.DOCUMENTS, ["document", "title"], sides["documents"])
    texts = _rows_of(folder / layout.ARTIFACTS / layout.TEXTS, ["text"], sides["documents"])
    found = _rows_of(folder / layout.SENTENCES, ["document", "text"], sides["sentences"])
    return Drivers(
        documents={
            side: [
                RankedText(names[row]["title"], names[row]["document"], texts[row]["text"][:BEGINNING], *values)
                for row, *values in rows
            ]
            for side, rows in sides["documents"].items()
        },
        sentences={
            side: [RankedText("", found[row]["document"], found[row]["text"], *values) for row, *values in rows]
            for side, rows in sides["sentences"].items()
        },
        groups=_groups(folder, documents, outcome),
    )


def _columns(probe: str) -> list[str]:
    return [f"{probe} influence", f"{probe} spread", f"{probe} sign_stability"]


def _extremes(table: pa.Table, outcome: ProbeOutcome, count: int) -> dict[str, list[Ranked]]:
    """The rows of largest influence either way, the strongest first; none is on the wrong side of zero."""
    influence, spread, stability = (np.nan_to_num(_numbers(table, name)) for name in _columns(outcome.name))
    order = np.argsort(-influence, kind="stable")
    up = [int(row) for row in order[:count] if influence[row] > 0]
    down = [int(row) for row in order[::-1][:count] if influence[row] < 0]
    pairs = zip(SIDES if direction(outcome) > 0 else SIDES[::-1], (up, down), strict=True)
    found = {
        side: [(row, float(influence[row]), float(spread[row]), float(stability[row])) for row in rows]
        for side, rows in pairs
    }
    return {side: found[side] for side in SIDES}


def _numbers(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    return np.asarray(table[name].to_numpy(), np.float64)


def _rows_of(path: Path, columns: list[str], sides: Mapping[str, Sequence[Ranked]]) -> dict[int, dict[str, Any]]:
    """Row number -> its values."""
    return read_rows(path, sorted({row for rows in sides.values() for row, *_ in rows}), columns)


def _groups(folder: Path, documents: pa.Table, outcome: ProbeOutcome) -> dict[str, list[InfluenceGroup]]:
    """The groups of each field that groups documents at all."""
    names = pq.read_schema(folder / layout.DOCUMENTS).names
    fields = [name for name in names if name.startswith("field ")]
    influence, spread = (np.nan_to_num(_numbers(documents, name)) for name in _columns(outcome.name)[:2])
    found = {}
    for name in fields:
        values = pq.read_table(folder / layout.DOCUMENTS, columns=[name])[name].combine_chunks()
        codes = pc.dictionary_encode(pc.if_else(pc.equal(values, ""), None, values), null_encoding="encode")
        if groups_documents(len(codes.dictionary), len(codes)):
            found[name.removeprefix("field ")] = summed_groups(
                np.asarray(codes.indices), influence, spread, len(outcome.by_seed), outcome.standard_error is not None,
                partial(_values_of, codes.dictionary), limit=MOST_GROUPS,
            )  # fmt: skip
    return found


def _values_of(dictionary: pa.Array, chosen: list[int]) -> list[str | None]:
    found: list[str | None] = dictionary.take(pa.array(chosen, pa.int64())).to_pylist()
    return found


def _mitigations(folder: Path) -> list[MitigationTable]:
    """The tables of comparisons that have ended, the newest first."""
    files = sorted(
        (folder / layout.MITIGATIONS).glob(f"*/{layout.MITIGATION_TABLE}"), key=lambda one: (-one.stat().st_mtime, one)
    )
    return [MitigationTable.model_validate_json(one.read_bytes()) for one in files]


class _StoredSet:
    """A removal set as a check of a folder keeps it."""

    def __init__(self, row: Mapping[str, Any], probes: Sequence[str]) -> None:
        self.number: int = row["number"]
        self.kind: str = row["kind"]
        self.control_of: int | None = row["control_of"]
        self.document_count = len(row["documents"])
        self.token_count: int = row["tokens"]
        self.predicted = dict(zip(probes, row["predicted"], strict=True))


def _checks(folder: Path, report: dict[str, Any]) -> tuple[list[CheckMaterial], int]:
    """The checks of report.json, the newest first, with the rows of their sets where the folder has them, and those
    that only predicted; numbered by age; and how many others the folder has."""
    kinds = {one["name"]: one["kind"] for one in report["probes"]}
    probes = list(layout.measured_rows(report))
    begun = [one for one in (folder / layout.CHECKS).glob("*") if one.is_dir()]
    kept = [_check(one, probes, kinds) for one in sorted(begun, key=lambda one: (-one.stat().st_mtime, one.name))]
    there = {json.dumps(one.plan.identity()): (place, rows) for place, (one, rows) in enumerate(filter(None, kept))}
    every = [*stored_checks(report), *(one for one, _ in filter(None, kept) if one.plan.predict_only)]
    found = [(*there.get(json.dumps(one.plan.identity()), (0, {})), one) for one in every]
    found.sort(key=lambda one: one[0])
    numbered = [CheckMaterial(len(found) - place, one, rows) for place, (_, rows, one) in enumerate(found)]
    return numbered, sum(one is None for one in kept)


def _check(
    folder: Path, probes: Sequence[str], kinds: Mapping[str, str]
) -> tuple[FinishedCheck, Mapping[str, Sequence[SetRow]]] | None:
    """None where it has not ended, or is of a version that kept no plan."""
    try:
        plan, outcome, sets = (
            read_json(folder / name) for name in (layout.CHECK_PLAN, layout.CHECK_OUTCOME, layout.CHECK_SETS)
        )
        removals = [_StoredSet(row, probes) for row in sets]
        finished = FinishedCheck.of(plan, outcome, removals, kinds)
    except (OSError, ValueError):
        return None
    scores = read_scores(folder)
    return finished, {name: set_rows(removals, scores, finished.plan.seeds, name) for name in probes}


def read_scores(folder: Path) -> dict[tuple[int, int], TrainingScores]:
    """Set number and seed -> what its training gave; a line that was cut off is passed over."""
    rows = read_lines(folder / layout.CHECK_SCORES, json.loads)
    return {(row["number"], row["seed"]): TrainingScores(row["scores"], row["reasons"]) for row in rows}
