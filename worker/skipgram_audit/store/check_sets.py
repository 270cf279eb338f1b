"""What a set of a check holds: documents, or sentences where these are the unit of its plan."""

from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from skipgram_audit.model.check_plan import UnitName
from skipgram_audit.model.sentence_names import sentence_name
from skipgram_audit.store.checks import sets
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.models import CheckSet, CorpusRow, Document
from skipgram_audit.store.packing import unpack_positions
from skipgram_audit.store.sentence_texts import sentence_texts


def documents_of(session: Session, corpus_id: int, chosen: CheckSet, first: int, count: int) -> list[Document]:
    """Some documents of a set, without their texts, in the order of the corpus."""
    positions = unpack_positions(chosen.documents)[first : first + count].tolist()
    statement = (
        select(Document)
        .where(Document.corpus_id == corpus_id, Document.position.in_(positions))
        .order_by(Document.position)
        .options(defer(Document.text), defer(Document.sentence_bounds))
    )
    return list(session.scalars(statement))


@dataclass(frozen=True)
class PlacedSentence:
    """A sentence of a set: its document, its index there from 0, and its text, the longest cut."""

    document_id: int
    external_id: str
    title: str
    index: int
    text: str


def sentences_of(session: Session, corpus: CorpusRow, chosen: CheckSet, first: int, count: int) -> list[PlacedSentence]:
    """Some sentences of a set whose plan's unit is sentences, in the order of the corpus."""
    places = _places(session, corpus, unpack_positions(chosen.documents)[first : first + count])
    statement = select(Document.id, Document.external_id, Document.title).where(Document.id.in_({i for i, _ in places}))
    named = {row.id: row for row in session.execute(statement)}
    return [
        PlacedSentence(document_id, named[document_id].external_id, named[document_id].title, index, text)
        for (document_id, index), text in zip(places, sentence_texts(session, places), strict=True)
    ]


def sentence_places(session: Session, corpus: CorpusRow, chosen: CheckSet) -> list[tuple[int, int]]:
    """Of all sentences of a set: the document's position in the corpus, and the sentence's index in it."""
    numbers, indices = _numbers(session, corpus, unpack_positions(chosen.documents))
    return list(zip(numbers.tolist(), indices.tolist(), strict=True))


def _places(session: Session, corpus: CorpusRow, positions: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Of sentences by their position in the corpus: the id of the document, and the index in it."""
    numbers, indices = _numbers(session, corpus, positions)
    ids = np.asarray(corpus_columns(session, corpus)["ids"])[numbers]
    return list(zip(ids.tolist(), indices.tolist(), strict=True))


def _numbers(
    session: Session, corpus: CorpusRow, positions: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Of sentences by their position in the corpus: the position of the document, and the index in it."""
    lengths = corpus_columns(session, corpus)["lengths"]
    ends = np.cumsum(lengths, dtype=np.int64)
    numbers = np.searchsorted(ends, positions, side="right").astype(np.int64)
    return numbers, positions - (ends[numbers] - lengths[numbers])


def single_documents(session: Session, corpus_id: int, check_id: int) -> dict[int, Document]:
    """The document of each set that holds but one, without its text: number of the set -> document."""
    alone = {
        int(unpack_positions(one.documents)[0]): one.number
        for one in sets(session, check_id, with_documents=True)
        if one.kind == "single"
    }
    statement = (
        select(Document)
        .where(Document.corpus_id == corpus_id, Document.position.in_(alone))
        .options(defer(Document.text), defer(Document.sentence_bounds))
    )
    return {alone[document.position]: document for document in session.scalars(statement)}


def identifiers_of(session: Session, corpus: CorpusRow, chosen: CheckSet, unit: UnitName) -> list[str]:
    """The ids of all documents of a set, in the order of the corpus; id:number of sentences, numbers from 1."""
    positions = unpack_positions(chosen.documents)
    if unit == "documents":
        found = np.asarray(corpus_columns(session, corpus)["ids"])[positions].tolist()
        names = _external_ids(session, corpus, set(found))
        return [names[document_id] for document_id in found]
    places = _places(session, corpus, positions)
    names = _external_ids(session, corpus, {document_id for document_id, _ in places})
    return [sentence_name(names[document_id], index) for document_id, index in places]


def _external_ids(session: Session, corpus: CorpusRow, wanted: Set[int]) -> dict[int, str]:
    statement = (
        select(Document.id, Document.external_id)
        .where(Document.corpus_id == corpus.id)
        .execution_options(yield_per=10_000)
    )
    return {row.id: row.external_id for row in session.execute(statement) if row.id in wanted}
