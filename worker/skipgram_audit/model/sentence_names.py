"""The names of single sentences: the id of the document, a colon, and the number of the sentence in it, from 1."""

import re
from collections.abc import Sequence

from skipgram_audit.model.engine_errors import UnknownDocument
from skipgram_audit.model.errors import InvalidInput

_NAME = re.compile(r"(?s)(.+):([1-9][0-9]{0,8})")


def sentence_name(identifier: str, index: int) -> str:
    """Args:
    index: of the sentence in its document, from 0.
    """
    return f"{identifier}:{index + 1}"


def parse_sentence_name(name: str) -> tuple[str, int]:
    """The id of the document, and the sentence's index in it, from 0.

    Raises:
        InvalidInput: it does not end in a colon and a number.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise InvalidInput(
            f"{name[:80]!r} names no sentence.", "Write the document's id, a colon, and the sentence's number, from 1."
        )
    return found[1], int(found[2]) - 1


def sentence_places(
    names: Sequence[str], identifiers: Sequence[str], positions: Sequence[int], counts: Sequence[int]
) -> list[tuple[int, int]]:
    """Document and index of named sentences, in the order of the corpus; one that is named twice counts once.

    Args:
        identifiers: of documents, among which the named ones are sought.
        positions, counts: of each of these documents, its place in the corpus, and how many sentences it has.

    Raises:
        InvalidInput: a name that is none, or a document that has fewer sentences.
        UnknownDocument: a document that there is not.
    """
    parsed = [parse_sentence_name(one) for one in names]
    known = {
        identifier: (position, count)
        for identifier, position, count in zip(identifiers, positions, counts, strict=True)
    }
    unknown = [identifier for identifier, _ in parsed if identifier not in known]
    if unknown:
        raise UnknownDocument.among(unknown, len(names))
    for identifier, index in parsed:
        count = known[identifier][1]
        if index >= count:
            raise InvalidInput(
                f"The document {identifier[:80]!r} has {count:,} sentences, and sentence {index + 1:,} was named.",
                "Take the names from a set of sentences of this audit.",
            )
    return sorted({(known[identifier][0], index) for identifier, index in parsed})
