"""The ledger of a rewriting: every change of a corpus, with its reason. With the original it gives the result."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields

from skipgram_audit.mitigation.rewritten_corpus import Fate, RewrittenDocument
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.report.spreadsheets import csv_line

ACTIONS = {
    "substitute": "replace word",
    "augment": "replace word",
    "mask": "mask word",
    "delete": "delete sentence",
    "remove": "delete sentence",
}
ADD, ADD_NEW, REMOVE = "add copy", "add document", "remove document"


@dataclass(frozen=True)
class LedgerRow:
    """One change.

    Attributes:
        document: its id; of a change in a copy, that of the copy.
        sentence: its number in the original text, from 1; None for a whole document.
        start: where the change begins in the original text, in code points from 0; None for a whole document.
        action: replace word, mask word, delete sentence, remove document, add copy, or add document.
        before, after: what was there, and what is there now; of a copy, the ids of the original and of the copy.
        why: the pair or list, or why the document goes.
        audit: the audit that it was decided by.
    """

    document: str
    sentence: int | None
    start: int | None
    action: str
    before: str
    after: str
    why: str
    audit: str


def ledger_rows(documents: Iterable[RewrittenDocument], plan: RewritePlan, audit: str) -> Iterator[LedgerRow]:
    """All changes, in the order of the corpus.

    Args:
        audit: its name, as the rows give it.
    """
    for one in documents:
        identifier = one.source.id
        if one.fate is Fate.REMOVED:
            yield LedgerRow(identifier, None, None, REMOVE, "", "", plan.removed_why, audit)
            continue
        if one.fate is Fate.ADDED:
            yield LedgerRow(identifier, None, None, ADD_NEW, "", one.source.text, "a text that was given", audit)
        if one.fate is Fate.COPIED:
            why = "a copy with the words exchanged" if one.changes else f"it counts {plan.copies + 1} times"
            for copy_id in one.copy_ids:
                yield LedgerRow(one.source.id, None, None, ADD, one.source.id, copy_id, why, audit)
                identifier = copy_id
        for change in one.changes:
            yield LedgerRow(
                identifier,
                change.sentence + 1,
                change.start,
                ACTIONS[plan.method],
                change.before,
                change.after,
                change.why,
                audit,
            )
        if one.fate is Fate.EMPTIED:
            yield LedgerRow(identifier, None, None, REMOVE, "", "", "no word was left of it", audit)


def as_json_lines(rows: Iterable[LedgerRow]) -> Iterator[str]:
    """A JSON object a line."""
    return (json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: Iterable[LedgerRow]) -> Iterator[str]:
    """A header and a line a row; a text that a spreadsheet could take for a formula has an apostrophe before it."""
    names = [one.name for one in fields(LedgerRow)]
    yield csv_line(names)
    for row in rows:
        yield csv_line([getattr(row, name) for name in names])
