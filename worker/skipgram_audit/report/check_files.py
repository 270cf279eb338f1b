"""Checks by retraining and rewritings in report.json, which is written before any of them ends."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skipgram_audit.computing.files import write_whole
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting, sha256_of


def stored_checks(report: dict[str, Any]) -> list[FinishedCheck]:
    """The checks in the content of report.json, the newest first."""
    return [
        FinishedCheck.model_validate({name: one[name] for name in FinishedCheck.model_fields})
        for one in report.get("checks", [])
    ]


def stored_rewritings(report: dict[str, Any]) -> list[FinishedRewriting]:
    """The rewritings in the content of report.json, the newest first."""
    return [
        FinishedRewriting.model_validate({name: one[name] for name in FinishedRewriting.model_fields if name in one})
        for one in report.get("rewritings", [])
    ]


def write_found(
    folder: Path,
    checks: Sequence[FinishedCheck] | None = None,
    rewritings: Sequence[FinishedRewriting] | None = None,
) -> None:
    """Puts the checks and rewritings of an audit, the newest first, in the place of those in its report.json.

    The file is replaced as a whole, once. Where it is not there, nothing is written.

    Args:
        checks, rewritings: None where those that are there stay.
    """
    scores = folder / "report.json"
    if scores.is_file():
        content = _read(scores)
        if checks is not None:
            content["checks"] = [one.as_dict() for one in checks]
        if rewritings is not None:
            content["rewritings"] = [one.as_dict() for one in rewritings]
        write_whole(scores, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def keep_check(folder: Path, check: FinishedCheck) -> None:
    """Adds one check to the file, in the place of an earlier one of the same plan."""
    there = stored_checks(_read(folder / "report.json"))
    others = [one for one in there if one.plan.identity() != check.plan.identity()]
    write_found(folder, checks=[check, *others])


def keep_rewriting(folder: Path, rewriting: FinishedRewriting) -> None:
    """Adds one rewriting to the file, in the place of an earlier one of the same plan."""
    there = stored_rewritings(_read(folder / "report.json"))
    others = [one for one in there if one.plan_sha256 != rewriting.plan_sha256]
    write_found(folder, rewritings=[rewriting, *others])


def drop_rewriting(folder: Path, plan: RewritePlan) -> bool:
    """Takes the rewriting of a plan out of the file; whether one was there."""
    there = stored_rewritings(_read(folder / "report.json"))
    others = [one for one in there if one.plan_sha256 != sha256_of(plan)]
    if len(others) == len(there):
        return False
    write_found(folder, rewritings=others)
    return True


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
