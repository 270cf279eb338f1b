"""Queries on probes: the built-in ones, which are read-only, and the user's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from skipgram_audit.model.errors import Conflict, Forbidden, NotFound
from skipgram_audit.model.kind_description import FEWEST_OCCURRENCES
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes, parse_probe
from skipgram_audit.model.tokens import word_form
from skipgram_audit.store import corpora
from skipgram_audit.store.models import CorpusRow, Probe


def list_all(session: Session) -> list[Probe]:
    """The user's own by name, then the built-in ones in their order."""
    own = session.scalars(select(Probe).where(~Probe.built_in).order_by(func.lower(Probe.name)))
    built_in = session.scalars(select(Probe).where(Probe.built_in).order_by(Probe.id))
    return [*own, *built_in]


def get(session: Session, probe_id: int) -> Probe:
    """Raises:
    NotFound: no such probe.
    """
    probe = session.get(Probe, probe_id)
    if probe is None:
        raise NotFound(f"There is no probe {probe_id}.", "The list of probes shows those that there are.")
    return probe


def by_names(session: Session, names: Iterable[str]) -> list[Probe]:
    """The probes of these names, in the order of the names.

    Raises:
        NotFound: names the first one that does not exist.
    """
    wanted = list(dict.fromkeys(names))
    found = {probe.name: probe for probe in session.scalars(select(Probe).where(Probe.name.in_(wanted)))}
    for name in wanted:
        if name not in found:
            raise NotFound(f"There is no probe named {name!r}.", "The list of probes shows those that there are.")
    return [found[name] for name in wanted]


def definition_of(probe: Probe) -> ProbeDefinition:
    return parse_probe(probe.definition, f"probe {probe.name!r}")


def create(session: Session, definition: ProbeDefinition) -> Probe:
    """Raises:
    Conflict: the name is taken.
    """
    _require_free_name(session, definition.name)
    probe = Probe(name=definition.name, kind=definition.kind, definition=definition.model_dump())
    session.add(probe)
    _flush_unique(session, definition.name)
    return probe


def update(session: Session, probe_id: int, definition: ProbeDefinition) -> Probe:
    """Changes a probe of the user's. Audits keep the definition that they were started with.

    Raises:
        Forbidden: a built-in probe.
        Conflict: the new name is taken.
    """
    probe = require_own(session, probe_id)
    if definition.name != probe.name:
        _require_free_name(session, definition.name)
    probe.name, probe.kind, probe.definition = definition.name, definition.kind, definition.model_dump()
    flag_modified(probe, "definition")  # Two lists in another order are the same mapping, and another score.
    _flush_unique(session, definition.name)
    return probe


def delete(session: Session, probe_id: int) -> None:
    """Raises:
    Forbidden: a built-in probe.
    """
    session.delete(require_own(session, probe_id))


def free_name(session: Session, wished: str) -> str:
    """The wished name, or the first of ``name 2``, ``name 3``, ... that is free."""
    taken = {name.casefold() for name in session.scalars(select(Probe.name))}
    if wished.casefold() not in taken:
        return wished
    number = 2
    while f"{wished} {number}".casefold() in taken:
        number += 1
    return f"{wished} {number}"


def seed_built_in(session: Session) -> None:
    """Writes WEAT 1 to 10 into the table, or brings them up to date; a probe of the user's is never touched."""
    present = {probe.name: probe for probe in session.scalars(select(Probe))}
    for name, definition in built_in_probes().items():
        probe = present.get(name)
        if probe is None:
            session.add(Probe(name=name, kind=definition.kind, definition=definition.model_dump(), built_in=True))
        elif probe.built_in and probe.definition != definition.model_dump():
            probe.definition = definition.model_dump()


@dataclass(frozen=True)
class WordCount:
    """How often a word of a probe occurs in a corpus."""

    word: str
    count: int


@dataclass(frozen=True)
class SetCounts:
    """One word list of a probe against a corpus; never_found: those of its words that no corpus can hold."""

    name: str
    role: str
    words: list[WordCount]
    never_found: list[str]

    @property
    def found(self) -> int:
        return sum(word.count > 0 for word in self.words)

    @property
    def missing(self) -> list[str]:
        return [word.word for word in self.words if word.count == 0]


def coverage(session: Session, definition: ProbeDefinition, corpus: CorpusRow, casefold: bool) -> list[SetCounts]:
    """How often each word of a probe occurs in a corpus, set by set, in the probe's order.

    Args:
        casefold: count He and he together, as an audit with case folding does.
    """
    forms = {word: word_form(word, casefold, corpus.language) for word in definition.words()}
    counts = corpora.word_counts(session, corpus.id, sorted(set(forms.values())), casefold)
    return [
        SetCounts(
            name,
            role,
            [WordCount(word, counts.get(forms[word], 0)) for word in words],
            [word for word in words if word in definition.never_found],
        )
        for role, sets in (("target", definition.targets), ("attribute", definition.attributes))
        for name, words in sets.items()
    ]


@dataclass(frozen=True)
class TooFew:
    """A word list, or the pairs of both target lists, with fewer words in a corpus than a score needs."""

    name: str
    found: int
    needed: int


def too_few(
    definition: ProbeDefinition, sets: Sequence[SetCounts], minimum_count: int = FEWEST_OCCURRENCES
) -> list[TooFew]:
    """What a probe lacks in a corpus, as far as the counts of its words show; the engine decides by the same minimum
    numbers once it knows in which sentences they are."""
    kind = definition.kind_description
    found = [
        TooFew(item.name, sum(word.count >= minimum_count for word in item.words), role.fewest_words)
        for item in sets
        for role in (kind.targets if item.role == "target" else kind.attributes,)
    ]
    pairs = pairs_found(definition, sets, minimum_count)
    if pairs is not None:
        found[:2] = [TooFew(" and ".join(definition.targets), pairs, kind.targets.fewest_words)]
    return [item for item in found if item.found < item.needed]


def pairs_found(definition: ProbeDefinition, sets: Iterable[SetCounts], minimum_count: int = 1) -> int | None:
    """How many word pairs a corpus holds whole, both words often enough; None for a kind without pairs."""
    missing = {word.word for item in sets for word in item.words if word.count < minimum_count}
    return definition.pairs_found(missing)


def require_own(session: Session, probe_id: int) -> Probe:
    """Raises:
    Forbidden: a built-in probe.
    """
    probe = get(session, probe_id)
    if probe.built_in:
        raise Forbidden(f"{probe.name} is built in and cannot be changed.", "Make a copy of it and change the copy.")
    return probe


def _require_free_name(session: Session, name: str) -> None:
    if session.scalar(select(Probe.id).where(func.lower(Probe.name) == name.lower())) is not None:
        raise _name_taken(name)


def _flush_unique(session: Session, name: str) -> None:
    """Two requests may choose the same name at the same moment: the table's constraint decides."""
    try:
        session.flush()
    except IntegrityError as error:
        raise _name_taken(name) from error


def _name_taken(name: str) -> Conflict:
    return Conflict(f"There is already a probe named {name!r}.", "Choose another name.")
