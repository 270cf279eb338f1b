"""Ids of rows that have none.

An id of the file is never changed, and never loses its row to an id that we made up, wherever in the file it is. So
before the first id is made up, all given ids that could be in its way are collected by reading the file's rows once.

* If no row has an id, rows are called by their numbers: ``1``, ``2``, ...
* If some rows have ids, those without are called ``row 2``; where that id has been given to another row, ``row 2 (2)``,
  and so on.
"""

from collections.abc import Callable

PREFIX = "row "


class FileIdentifiers:
    """What has to be known of the ids in a file.

    Attributes:
        any: whether some row has an id.
        like_ours: those that a row without an id could be given.
    """

    def __init__(self) -> None:
        self.any = False
        self.like_ours: set[str] = set()

    def add(self, identifier: str) -> None:
        self.any = True
        if identifier.startswith(PREFIX):
            self.like_ours.add(identifier)


class RowIdentifiers:
    """Names rows without ids.

    Args:
        collect: reads the given ids of the file; called once, when the first row without an id is met.
    """

    def __init__(self, collect: Callable[[], FileIdentifiers]) -> None:
        self._collect = collect
        self._file_ids: FileIdentifiers | None = None

    def of_row(self, number: int) -> str:
        """The id of the row of a running number; no row has been given it."""
        if self._file_ids is None:
            self._file_ids = self._collect()
        if not self._file_ids.any:
            return str(number)
        identifier, further = f"{PREFIX}{number}", 1
        while identifier in self._file_ids.like_ours:
            further += 1
            identifier = f"{PREFIX}{number} ({further})"
        return identifier
