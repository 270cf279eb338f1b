"""The cells of a table of mitigations in words: values with their intervals."""

from skipgram_audit.model.mitigations import MitigationCell, MitigationColumn
from skipgram_audit.report.formatting import decimal, percent, score_text, thousands


def cell_text(cell: MitigationCell | None, column: MitigationColumn) -> str:
    """The value of a cell; a dash where there is none."""
    if cell is None or cell.value is None:
        return "–"
    if column.percent:
        return percent(cell.value, _percent_digits(cell))
    if column.digits == 0 and float(cell.value).is_integer():
        return thousands(int(cell.value))
    return decimal(cell.value, column.digits or 1)


def _percent_digits(cell: MitigationCell) -> int:
    """After the point of a share and of its interval alike: small shares differ behind it."""
    return 1 if cell.value is not None and 0 < cell.value < 0.1 else 0


def interval_text(cell: MitigationCell | None, column: MitigationColumn) -> str:
    """The interval of a cell, from and to; empty where there is none."""
    if cell is None or cell.low is None or cell.high is None:
        return ""
    if column.percent:
        low, high = max(0.0, cell.low), min(1.0, cell.high)
        digits = _percent_digits(cell)
        return f"{100 * low:.{digits}f} to {percent(high, digits)}"
    return f"{decimal(cell.low, column.digits)} to {decimal(cell.high, column.digits)}"


def with_interval(text: str, interval: str) -> str:
    """``54% (31% to 77%)``."""
    return f"{text} ({interval})" if interval else text


def cell_with_interval(cell: MitigationCell | None, column: MitigationColumn) -> str:
    """A value and its interval in brackets."""
    return with_interval(cell_text(cell, column), interval_text(cell, column))


def score_interval(cell: MitigationCell | None, kind: str) -> str:
    """The interval of a score over seeds; empty where there is none."""
    if cell is None or cell.low is None or cell.high is None:
        return ""
    return f"{score_text(cell.low, kind)} to {score_text(cell.high, kind)}"
