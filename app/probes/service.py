"""The form of a probe: four word lists as text, read into a definition, and written back from one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, InvalidProbe, NotFound
from app.store.definitions.probe import ProbeDefinition, parse_probe
from app.store.models import Corpus, Status

SEPARATORS = re.compile(r"[,;\n]+")

LISTS = (
    ("first_target", "targets", "First target list"),
    ("second_target", "targets", "Second target list"),
    ("first_attribute", "attributes", "First attribute list"),
    ("second_attribute", "attributes", "Second attribute list"),
)
"""Form field, role and label of the four lists, in the order of a definition."""


@dataclass
class ProbeForm:
    """What was filled in, and what of it is wrong (field name -> sentence)."""

    name: str = ""
    description: str = ""
    source: str = ""
    names: dict[str, str] = field(default_factory=lambda: {key: "" for key, _, _ in LISTS})
    words: dict[str, str] = field(default_factory=lambda: {key: "" for key, _, _ in LISTS})
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @classmethod
    def of(cls, definition: ProbeDefinition) -> "ProbeForm":
        """The form that makes a definition."""
        form = cls(definition.name, definition.description, definition.source)
        sets = [*definition.targets.items(), *definition.attributes.items()]
        for (key, _, _), (name, words) in zip(LISTS, sets, strict=True):
            form.names[key], form.words[key] = name, "\n".join(words)
        return form

    @classmethod
    def sent(cls, fields: Mapping[str, Any]) -> "ProbeForm":
        """The form as a browser sent it."""

        def text(name: str) -> str:
            return str(fields.get(name, "")).strip()

        form = cls(text("name"), text("description"), text("source"))
        for key, _, _ in LISTS:
            form.names[key], form.words[key] = text(f"{key}_name"), text(f"{key}_words")
        return form

    def read(self) -> ProbeDefinition | None:
        """The definition that the form makes; None, with errors filled in, when it makes none."""
        if not self.name:
            self.errors["name"] = "Give the probe a name."
        sets: dict[str, dict[str, list[str]]] = {"targets": {}, "attributes": {}}
        for key, role, _ in LISTS:
            self._read_list(key, sets[role])
        if self.errors:
            return None
        values = {"name": self.name, "description": self.description, "source": self.source, **sets}
        try:
            return parse_probe(values, f"{self.name!r}")
        except InvalidProbe as error:
            self._place(error)
            return None

    def _read_list(self, key: str, sets: dict[str, list[str]]) -> None:
        name, words = self.names[key], split_words(self.words[key])
        if not name:
            self.errors[f"{key}_name"] = "Name this list: the name is shown beside every result."
        elif name in sets:
            self.errors[f"{key}_name"] = "The two lists need different names."
        if not words:
            self.errors[f"{key}_words"] = "Write at least one word."
        sets[name] = words

    def _place(self, error: InvalidProbe) -> None:
        """Puts each problem beside the field that it is about, as far as that can be told."""
        unplaced = []
        for problem in error.details["problems"]:
            if problem.startswith("name:"):
                self.errors["name"] = "Use letters, digits, spaces and . : + - only, at most 80 of them."
                continue
            key = next((key for key, _, _ in LISTS if f"word list {self.names[key]!r} " in problem), None)
            if key is None:
                unplaced.append(problem.removeprefix("probe: "))
            else:
                self.errors[f"{key}_words"] = problem.removeprefix("probe: ")
        self.problem = "; ".join(unplaced)


def split_words(text: str) -> list[str]:
    """Words between commas, semicolons and line ends."""
    return [word for part in SEPARATORS.split(text) if (word := part.strip())]


def usable_corpora(session: Session) -> list[Corpus]:
    """Corpora that have been read, the newest first."""
    return list(session.scalars(select(Corpus).where(Corpus.status == Status.DONE).order_by(Corpus.id.desc())))


def require_usable_corpus(session: Session, corpus_id: int) -> Corpus:
    """Raises:
    NotFound: no such corpus.
    Conflict: it has not been read, so its words are not known.
    """
    corpus = session.get(Corpus, corpus_id)
    if corpus is None:
        raise NotFound(f"There is no corpus {corpus_id}.")
    if corpus.status != Status.DONE:
        raise Conflict(f"The corpus {corpus.name!r} is {corpus.status}.", "Wait until it has been read.")
    return corpus
