"""Files that appear whole or not at all, and what is in one."""

import hashlib
import json
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Self


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
