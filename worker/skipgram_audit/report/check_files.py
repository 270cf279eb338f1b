"""Checks by retraining and rewritings in report.json, which is written before any of them ends."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting


def stored_checks(report: dict[str, Any]) -> list[FinishedCheck]:
    """The checks in the content of report.json, the newest first."""
    return [
        FinishedCheck.model_validate({name: one[name] for name in FinishedCheck.model_fields})
        for one in report.get("checks", [])
    ]


def stored_rewritings(report: dict[str, Any]) -> list[FinishedRewriting]:
    """The rewritings in the content of report.json, the newest first."""
    return [
        FinishedRewriting.model_validate({name: one[name] for name in FinishedRewriting.model_fields})
        for one in report.get("rewritings", [])
    ]


def write_checks(folder: Path, checks: Sequence[FinishedCheck]) -> None:
    """Puts the checks of an audit, the newest first, in the place of those in its report.json."""
    _put(folder, "checks", [one.as_dict() for one in checks])


def write_rewritings(folder: Path, rewritings: Sequence[FinishedRewriting]) -> None:
    """Puts the rewritings of an audit, the newest first, in the place of those in its report.json."""
    _put(folder, "rewritings", [one.as_dict() for one in rewritings])


def _put(folder: Path, name: str, values: list[dict[str, Any]]) -> None:
    """The file is replaced as a whole. Where it is not there, nothing is written."""
    scores = folder / "report.json"
    if scores.is_file():
        content = json.loads(scores.read_text(encoding="utf-8"))
        content[name] = values
        temporary = scores.with_name(scores.name + ".part")
        temporary.write_text(
            json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
        )
        temporary.replace(scores)


def keep_check(folder: Path, check: FinishedCheck) -> None:
    """Adds one check to the file, in the place of an earlier one of the same plan."""
    scores = folder / "report.json"
    there = stored_checks(json.loads(scores.read_text(encoding="utf-8"))) if scores.is_file() else []
    write_checks(folder, [check, *(one for one in there if one.plan != check.plan)])
