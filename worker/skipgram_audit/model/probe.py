"""The form of a bias probe, its file format, and the ten built-in ones."""

import json
import tomllib
from collections.abc import Container
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from skipgram_audit.model.errors import InvalidProbe, NotFound
from skipgram_audit.model.kind_description import KindDescription, ListRole, Minima
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.text import PlainText
from skipgram_audit.model.tokens import DEFAULT_LANGUAGE, is_one_word, tokenize, word_form
from skipgram_audit.model.validation import problems_of

BUILT_IN_FOLDER = Path(__file__).parent / "builtin"
MAXIMUM_PROBE_BYTES = 1024 * 1024


def _as_counted(word: str) -> str:
    """As corpora count words, but for case: one spelling of é, whatever its code points."""
    form = word_form(word, casefold=False).strip()
    if not form:
        raise ValueError("this word has no character that can be seen")
    return form


Word = Annotated[
    PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_as_counted)
]
WordSets = dict[Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)], list[Word]]


def _known_kind(name: str) -> str:
    if name not in KINDS:
        raise ValueError(f"there is no kind {name!r}; the kinds are {', '.join(KINDS)}")
    return name


class ProbeDefinition(BaseModel):
    """A bias probe: a kind, and the named word lists that it takes, in its order (skipgram_audit.model.kinds)."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[\w][\w .:+-]*$", max_length=80)]
    kind: Annotated[str, AfterValidator(_known_kind)] = Field(default="weat", json_schema_extra={"enum": [*KINDS]})
    description: PlainText = Field(default="", max_length=2000)
    source: PlainText = Field(default="", max_length=2000)
    targets: WordSets
    attributes: WordSets
    parameters: dict[str, float] = Field(
        default_factory=dict,
        exclude_if=lambda values: not values,
        description="Numbers that the kind takes beside its lists; those left out get their defaults.",
    )
    never_found: list[Word] = Field(
        default_factory=list,
        exclude_if=lambda words: not words,
        description="Words of the lists that no corpus can hold, since texts are read as other words there. They are "
        "kept to leave a published list as it is; the score is computed without them.",
    )

    _minima: Minima | None = PrivateAttr(default=None)

    @property
    def kind_description(self) -> KindDescription:
        return KINDS[self.kind]

    @property
    def minima(self) -> Minima:
        """What must be found before it is scored: what its kind asks for, unless with_minima changed it."""
        return self._minima or self.kind_description.minima

    def with_minima(self, minima: Minima) -> Self:
        """The same probe, which asks for something else before it is scored."""
        changed = self.model_copy()
        changed._minima = minima
        return changed

    @model_validator(mode="after")
    def _sets_are_usable(self) -> "ProbeDefinition":
        for role, sets in (("targets", self.targets), ("attributes", self.attributes)):
            _check_number_of_lists(role, sets, self.kind_description.role(role))
            _check_words(role, sets)
        twice = sorted(set(self.targets) & set(self.attributes))
        if twice:
            raise ValueError(f"{', '.join(twice)} names both a target list and an attribute list")
        problem = self._shared_words(DEFAULT_LANGUAGE)
        if problem:
            raise ValueError(problem)
        if self.kind_description.paired:
            (first, one), (second, other) = self.targets.items()
            if len(one) != len(other):
                raise ValueError(
                    f"the words of {first!r} and {second!r} are pairs by their places, so both lists need equally many "
                    f"words, but they have {len(one)} and {len(other)}"
                )
        return self

    @model_validator(mode="after")
    def _words_can_be_found(self) -> "ProbeDefinition":
        split = [word for word in self.words() if not is_one_word(word)]
        other = [word for word in self.never_found if word not in split]
        if other:
            raise ValueError(f"never_found holds {', '.join(other)}, which the lists do not hold or a corpus can hold")
        refused = [
            f"word list {name!r} of [{role}]: {'; '.join(map(never_found_because, words))}"
            for role, sets in (("targets", self.targets), ("attributes", self.attributes))
            for name, whole in sets.items()
            if (words := [word for word in whole if word in split and word not in self.never_found])
        ]
        if refused:
            raise ValueError(
                f"no corpus can hold some words: {'; '.join(refused)}. Write a single word in the place of each, or "
                "leave it out; to keep a published list as it is, name them in never_found too"
            )
        return self

    @model_validator(mode="after")
    def _parameters_are_the_kinds(self) -> "ProbeDefinition":
        known = {one.name: one for one in self.kind_description.parameters}
        for name, value in self.parameters.items():
            if name not in known:
                raise ValueError(
                    f"[parameters] has {name!r}, but the kind {self.kind!r} takes {', '.join(known) or 'none'}"
                )
            if not known[name].minimum <= value <= known[name].maximum:
                raise ValueError(
                    f"{name} of [parameters] is {value:g}, but must be from {known[name].minimum:g} to "
                    f"{known[name].maximum:g}"
                )
        self.parameters = {name: self.parameters.get(name, one.default) for name, one in known.items()}
        return self

    @model_validator(mode="after")
    def _words_are_enough(self) -> "ProbeDefinition":
        """Last, so that what is wrong with the words themselves is reported first."""
        for role, sets in (("targets", self.targets), ("attributes", self.attributes)):
            needed = self.kind_description.role(role).fewest_words
            for name, words in sets.items():
                found = sum(word not in self.never_found for word in words)
                if found < needed:
                    usable = " that a corpus can hold" if found < len(words) else ""
                    raise ValueError(
                        f"too few words: word list {name!r} of [{role}] has {found}{usable}, but the kind "
                        f"{self.kind!r} needs at least {needed} in it"
                    )
        return self

    def require_apart(self, language: str) -> None:
        """Lists that must differ have no word in common by the case rules of a corpus' language.

        Raises:
            InvalidProbe: they do, as İstanbul and istanbul are one word in Turkish.
        """
        problem = self._shared_words(language)
        if problem:
            raise InvalidProbe(
                f"The probe {self.name!r} cannot be used in a corpus of the language {language!r}: {problem}.",
                "Words that differ in case alone are one word: keep it in one list.",
                problems=[problem],
            )

    def _shared_words(self, language: str) -> str:
        """What lists share that may share nothing; empty when there is no such word."""
        for role, sets in (("targets", self.targets), ("attributes", self.attributes)):
            for (one, first), (other, second) in combinations(sets.items(), 2):
                shared = _shared(first, second, language)
                if shared:
                    lists = f"both lists of [{role}]" if len(sets) == 2 else f"both {one!r} and {other!r} of [{role}]"
                    return f"{lists} contain {', '.join(shared)}"
        if self.kind_description.disjoint:
            shared = _shared(self._words_of(self.targets), self._words_of(self.attributes), language)
            if shared:
                return (
                    f"both [targets] and [attributes] contain {', '.join(shared)}: a word would be compared with itself"
                )
        return ""

    def pairs_found(self, missing: Container[str]) -> int | None:
        """How many word pairs are whole when some words are missing; None for a kind without pairs."""
        if not self.kind_description.paired:
            return None
        pairs = zip(*self.targets.values(), strict=True)
        return sum(one not in missing and other not in missing for one, other in pairs)

    @staticmethod
    def _words_of(sets: WordSets) -> list[str]:
        return [word for words in sets.values() for word in words]

    def words(self) -> list[str]:
        """Every word of the probe once, in order of first appearance."""
        sets = [*self.targets.values(), *self.attributes.values()]
        return list(dict.fromkeys(word for words in sets for word in words))


def _check_number_of_lists(role: str, sets: WordSets, wanted: ListRole) -> None:
    if not wanted.fewest <= len(sets) <= wanted.most:
        words = ("no", "one", "two", "three", "four", "five", "six")
        number = words[wanted.fewest] if wanted.most == wanted.fewest else f"{wanted.fewest} to {wanted.most}"
        exactly = "exactly " if wanted.most == wanted.fewest else ""
        lists = "list" if wanted.most == 1 else "lists"
        raise ValueError(f"[{role}] needs {exactly}{number} named word {lists}, found {len(sets)}")


def _check_words(role: str, sets: WordSets) -> None:
    for name, words in sets.items():
        if not words:
            raise ValueError(f"word list {name!r} of [{role}] is empty")
        repeated = sorted({word for word in words if words.count(word) > 1})
        if repeated:
            raise ValueError(f"word list {name!r} of [{role}] repeats {', '.join(repeated)}")


def _shared(first: list[str], second: list[str], language: str) -> list[str]:
    forms = [{word_form(word, True, language) for word in words} for words in (first, second)]
    return sorted(forms[0] & forms[1])


def never_found_because(word: str) -> str:
    """Why no corpus can hold a word."""
    read = tokenize(word, casefold=False)
    return f"{word!r} is read as {' and '.join(map(repr, read))}" if read else f"{word!r} has no letter or digit"


def parse_probe(values: dict[str, Any], origin: str = "the probe") -> ProbeDefinition:
    """Checks a probe given as plain values.

    Raises:
        InvalidProbe: names the origin, the field and what is wrong with it.
    """
    try:
        return ProbeDefinition.model_validate(values)
    except ValidationError as error:
        problems = [f"{name or 'probe'}: {sentence}" for name, sentence in problems_of(error)]
        raise InvalidProbe(
            f"{origin} is not a valid probe: {'; '.join(problems)}.",
            "Correct the named fields; `skipgram-audit probes show weat-6` prints a complete example.",
            problems=problems,
        ) from error


def parse_probe_file(content: bytes, filename: str) -> ProbeDefinition:
    """Reads a probe from the bytes of a TOML or JSON file; the ending .json chooses JSON, any other TOML."""
    if len(content) > MAXIMUM_PROBE_BYTES:
        raise InvalidProbe(f"{filename} is larger than a probe file may be.", "A probe file holds a few word lists.")
    try:
        text = content.decode("utf-8-sig")  # editors of Windows write a byte order mark
        values = json.loads(text) if filename.lower().endswith(".json") else tomllib.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidProbe(
            f"{filename} cannot be read: {error}.", "A probe file is TOML (or .json) in UTF-8."
        ) from error
    if not isinstance(values, dict):
        raise InvalidProbe(f"{filename} does not hold a table of fields.", "It needs name, kind, targets, attributes.")
    return parse_probe(values, filename)


@cache
def built_in_probes() -> dict[str, ProbeDefinition]:
    """WEAT 1 to 10, by name, in order."""
    files = sorted(BUILT_IN_FOLDER.glob("*.toml"), key=lambda path: int(path.stem.split("-")[1]))
    return {path.stem: parse_probe_file(path.read_bytes(), path.name) for path in files}


def load_probe(name_or_path: str) -> ProbeDefinition:
    """A built-in probe by name, or a probe file by path.

    Raises:
        NotFound: neither a built-in name nor an existing file.
        InvalidProbe: the file is not a probe.
    """
    built_in = built_in_probes().get(name_or_path.lower())
    if built_in is not None:
        return built_in
    path = Path(name_or_path)
    if not path.is_file():
        raise NotFound(
            f"There is no built-in probe and no file named {name_or_path!r}.",
            f"Built-in probes: {', '.join(built_in_probes())}.",
        )
    return parse_probe_file(path.read_bytes(), path.name)


def probe_as_toml(definition: ProbeDefinition) -> str:
    """A probe as the text of a probe file; parse_probe_file reads it back."""
    lines = [f"name = {_toml_string(definition.name)}", f"kind = {_toml_string(definition.kind)}"]
    for field in ("description", "source"):
        value = getattr(definition, field)
        if value:
            lines.append(f"{field} = {_toml_string(value)}")
    if definition.never_found:
        lines += [f"# No corpus can hold it: {never_found_because(word)}." for word in definition.never_found]
        lines.append(f"never_found = [{', '.join(map(_toml_string, definition.never_found))}]")
    for table, sets in (("targets", definition.targets), ("attributes", definition.attributes)):
        lines += ["", f"[{table}]"]
        for name, words in sets.items():
            lines += [f"{_toml_string(name)} = [", *(f"    {_toml_string(word)}," for word in words), "]"]
    if definition.parameters:
        lines += ["", "[parameters]"]
        lines += [f"{name} = {value}" for name, value in definition.parameters.items()]
    return "\n".join(lines) + "\n"


def _toml_string(text: str) -> str:
    """A JSON string is a TOML basic string, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
