"""Tables for a notebook: a pandas DataFrame where pandas is installed, a table of plain columns elsewhere."""

import html
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ROWS_SHOWN = 20


class Table:
    """Named columns of equal length.

    Any library that takes Arrow tables takes this one, ``polars.DataFrame(table)`` for instance.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self._columns = {name: list(values) for name, values in columns.items()}

    @property
    def columns(self) -> list[str]:
        """Their names."""
        return list(self._columns)

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns[name]

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), []))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Row by row."""
        for values in zip(*self._columns.values(), strict=True):
            yield dict(zip(self._columns, values, strict=True))

    def head(self, rows: int = 5) -> "Table":
        """The first rows."""
        return Table({name: values[:rows] for name, values in self._columns.items()})

    def to_dict(self) -> dict[str, list[Any]]:
        """Plain columns."""
        return {name: list(values) for name, values in self._columns.items()}

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        import pyarrow

        return pyarrow.table(self._columns).__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"Table of {len(self)} rows: {', '.join(self._columns)}"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self._columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row.values()) + "</tr>"
            for row in self.head(ROWS_SHOWN)
        )
        more = f"<p>{len(self):,} rows</p>" if len(self) > ROWS_SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def frame(columns: Mapping[str, Sequence[Any]]) -> Any:
    """The columns as a pandas DataFrame, or as a Table where pandas is not installed."""
    if importlib.util.find_spec("pandas") is None:
        return Table(columns)
    import pandas

    return pandas.DataFrame(dict(columns))


def _text(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
