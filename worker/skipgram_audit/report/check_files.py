"""Checks by retraining in the files of a report: report.json and report.html, which are written before any check ends.

report.html has a place for them between two comments. Corpus text cannot contain these: it is escaped.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.templating import make_environment

BEGIN, END = "<!-- checks -->", "<!-- end of checks -->"
PLACE = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
CLOSING = "</main>"
"""Where they go in a report of an older version, which has no place for them."""


def stored_checks(report: dict[str, Any]) -> list[FinishedCheck]:
    """The checks in the content of report.json, the newest first."""
    return [
        FinishedCheck.model_validate({name: one[name] for name in FinishedCheck.model_fields})
        for one in report.get("checks", [])
    ]


def write_checks(folder: Path, checks: Sequence[FinishedCheck]) -> None:
    """Puts the checks of an audit, the newest first, in the place of those in its report's files.

    Each file is replaced as a whole. A file that is not there is left so.
    """
    scores, page = folder / "report.json", folder / "report.html"
    if scores.is_file():
        content = json.loads(scores.read_text(encoding="utf-8"))
        content["checks"] = [one.as_dict() for one in checks]
        _replace(scores, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    if page.is_file():
        html = make_environment().get_template("report_checks.html").render(checks=checks)
        _replace(page, _with_checks(page.read_text(encoding="utf-8"), f"{BEGIN}{html}{END}"))


def keep_check(folder: Path, check: FinishedCheck) -> None:
    """Adds one check to the files, in the place of an earlier one of the same plan."""
    scores = folder / "report.json"
    there = stored_checks(json.loads(scores.read_text(encoding="utf-8"))) if scores.is_file() else []
    write_checks(folder, [check, *(one for one in there if one.plan != check.plan)])


def _with_checks(page: str, part: str) -> str:
    if PLACE.search(page):
        return PLACE.sub(lambda _: part, page, count=1)
    before, closing, after = page.rpartition(CLOSING)
    return before + part + closing + after


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
