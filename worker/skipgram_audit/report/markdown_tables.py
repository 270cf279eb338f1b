"""Markdown tables."""

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """A value that stays in its cell."""
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; empty text where it has no rows."""
    lines = ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines, ""]) if lines else ""


def code(value: object) -> str:
    """A value as the code writes it; empty text stays empty."""
    return f"`{value}`" if value not in ("", None) else ""
