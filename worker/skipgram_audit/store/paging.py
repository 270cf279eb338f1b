"""Pages of a long list by key, not by offset: page 10,000 costs what page 1 costs, and rows never shift."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput

Item = TypeVar("Item")
PAGE_SIZE = 50


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the items after, or before, the one whose integer key is given."""

    key: int
    before: bool = False

    def __str__(self) -> str:
        return f"{'before' if self.before else 'after'}.{self.key}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """The cursor written in an address; None for an absent one.

        Raises:
            InvalidInput: not a cursor that one of our pages wrote.
        """
        if not text:
            return None
        direction, _, key = text.partition(".")
        digits = key.removeprefix("-")
        if direction not in ("after", "before") or not digits.isdecimal() or len(digits) > 18:
            raise InvalidInput(
                f"{text[:80]!r} is not a page cursor.", "Use the cursor that the previous page gave, or leave it out."
            )
        return cls(int(key), direction == "before")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a list, with the cursors of the pages around them (None: there is none)."""

    items: Sequence[Item]
    next: str | None = None
    previous: str | None = None


def paginate(
    session: Session,
    statement: Select[Item],
    key: Any,
    cursor: Cursor | None,
    size: int = PAGE_SIZE,
    descending: bool = False,
) -> Page[Item]:
    """One page of the first column of a statement, ordered by a unique integer column.

    Args:
        statement: a select without an order; further filters are already in it. Rows must expose the key as an
            attribute of the key's name (an ORM entity does).
        key: the mapped column to order by, for instance ``Document.position``.
        cursor: where to go on; None for the beginning.
        size: items a page.
        descending: largest key first.
    """
    backwards = cursor is not None and cursor.before
    upwards = descending == backwards
    if cursor is not None:
        statement = statement.where(key > cursor.key if upwards else key < cursor.key)
    rows = list(session.scalars(statement.order_by(key.asc() if upwards else key.desc()).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    first, last = getattr(rows[0], key.key), getattr(rows[-1], key.key)
    has_next = more if not backwards else True
    has_previous = more if backwards else cursor is not None
    return Page(
        rows,
        str(Cursor(last)) if has_next else None,
        str(Cursor(first, before=True)) if has_previous else None,
    )
