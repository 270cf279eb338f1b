"""Names of a table's columns: each is unique, and a chosen one that two columns have is refused."""

from collections import Counter
from collections.abc import Sequence

from skipgram_audit.corpus.readers.errors import MissingField, RepeatedField
from skipgram_audit.corpus.readers.remedies import Remedy
from skipgram_audit.model.reader_options import ReaderOptions

_SHOWN_COLUMNS = 30


def unique_names(names: Sequence[str]) -> list[str]:
    """Column names without white space around them.

    Unnamed columns are numbered; those of one name have their numbers added, all of them, so that none is taken for
    the only one.
    """
    plain = [name.strip() or f"column {number}" for number, name in enumerate(names, start=1)]
    counts = Counter(plain)
    return [name if counts[name] == 1 else f"{name} ({number})" for number, name in enumerate(plain, start=1)]


def repeated(name: str, columns: Sequence[str]) -> list[str]:
    """The unique names of the columns that were all called by a name."""
    return [column for number, column in enumerate(columns, start=1) if column == f"{name} ({number})"]


def repeated_names(columns: Sequence[str]) -> list[str]:
    """The names that more than one column had before they were made unique."""
    plain = [column.removesuffix(f" ({number})") for number, column in enumerate(columns, start=1)]
    return [name for name, count in Counter(plain).items() if count > 1 and name not in columns]


def require_fields(columns: Sequence[str], options: ReaderOptions) -> None:
    """The text column and metadata columns must be there; no chosen name may be that of several columns.

    Raises:
        MissingField: one is not there; id and title may be missing.
        RepeatedField: several columns have the name of one.
    """
    for name in (options.text_field, options.id_field, options.title_field, *options.metadata_fields):
        if not name or name in columns:
            continue
        if same := repeated(name, columns):
            raise RepeatedField(
                f"{len(same)} columns are called {name[:80]!r}.",
                f"Choose one of them: {' or '.join(map(repr, same[:_SHOWN_COLUMNS]))}; the numbers are their places.",
                repeated=name,
                columns=same[:_SHOWN_COLUMNS],
            )
        if name in (options.text_field, *options.metadata_fields):
            shown = list(columns[:_SHOWN_COLUMNS])
            raise MissingField(
                f"The file has no column {name[:80]!r}. Its columns are: {', '.join(shown)}.",
                Remedy.CHOOSE_COLUMN,
                missing=name,
                columns=shown,
            )
