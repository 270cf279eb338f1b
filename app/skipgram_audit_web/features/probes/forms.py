"""The form of a probe: a kind and its word lists as text, read into a definition, and written back from one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skipgram_audit.model.errors import InvalidProbe
from skipgram_audit.model.kind_description import MOST_LISTS, KindDescription
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import ProbeDefinition, parse_probe
from skipgram_audit.model.tokens import is_one_word

SEPARATORS = re.compile(r"[,;\n]+")


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")[:MOST_LISTS]


KEYS = {
    role: tuple(f"{ordinal}_{role.removesuffix('s')}" for ordinal in ORDINALS) for role in ("targets", "attributes")
}
"""Form fields of the lists of a role, in the order of a definition."""


BLANK_LISTS = 2
"""Empty optional lists offered below those that are filled in."""


@dataclass(frozen=True)
class ListField:
    """A word list in the form."""

    key: str
    label: str
    required: bool


@dataclass
class ProbeForm:
    """What was filled in, and what of it is wrong (field name -> sentence)."""

    name: str = ""
    description: str = ""
    source: str = ""
    kind: str = "weat"
    names: dict[str, str] = field(default_factory=lambda: {key: "" for keys in KEYS.values() for key in keys})
    words: dict[str, str] = field(default_factory=lambda: {key: "" for keys in KEYS.values() for key in keys})
    parameters: dict[str, str] = field(default_factory=dict)
    keep_never_found: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @classmethod
    def of(cls, definition: ProbeDefinition) -> "ProbeForm":
        """The form that makes a definition."""
        form = cls(definition.name, definition.description, definition.source, definition.kind)
        for role, sets in (("targets", definition.targets), ("attributes", definition.attributes)):
            for key, (name, words) in zip(KEYS[role], sets.items(), strict=False):
                form.names[key], form.words[key] = name, "\n".join(words)
        form.parameters = {name: f"{value:g}" for name, value in definition.parameters.items()}
        form.keep_never_found = bool(definition.never_found)
        return form

    @classmethod
    def sent(cls, fields: Mapping[str, Any]) -> "ProbeForm":
        """The form as a browser sent it."""

        def text(name: str) -> str:
            return str(fields.get(name, "")).strip()

        form = cls(text("name"), text("description"), text("source"), text("kind") or "weat")
        form.keep_never_found = text("keep_never_found") == "on"
        if form.kind not in KINDS:
            form.problem, form.kind = f"there is no kind {form.kind!r}", "weat"
        for keys in KEYS.values():
            for key in keys:
                form.names[key], form.words[key] = text(f"{key}_name"), text(f"{key}_words")
        form.parameters = {
            one.name: text(f"parameter_{one.name}")
            for one in form.kind_description.parameters
            if f"parameter_{one.name}" in fields
        }
        return form

    @property
    def kind_description(self) -> KindDescription:
        return KINDS[self.kind]

    def lists(self, role: str) -> list[ListField]:
        """The lists of a role to show: those that the kind requires, those that are filled in, and a few blank ones."""
        wanted = self.kind_description.role(role)
        filled = max((number for number, key in enumerate(KEYS[role], start=1) if self._filled(key)), default=0)
        shown = min(max(wanted.fewest, filled) + (BLANK_LISTS if wanted.more else 0), wanted.most)
        return [
            ListField(
                key,
                wanted.labels[number] if number < wanted.fewest else f"{wanted.more} (optional)",
                number < wanted.fewest,
            )
            for number, key in enumerate(KEYS[role][:shown])
        ]

    def unused(self) -> list[str]:
        """Filled in lists that the kind has no place for; they are kept while the form is open."""
        return [
            key
            for role, keys in KEYS.items()
            for key in keys[self.kind_description.role(role).most :]
            if self._filled(key)
        ]

    def parameter(self, name: str) -> str:
        """A parameter as filled in, or its default."""
        default = next(one.default for one in self.kind_description.parameters if one.name == name)
        return self.parameters.get(name, f"{default:g}")

    def read(self) -> ProbeDefinition | None:
        """The definition that the form makes; None, with errors filled in, when it makes none."""
        if not self.name:
            self.errors["name"] = "Give the probe a name."
        sets: dict[str, dict[str, list[str]]] = {"targets": {}, "attributes": {}}
        for role in KEYS:
            for item in self.lists(role):
                if item.required or self._filled(item.key):
                    self._read_list(item.key, sets[role])
        parameters = self._read_parameters()
        if self.errors or self.problem:
            return None
        never_found = [
            word for role in sets.values() for words in role.values() for word in words if not is_one_word(word)
        ]
        values = {
            "name": self.name, "kind": self.kind, "description": self.description, "source": self.source, **sets,
            "parameters": parameters, "never_found": list(dict.fromkeys(never_found)) if self.keep_never_found else [],
        }  # fmt: skip
        try:
            return parse_probe(values, f"{self.name!r}")
        except InvalidProbe as error:
            self._place(error)
            return None

    def _filled(self, key: str) -> bool:
        return bool(self.names[key] or self.words[key])

    def _read_list(self, key: str, sets: dict[str, list[str]]) -> None:
        name, words = self.names[key], split_words(self.words[key])
        if not name:
            self.errors[f"{key}_name"] = "Name this list: the name is shown beside every result."
        elif name in sets:
            self.errors[f"{key}_name"] = "The lists need different names."
        if not words:
            self.errors[f"{key}_words"] = "Write at least one word."
        sets[name] = words

    def _read_parameters(self) -> dict[str, float]:
        numbers = {}
        for name, text in self.parameters.items():
            try:
                numbers[name] = float(text)
            except ValueError:
                self.errors[f"parameter_{name}"] = "Write a number."
        return numbers

    def _place(self, error: InvalidProbe) -> None:
        """Puts each problem beside the field that it is about, as far as that is known."""
        unplaced = []
        for problem in error.details["problems"]:
            message = problem.removeprefix("probe: ")
            if problem.startswith("name:"):
                self.errors["name"] = "Use letters, digits, spaces and . : + - only, at most 80 of them."
                continue
            fields = {
                f"{item.key}_words": f"word list {self.names[item.key]!r} "
                for role in KEYS
                for item in self.lists(role)
            } | {f"parameter_{name}": f"{name} of [parameters]" for name in self.parameters}
            place = next((place for place, mark in fields.items() if mark in message), None)
            if place is None:
                unplaced.append(message)
            else:
                self.errors[place] = message
        self.problem = "; ".join(unplaced)


def split_words(text: str) -> list[str]:
    """Words between commas, semicolons and line ends."""
    return [word for part in SEPARATORS.split(text) if (word := part.strip())]
