"""Lists of document ids, as ``--without`` takes them. Every id is read exactly as it is written.

* A text file holds one id a line. Lines end with a line feed, or a carriage return and a line feed; nothing else is
  taken away, white space neither. Empty lines are passed over.
* JSON holds any id, also one with a line break in it: an array of strings, or with a name in .jsonl a string a line.
  A file is read as JSON when its name ends in .json or .jsonl, or when all of it is an array of strings.
* ``-`` is standard input. The encoding is UTF-8, or UTF-16 with its byte order mark.
"""

import codecs
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from skipgram_audit.model.errors import InvalidInput, NotFound

STANDARD_INPUT = "-"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_JSON_ENDS = (".json", ".jsonl", ".ndjson")
_SHOWN = 5
_WRITE = "Write one document id a line, or a JSON array of strings."


@dataclass(frozen=True)
class IdList:
    """What a list holds.

    Attributes:
        ids: each once, in the order of the list.
        repeated: those that the list has more than once.
    """

    ids: tuple[str, ...]
    repeated: tuple[str, ...]

    @classmethod
    def of(cls, identifiers: Iterable[str]) -> "IdList":
        """The list of these ids."""
        counts = Counter(identifiers)
        return cls(tuple(counts), tuple(identifier for identifier, count in counts.items() if count > 1))

    def notes(self) -> list[str]:
        """What a user should know of the list."""
        if not self.repeated:
            return []
        more = ", ..." if len(self.repeated) > _SHOWN else ""
        count = "1 id is" if len(self.repeated) == 1 else f"{len(self.repeated):,} ids are"
        return [
            f"{count} in the list more than once: {', '.join(map(repr, self.repeated[:_SHOWN]))}{more}. "
            "Each counts once."
        ]


def read_id_list(path: Path) -> IdList:
    """The ids of a file, a pipe or standard input.

    Raises:
        NotFound: no such file.
        InvalidInput: no id in it, not text, or not the JSON that its name says.
    """
    found = IdList.of(_ids(decode_list(_bytes(path), _name(path)), path))
    if not found.ids:
        raise InvalidInput(f"{_name(path)} names no document.", _WRITE)
    return found


def write_id_list(ids: Sequence[str]) -> str:
    """A file that read_id_list reads back exactly: one id a line, or JSON where a line cannot hold an id."""
    lines = "".join(f"{identifier}\n" for identifier in ids)
    if _lines(lines) == list(ids) and not lines.startswith("\ufeff") and _array(lines) is None:
        return lines
    return json.dumps(list(ids), ensure_ascii=False) + "\n"


def _bytes(path: Path) -> bytes:
    if str(path) == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {str(path)!r}.", _WRITE) from error
    except OSError as error:
        raise InvalidInput(f"{str(path)!r} cannot be read: {error.strerror}.", _WRITE) from error


def decode_list(data: bytes, name: str) -> str:
    """The text of a list.

    Args:
        name: of the list, in a sentence.

    Raises:
        InvalidInput: it is not text.
    """
    try:
        text = data.decode("utf-16" if data.startswith(_UTF16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInput(f"{name} is not text in UTF-8, see line {line:,}.", "Save it as UTF-8.") from error
    if "\0" in text:
        raise InvalidInput(f"{name} has NUL characters, as UTF-16 without a byte order mark has.", "Save it as UTF-8.")
    return text


def parse_ids(text: str) -> list[str]:
    """Ids as they are written or pasted: one a line, or a JSON array of strings."""
    array = _array(text)
    return _lines(text) if array is None else array


def _ids(text: str, path: Path) -> list[str]:
    end = path.suffix.lower()
    if end not in _JSON_ENDS:
        return parse_ids(text)
    found = _array(text) if end == ".json" else _strings(text)
    if found is None:
        form = "an array of strings" if end == ".json" else "a string a line"
        why = _broken(text if end == ".json" else "[" + ",".join(filter(str.strip, text.split("\n"))) + "]")
        raise InvalidInput(
            f"{_name(path)} is not {form} in JSON: {why}.",
            "Write every id in quotation marks, and commas between them.",
        )
    return found


def _broken(text: str) -> str:
    """What is wrong with JSON that no strings were read from."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"it is broken after {text[: error.pos][-20:]!r}" if error.pos else "it does not begin as JSON does"
    except RecursionError:
        return "it is nested too deeply"
    return "it holds something that is not a text"


def _lines(text: str) -> list[str]:
    return [line for part in text.split("\n") if (line := part.removesuffix("\r"))]


def _array(text: str) -> list[str] | None:
    """The strings of a JSON array, without empty ones: no document has an empty id."""
    if not text.lstrip().startswith("["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [one for one in found if one] if all(isinstance(one, str) for one in found) else None


def _strings(text: str) -> list[str] | None:
    found: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            strings = _array(f"[{line}]")
            if strings is None:
                return None
            found += strings
    return found


def _name(path: Path) -> str:
    return "Standard input" if str(path) == STANDARD_INPUT else path.name
