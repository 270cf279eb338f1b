"""Files that appear whole or not at all, or grow by lines, and what is in one."""

import hashlib
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from skipgram_audit.model.errors import InvalidInput

T = TypeVar("T")


def check_output_file(path: Path, new: bool = False) -> None:
    """Says before any work is done that its results could not be written to a file.

    Args:
        new: whether a file that is there already must stay as it is.

    Raises:
        InvalidInput: the path is that of a folder, lies in none, or may not be written to; or the file must be new.
    """
    if path.is_dir():
        raise InvalidInput(f"{str(path)!r} is a folder, not a file.", "Name a file, in the folder for instance.")
    if not path.parent.is_dir():
        raise InvalidInput(
            f"There is no folder {str(path.parent)!r} for {path.name!r}.", "Make it, or name another one."
        )
    if new and path.is_file():
        raise InvalidInput(f"The file {str(path)!r} is there already.", "Name another file, or remove it first.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise InvalidInput(f"{str(path)!r} may not be written to.", "Name another file, or change who may write there.")


def check_output_folder(path: Path) -> None:
    """The same of a folder for results, which need not be there yet.

    Raises:
        InvalidInput: the path is that of a file or leads through one, or the folder cannot be made.
    """
    there = next(one for one in (path, *path.absolute().parents) if one.exists())
    if not there.is_dir():
        raise InvalidInput(f"{str(there)!r} is a file, not a folder.", "Name a folder; a new one is made.")
    if not path.exists() and not os.access(there, os.W_OK):
        raise InvalidInput(f"In {str(there)!r} no folder may be made.", "Name another one.")


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a file, text as UTF-8, that appears whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content.encode() if isinstance(content, str) else content)
    temporary.replace(path)


def write_json(path: Path, content: Any) -> None:
    """The same of a value."""
    write_whole(path, json.dumps(content, ensure_ascii=False))


def read_json(path: Path) -> Any:
    """The value in a file."""
    return json.loads(path.read_text(encoding="utf-8"))


def append_line(path: Path, line: str) -> None:
    """Appends to a file of lines that is kept while something is computed."""
    with path.open("a", encoding="utf-8") as lines:
        # The line break first ends a line that was cut off.
        lines.write("\n" + line)


def read_lines(path: Path, parse: Callable[[str], T]) -> Iterator[T]:
    """What the lines of such a file hold, nothing where it is missing; a line that was cut off is passed over."""
    for line in path.read_text(encoding="utf-8").split("\n") if path.is_file() else []:
        try:
            yield parse(line)
        except ValueError:
            continue


def file_sha256(path: Path) -> str:
    """Of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Writer(ABC):
    """Writes a file piece by piece, as long as a with block lasts."""

    @abstractmethod
    def close(self, whole: bool) -> None:
        """At the end of the block; whole where no error ended it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(whole=error is None)
