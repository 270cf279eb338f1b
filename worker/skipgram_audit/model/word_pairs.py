"""Lists of word pairs: the words that a rewriting exchanges. Their form, their files, and the lists that ship.

A list holds pairs of words, one for the other in both directions. So each word may be in one pair only: with he–she and
she–they nobody could say what becomes of "she". Pairs that share a word are refused, with the words that they share.
"""

import csv
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.text import PlainText
from skipgram_audit.model.tokens import DEFAULT_LANGUAGE, LANGUAGE_CODE, is_one_word, tokenize, word_form
from skipgram_audit.model.validation import validated

PAIRS_FOLDER = Path(__file__).parent / "pairs"
MOST_PAIRS, MOST_LISTS = 10_000, 20
MAXIMUM_LIST_BYTES = 1024 * 1024
SHOWN = 5
"""Problems, or words, that an error lists."""

ENGLISH_POSSESSIVES = ("her", "hers", "his", "him")
"""The words of the grammar english-possessives: "her" is him or his, "his" is her or hers."""

FORM = "Give one pair a line, two words separated by a comma or a tab; or CSV, JSON or TOML as the guide shows."

Word = Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class InvalidPairs(InvalidInput):
    """A list of word pairs that no rewriting could follow."""

    code = "invalid_pairs"


class WordPairs(BaseModel):
    """A list of word pairs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=r"^[\w][\w .:+-]*$", max_length=80)] = "own pairs"
    title: PlainText = Field(default="", max_length=200)
    language: str = Field(
        default="", pattern=f"^({LANGUAGE_CODE})?$", max_length=16, description="ISO 639; empty for any."
    )
    description: PlainText = Field(default="", max_length=2000)
    source: PlainText = Field(default="", max_length=2000)
    licence: PlainText = Field(default="", max_length=200)
    capitalised: bool = Field(
        default=False, description="Whether its words count only with a capital, as names do: Will, but not will."
    )
    grammar: Literal["", "english-possessives"] = Field(
        default="", description="english-possessives adds her, hers, him and his, told apart by their sentence."
    )
    includes: tuple[str, ...] = Field(default=(), description="Lists that ship, whose pairs belong to this one.")
    pairs: tuple[tuple[Word, Word], ...] = Field(default=(), max_length=MOST_PAIRS)

    @property
    def words(self) -> list[str]:
        """All words, in order, those of its grammar and of the lists that it includes as well."""
        return [word for one in self.parts() for word in one._own_words()]

    def parts(self) -> list["WordPairs"]:
        """The lists that it includes, and itself where it has words of its own.

        Raises:
            InvalidPairs: it includes a list that there is not.
        """
        unknown = [name for name in self.includes if name not in built_in_pairs()]
        if unknown:
            raise InvalidPairs(f"There is no list {', '.join(unknown)}.", f"Lists: {', '.join(built_in_pairs())}.")
        found = [part for name in self.includes for part in built_in_pairs()[name].parts()]
        return [*found, self] if self._own_words() else found

    def _own_words(self) -> list[str]:
        listed = [word for pair in self.pairs for word in pair]
        return listed + list(ENGLISH_POSSESSIVES if self.grammar else ())


class ListedPair(NamedTuple):
    """A pair of a list: its words by their forms, as they are written there, and the list."""

    forms: tuple[str, str]
    words: tuple[str, str]
    name: str
    capitalised: bool


@dataclass(frozen=True)
class PairTable:
    """What becomes of each word under some lists.

    Attributes:
        partners: form -> the pair, and which of its sides the form is.
        possessives: whether her, hers, his and him are told apart by their sentence.
        language: of the corpus, whose case rules the forms follow.
    """

    partners: Mapping[str, tuple[ListedPair, int]]
    possessives: str
    language: str

    def __contains__(self, form: str) -> bool:
        return form in self.partners or (bool(self.possessives) and form in ENGLISH_POSSESSIVES)

    @property
    def forms(self) -> list[str]:
        """Of all words, in order."""
        return [*self.partners, *(ENGLISH_POSSESSIVES if self.possessives else ())]


def pair_table(lists: Sequence[WordPairs], language: str = DEFAULT_LANGUAGE) -> PairTable:
    """The lists together, in the case rules of a language. A pair that two lists share counts once.

    Raises:
        InvalidPairs: no pairs, or what no rewriting could follow: says which words, and why.
    """
    every = [part for one in lists for part in one.parts()]
    listed = [
        ListedPair((word_form(a, True, language), word_form(b, True, language)), (a, b), part.name, part.capitalised)
        for part in every
        for a, b in part.pairs
    ]
    possessives = next((part.name for part in every if part.grammar), "")
    if not listed and not possessives:
        raise InvalidPairs("There is no pair of words.", FORM)
    problems = [*_unusable(listed), *_repeated(lists, language), *_shared(listed, possessives)]
    if problems:
        more = f" There are {len(problems) - SHOWN} more such problems." if len(problems) > SHOWN else ""
        raise InvalidPairs(
            " ".join(problems[:SHOWN]) + more,
            _remedy(problems),
            problems=problems[:100],
        )
    partners = {form: (pair, side) for pair in listed for side, form in enumerate(pair.forms)}
    return PairTable(partners, possessives, language)


def _remedy(problems: Sequence[str]) -> str:
    remedy = "Correct these pairs: a pair has two single words, and each word is in one pair."
    if any(word in re.findall(r"\w+", " ".join(problems)) for word in ENGLISH_POSSESSIVES):
        remedy += " Of her, hers, his and him, which have no one partner each, the list en-pronouns takes care."
    return remedy


def _unusable(listed: Iterable[ListedPair]) -> Iterator[str]:
    """Pairs that are none in themselves."""
    for pair in listed:
        for word in pair.words:
            if not is_one_word(word):
                read = ", ".join(tokenize(word, casefold=False)) or "nothing"
                yield f"{word!r} is not one word: a corpus reads it as {read}."
        if pair.forms[0] == pair.forms[1]:
            yield f"{pair.words[0]}–{pair.words[1]} is the same word twice: both are counted as {pair.forms[0]!r}."


def _repeated(lists: Iterable[WordPairs], language: str) -> Iterator[str]:
    """Pairs that one list has more than once."""
    for part in (part for one in lists for part in one.parts()):
        forms = [tuple(sorted(word_form(word, True, language) for word in pair)) for pair in part.pairs]
        yield from (f"The pair {a}–{b} is in {part.name} {n} times." for (a, b), n in Counter(forms).items() if n > 1)


def _shared(listed: Sequence[ListedPair], possessives: str) -> Iterator[str]:
    """Words of two pairs: what hangs together by them is a circle, or a chain."""
    pairs = {frozenset(pair.forms): pair for pair in listed if pair.forms[0] != pair.forms[1]}
    neighbours: dict[str, list[str]] = {}
    for first, second in (tuple(pair.forms) for pair in pairs.values()):
        neighbours.setdefault(first, []).append(second)
        neighbours.setdefault(second, []).append(first)
    if possessives:
        taken = [word for word in ENGLISH_POSSESSIVES if word in neighbours]
        if taken:
            yield (
                f"{', '.join(taken)} {'is' if len(taken) == 1 else 'are'} in a pair, but {possessives} decides about "
                f"{'it' if len(taken) == 1 else 'them'} by the sentence."
            )
    seen: set[str] = set()
    for start in neighbours:
        if start in seen:
            continue
        group = _connected(start, neighbours)
        seen |= group
        if len(group) < 3:
            continue
        own = [pair for forms, pair in pairs.items() if forms <= group]
        shown = ", ".join(f"{a}–{b} ({name})" for a, b, name in ((*pair.words, pair.name) for pair in own[:SHOWN]))
        twice = ", ".join(word for word in neighbours if word in group and len(neighbours[word]) > 1)
        if len(own) >= len(group):
            yield f"The pairs {shown} go round in a circle: what becomes of {twice}?"
        else:
            yield f"{twice} {'is' if ',' not in twice else 'are'} in more than one pair: {shown}."


def _connected(start: str, neighbours: Mapping[str, list[str]]) -> set[str]:
    group, waiting = {start}, [start]
    while waiting:
        found = [one for one in neighbours[waiting.pop()] if one not in group]
        group.update(found)
        waiting += found
    return group


@cache
def built_in_pairs() -> dict[str, WordPairs]:
    """The lists that ship, by name."""
    found = [WordPairs.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))) for path in _files()]
    return {one.name: one for one in found}


def _files() -> list[Path]:
    return sorted(PAIRS_FOLDER.glob("*.toml"))


def load_built_in(name: str) -> WordPairs:
    """A list that ships.

    Raises:
        NotFound: there is no such list.
    """
    if name not in built_in_pairs():
        raise NotFound(
            f"There is no list of word pairs {name[:80]!r}.", f"The lists are {', '.join(built_in_pairs())}."
        )
    return built_in_pairs()[name]


def load_pairs(name: str) -> WordPairs:
    """A list that ships, by its name, or one in a file.

    Raises:
        NotFound: neither.
        InvalidPairs: the file is no such list.
    """
    if name in built_in_pairs():
        return built_in_pairs()[name]
    path = Path(name)
    if not path.is_file():
        raise NotFound(
            f"There is no list of word pairs {name!r}, and no such file.",
            f"Name a file, or one of {', '.join(built_in_pairs())}.",
        )
    if path.stat().st_size > MAXIMUM_LIST_BYTES:
        raise InvalidPairs(f"{path.name} has more than {MAXIMUM_LIST_BYTES:,} bytes.", "Give a shorter list.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidPairs(f"{path.name} is not text in UTF-8: {error.reason}.", "Save it as UTF-8.") from error
    return parse_pairs(text, path.stem)


def parse_pairs(text: str, name: str = "") -> WordPairs:
    """A list as it was written: a pair a line, CSV, JSON or TOML; checked.

    Args:
        text: a pair a line (comma, semicolon, tab or white space between, # before a remark), a JSON array of pairs, or
            a JSON object or TOML with the fields of WordPairs.
        name: of a list that names none itself.

    Raises:
        InvalidPairs: says in which line what is wrong.
    """
    text = text.lstrip("\ufeff").strip()
    values = _values_of(text)
    usable = "".join(c if c.isalnum() or c in " .:+-_" else "-" for c in name)[:80].lstrip(" .:+-")
    values.setdefault("name", usable or "own pairs")
    found = validated(WordPairs, values, "The list of word pairs cannot be used", FORM, InvalidPairs)
    pair_table([found], found.language or DEFAULT_LANGUAGE)
    return found


def written_pairs(one: WordPairs) -> str:
    """A list as TOML, which parse_pairs reads: to be edited under a name of its own.

    Args:
        one: without lists that it includes.
    """
    fields = {"name": f"{one.name} edited", **one.model_dump(include={"title", "language", "source", "licence"})}
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value]
    lines += ["capitalised = true"] if one.capitalised else []
    lines += [f"grammar = {json.dumps(one.grammar)}"] if one.grammar else []
    pairs = [f"    {json.dumps(pair, ensure_ascii=False)}," for pair in one.pairs]
    return "\n".join([*lines, "pairs = [", *pairs, "]", ""])


def _values_of(text: str) -> dict[str, Any]:
    """The fields of a list in any of its forms."""
    if text[:1] in ("[", "{"):
        found = _json(text)
    elif _looks_like_toml(text):
        try:
            found = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InvalidPairs(f"The list is not valid TOML: {error}.", FORM) from error
    else:
        return {"pairs": list(_lines(text))}
    values: dict[str, Any] = {"pairs": found} if isinstance(found, list) else dict(found)
    if "pairs" not in values and "includes" not in values and all(isinstance(one, str) for one in values.values()):
        values = {"pairs": list(values.items())}
    elif isinstance(values.get("pairs"), dict):
        values["pairs"] = list(values["pairs"].items())
    return values


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidPairs(f"The list is not valid JSON: {error}.", FORM) from error


def _looks_like_toml(text: str) -> bool:
    return any(line.split("=")[0].strip() in ("pairs", "includes") and "=" in line for line in text.splitlines())


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The pairs of lines, each with two words."""
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.partition("#")[0].strip()
        if not stripped:
            continue
        delimiter = next((one for one in ("\t", ";", ",") if one in stripped), "")
        cells = next(csv.reader(io.StringIO(stripped), delimiter=delimiter)) if delimiter else stripped.split()
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) != 2 or not all(cells):
            count = "1 word" if len(cells) == 1 else f"{len(cells)} words"
            raise InvalidPairs(f"Line {number} has {count}, not two: {line.strip()[:60]!r}.", FORM)
        yield cells[0], cells[1]


def require_language(lists: Iterable[WordPairs], language: str) -> None:
    """Raises:
    InvalidPairs: a list is made for another language than that of the corpus.
    """
    own = language.replace("_", "-").split("-")[0].lower()
    for part in (part for one in lists for part in one.parts()):
        if part.language and part.language.replace("_", "-").split("-")[0].lower() != own:
            raise InvalidPairs(
                f"The list {part.name} is for texts in the language {part.language!r}, and the corpus is in "
                f"{language!r}: words that look alike would be exchanged.",
                "Choose a list for that language, or upload one. A corpus of several languages needs a list that names "
                "no language.",
            )


@dataclass(frozen=True)
class Coverage:
    """Which words of a list a corpus has.

    Attributes:
        found: word -> occurrences, of those that it has.
        missing: those that it has not.
    """

    found: dict[str, int]
    missing: list[str]


def coverage(table: PairTable, counts: Mapping[str, int]) -> Coverage:
    """Which words of the lists occur in a corpus.

    Args:
        counts: form, case-folded -> occurrences.

    Raises:
        InvalidPairs: none does.
    """
    found = {form: counts[form] for form in table.forms if counts.get(form, 0)}
    missing = [form for form in table.forms if form not in found]
    if not found:
        shown = ", ".join(missing[:SHOWN]) + (", ..." if len(missing) > SHOWN else "")
        raise InvalidPairs(
            f"None of the {len(missing)} words of the pairs is in the corpus ({shown}): "
            f"nothing would be rewritten. Its language is {table.language!r}.",
            "Choose a list in the language of the corpus, or upload one.",
        )
    return Coverage(found, missing)
