"""The form of a new rewriting: its defaults for an audit, and how its fields are read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from skipgram_audit.mitigation.english import tagger_is_there
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.rewriting import METHODS, MethodDescription, RewritePlan
from skipgram_audit.model.seeds import MOST_SEEDS, require_seeds
from skipgram_audit.model.word_pairs import (
    WordPairs,
    built_in_pairs,
    load_built_in,
    parse_pairs,
    written_pairs,
)
from skipgram_audit.store import marks
from skipgram_audit.store.document_columns import ranking_columns
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.common.plan_forms import PlanForm, measured_probes, sent_values
from skipgram_audit_web.common.sent_files import SentFile
from skipgram_audit_web.common.views import direction

WITHOUT_WORDS = ("remove", "add")
"""Methods that rewrite no words."""
FOR_REWRITING = ("en-gender", "en-pronouns", "en-kinship", "en-people", "en-occupations", "en-names")
"""Lists that the form offers, in its order; others that ship are for debiasing vectors."""

EDITABLE = tuple(name for name in FOR_REWRITING if not built_in_pairs()[name].includes)
"""Lists whose pairs can be edited: those that hold pairs of their own."""


@dataclass
class RewriteForm(PlanForm):
    """The fields of a rewriting, and the lists that are ticked."""

    definition = RewritePlan
    labels: ClassVar = {
        "method": "Documents that go", "lists": "Words", "own_pairs": "Pairs of your own", "where": "Documents",
        "probability": "Probability", "seed": "Seed of the draw", "mask": "Mask", "grammar": "Her and his",
        "seeds": "Seeds to train", "added": "Text",
    }  # fmt: skip

    lists: list[str] = field(default_factory=list)

    @property
    def description(self) -> MethodDescription:
        return METHODS[self.values["method"]]


def offered_lists() -> list[WordPairs]:
    """In the order of the form."""
    return [built_in_pairs()[name] for name in FOR_REWRITING]


def default_values(audit: AuditRow, method: str, marked: int) -> dict[str, str]:
    """The form as it is first shown."""
    description = METHODS.get(method, METHODS["substitute"])
    return {
        "method": description.name,
        "own_pairs": "",
        "added": "",
        "probability": f"{description.probability:g}",
        "seed": "1",
        "grammar": "tagger" if tagger_is_there() else "rule",
        "mask": "___",
        "where": "all",
        "top": str(min(200, audit.corpus.document_count)),
        "probe": next(iter(measured_probes(audit)), ""),
        "remove": "marked" if description.name == "remove" and marked else "none",
        "seeds": "",
    }


def read_form(audit: AuditRow, sent: Mapping[str, Any], marked: int) -> RewriteForm:
    """The form as it was sent, with its defaults where nothing was."""
    values = default_values(audit, str(sent.get("method", "")), marked)
    read = sent_values(values, sent) | {"method": values["method"]}
    edited = str(sent.get("edit", ""))
    if edited in EDITABLE:
        return RewriteForm(read | {"own_pairs": written_pairs(load_built_in(edited))}, lists=[])
    if "own_pairs" in sent:
        lists = [name for name in FOR_REWRITING if f"list-{name}" in sent]
    else:
        own = audit.corpus.language.lower().startswith("en") and values["method"] not in WITHOUT_WORDS
        lists = ["en-gender"] if own else []
    return RewriteForm(read, lists=lists)


def read_plan(
    session: Session,
    audit: AuditRow,
    form: RewriteForm,
    file: SentFile | None = None,
    added_file: SentFile | None = None,
) -> tuple[RewritePlan, list[int]] | None:
    """The plan that the form holds, and the seeds to train; None, with the form's errors filled in, when a field is
    wrong.

    Args:
        file: with word pairs; added_file: with a text to add.
    """
    values = form.values
    try:
        seeds = require_seeds([int(one) for one in form.numbers("seeds")])
        if len(seeds) > MOST_SEEDS:
            raise ValueError
    except ValueError:
        form.errors["seeds"] = f"up to {MOST_SEEDS} different whole numbers are needed, or none"
        return None
    lists: list[WordPairs] = []
    positions: tuple[int, ...] | None = None
    try:
        if values["method"] not in WITHOUT_WORDS:
            lists += [load_built_in(name) for name in form.lists]
            if values["own_pairs"]:
                lists.append(parse_pairs(values["own_pairs"], "own pairs"))
            if file is not None:
                lists.append(parse_pairs(file.text, Path(file.name).stem))
            positions = _positions(session, audit, form)
    except AuditError as error:
        form.errors["own_pairs" if not form.errors else "where"] = str(error)
    if form.errors:
        return None
    given = (values["added"], added_file.text if added_file else "")
    added = [text for text in given if text.strip()] if values["method"] == "add" else []
    removed = tuple(marks.positions(session, audit.id)) if values["remove"] == "marked" else ()
    plan = form.plan(
        RewritePlan,
        {
            "method": values["method"],
            "lists": [one.model_dump() for one in lists],
            "probability": values["probability"] or None,
            "seed": values["seed"],
            "grammar": values["grammar"],
            "mask": values["mask"],
            "positions": positions,
            "added": added,
            "removed": removed,
            "removed_why": f"marked in the audit {audit.name}"[:500] if removed else "chosen to be removed",
        },
        otherwise="method",
    )
    return None if plan is None else (plan, seeds)


def _positions(session: Session, audit: AuditRow, form: RewriteForm) -> tuple[int, ...] | None:
    """Of the documents to be rewritten; None for all."""
    where = form.values["where"]
    if where == "marked":
        found = tuple(marks.positions(session, audit.id))
        if not found:
            form.errors["where"] = "nothing is marked in this audit"
        return found
    if where != "top":
        return None
    probe = next((one for one in audit.probes if one.name == form.values["probe"] and one.measured), None)
    top = form.values["top"]
    if probe is None or not re.fullmatch("0*[1-9][0-9]{0,8}", top):
        form.errors["where"] = "a measured probe and a number of documents are needed"
        return None
    columns = ranking_columns(session, probe)
    amplifying = direction(probe) * columns["influences"]
    there = int((amplifying > 0).sum())
    if int(top) > there:
        form.errors["where"] = f"{int(top):,} documents were asked for; {there:,} amplify {probe.name}"
        return None
    order = (-amplifying).argsort(kind="stable")[: int(top)]
    return tuple(sorted(columns["documents"][order].tolist()))
