"""The columns that tell a text's place in a ranking, in every query by their names."""

from dataclasses import fields
from typing import Any

from skipgram_audit.model.outcome import RankedPlace
from skipgram_audit.store.models import DocumentInfluence, SentenceInfluence

NAMES = [item.name for item in fields(RankedPlace)]


def place_columns(table: type[DocumentInfluence] | type[SentenceInfluence]) -> list[Any]:
    """Those of a table of rankings."""
    return [getattr(table, name) for name in NAMES]


def place_in(row: Any) -> dict[str, Any]:
    """The values of a row that has these columns."""
    return {name: getattr(row, name) for name in NAMES}
