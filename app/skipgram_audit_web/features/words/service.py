"""What pages and API show of words."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.tokens import word_form
from skipgram_audit.store import ranking
from skipgram_audit.store.models import AuditProbe, AuditRow, Document, WordAssociation
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.word_tables import Example, Neighbour, Partner, WordTables
from skipgram_audit_web.common.views import direction
from skipgram_audit_web.features.words.schemas import ExampleModel

MOST_PARTNERS = 15
MOST_NEIGHBOURS = 15

SHOWN_CHARACTERS, PARTNER_CHARACTERS = 600, 240
"""Of an example sentence, and of one beside a partner."""


class ExampleSentence(ExampleModel):
    """One for pages; ``pieces`` are what is shown of it, and of each piece whether it is the word."""

    pieces: list[tuple[str, bool]]


@dataclass(frozen=True)
class WordProfile:
    """What is known of one word and one probe.

    Attributes:
        number: the word's row in the tables.
        count, influence: see WordRow.
        documents: how many hold it: those that a search for it finds.
        amplifying, mitigating: partners, the strongest first; none where has_pairs is false.
        partner_count: how many it has.
        shared: by partner, a sentence in which the two are next to each other; not of every partner.
        associations: of a word of the probe, one for each of its sets that the word is in.
    """

    number: int
    word: str
    probe: str
    count: int
    documents: int
    influence: float
    has_pairs: bool
    amplifying: list[Partner]
    mitigating: list[Partner]
    partner_count: int
    neighbours: list[Neighbour]
    associations: list[WordAssociation]
    examples: list[ExampleSentence]
    shared: dict[str, ExampleSentence]

    @property
    def largest(self) -> float:
        """The largest absolute influence of a partner."""
        return max((abs(one.influence) for one in (*self.amplifying, *self.mitigating)), default=0.0)


def read_word(session: Session, audit: AuditRow, probe: AuditProbe, tables: WordTables, word: str) -> WordProfile:
    """Raises:
    NotFound: the vocabulary has no such word.
    """
    word = form_in(audit, word)
    number = tables.index(word)
    (row,) = tables.rows(probe.name, np.array([number]))
    up, down, count = tables.partners(probe.name, number, direction(probe), MOST_PARTNERS)
    beside = tables.shared_sentences(number, [one.number for one in (*up, *down)])
    strongest = [({word}, one) for one in tables.examples(probe.name, number)]
    both = [({word, tables.words[other]}, one) for other, one in beside.items()]
    shared = example_sentences(session, audit, probe, both, PARTNER_CHARACTERS)
    return WordProfile(
        number=number,
        word=word,
        probe=probe.name,
        count=row.count,
        documents=int(tables.array("document_counts")[number]),
        influence=row.influence,
        has_pairs=tables.has_pairs,
        amplifying=up,
        mitigating=down,
        partner_count=count,
        neighbours=tables.neighbours(number, MOST_NEIGHBOURS),
        associations=associations_of(session, probe, word),
        examples=example_sentences(session, audit, probe, strongest),
        shared=dict(zip((tables.words[other] for other in beside), shared, strict=True)),
    )


def example_sentences(
    session: Session,
    audit: AuditRow,
    probe: AuditProbe,
    examples: list[tuple[set[str], Example]],
    most: int = SHOWN_CHARACTERS,
) -> list[ExampleSentence]:
    """The texts of examples, in their order, each with the words that are marked in it.

    Args:
        most: characters shown of each.
    """
    statement = select(Document).where(
        Document.corpus_id == audit.corpus_id, Document.position.in_([one.position for _, one in examples])
    )
    by_position = {document.position: document for document in session.scalars(statement)}
    found = []
    for words, one in examples:
        document = by_position[one.position]
        start, end = unpack_bounds(document.sentence_bounds)[one.sentence].tolist()
        title = document.title or document.external_id
        place = ranking.document_place(session, probe.id, document.id)
        spans = [(token.start, token.end) for token in place.tokens if start <= token.start < end] if place else []
        spans = [span for span in spans if form_in(audit, document.text[slice(*span)]) in words]
        found.append(
            ExampleSentence(
                document_id=document.id,
                title=title,
                sentence=one.sentence + 1,
                text=document.text[start:end],
                pieces=marked_pieces(document.text, start, end, spans, most),
            )
        )
    return found


def marked_pieces(
    text: str, start: int, end: int, spans: list[tuple[int, int]], most: int = SHOWN_CHARACTERS
) -> list[tuple[str, bool]]:
    """text[start:end] cut at spans, of each piece whether it is one; of long ones what is around the first.

    Args:
        spans: ascending, none of them overlapping.
        most: characters shown.
    """
    begin = start
    if end - start > most:
        begin = max(start, min((spans[0][0] if spans else start) - most // 2, end - most))
    stop = min(end, begin + most)
    pieces = [("…", False)] if begin > start else []
    position = begin
    for first, last in spans:
        if last <= stop:
            pieces += [(text[position:first], False), (text[first:last], True)]
            position = last
    pieces.append((text[position:stop], False))
    if stop < end:
        pieces.append(("…", False))
    return [piece for piece in pieces if piece[0]]


def form_in(audit: AuditRow, word: str) -> str:
    """The word as the audit counted it."""
    return word_form(word, audit.settings["casefold"], audit.corpus.language)


def associations_of(session: Session, probe: AuditProbe, word: str) -> list[WordAssociation]:
    """The word's rows among the probe's words: a set, and its association; empty for other words."""
    statement = select(WordAssociation).where(WordAssociation.audit_probe_id == probe.id, WordAssociation.word == word)
    return list(session.scalars(statement))


def probe_words(session: Session, probe: AuditProbe) -> set[str]:
    """All words of a probe that were measured."""
    statement = select(WordAssociation.word).where(WordAssociation.audit_probe_id == probe.id)
    return set(session.scalars(statement))
