"""The pairs behind one token of a document: which tokens of its window push the score with it, and how far.

With S and N of skipgram_audit.attribution.pair_influences and n[i,j] the expected updates of two tokens i and j,

    influence of token i = sum_j n[i,j] S[w_i,w_j] / N[w_i,w_j]

over the partners j in its window; half of a pair's influence counts as each token's.
"""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.windows import window_partners
from skipgram_audit.store import ranking
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.word_tables import WordTables


@dataclass(frozen=True)
class TokenPair:
    """A partner of the token.

    Attributes:
        distance: in words of the vocabulary; below zero when it is before the token.
        updates: expected updates of the two tokens in an epoch.
        influence: the token's half of the pair's, that of noise words included.
    """

    word: str
    distance: int
    updates: float
    influence: float


@dataclass(frozen=True)
class TokenProfile:
    """A token and its pairs.

    Attributes:
        word: as the vocabulary has it.
        sentence: number in the document, from 1.
        before, text, after: the sentence, cut at the token.
        influence: of the token, as it was stored.
        pairs: those with influence, the strongest first.
        silent: partners without any influence.
    """

    word: str
    probe: str
    sentence: int
    before: str
    text: str
    after: str
    influence: float
    pairs: list[TokenPair]
    silent: int

    @property
    def total(self) -> float:
        """What the pairs add up to: the token's influence."""
        return sum(pair.influence for pair in self.pairs)

    @property
    def largest(self) -> float:
        """The largest absolute influence of a pair."""
        return max((abs(pair.influence) for pair in self.pairs), default=0.0)


def read_token(
    session: Session, audit: AuditRow, probe: AuditProbe, tables: WordTables, document_id: int, start: int
) -> TokenProfile:
    """The token that begins at a code point of the document's text.

    Raises:
        NotFound: the audit has no such document, or no token with influence begins there, or there are no pairs.
    """
    document = ranking.document_of(session, audit, document_id)
    place = ranking.document_place(session, probe.id, document_id)
    stored = place.tokens if place else []
    number = next((number for number, token in enumerate(stored) if token.start == start), None)
    if number is None:
        raise NotFound(
            f"No word with influence on {probe.name} begins at character {start} of this document.",
            "Open the document and choose one of the underlined words.",
        )
    if not tables.has_pairs:
        raise NotFound(
            "This audit has no pairs behind single words.",
            "Its estimator does not work on counts of pairs; mean field and replay do.",
        )
    sentences = tables.array("document_sentences")[document.position : document.position + 2]
    offsets = tables.array("sentence_offsets")[int(sentences[0]) : int(sentences[1]) + 1]
    active = tables.array("active")[tables.row(probe.name), int(offsets[0]) : int(offsets[-1])]
    token = int(offsets[0]) + int(np.flatnonzero(active)[number])
    sentence = int(np.searchsorted(offsets, token, side="right")) - 1
    words = tables.array("tokens")[int(offsets[sentence]) : int(offsets[sentence + 1])].tolist()
    pairs = _pairs(tables, probe.name, words, token - int(offsets[sentence]))
    with_influence = sorted((pair for pair in pairs if pair.influence), key=lambda pair: -abs(pair.influence))
    first, last = unpack_bounds(document.sentence_bounds)[sentence].tolist()
    end = stored[number].end
    return TokenProfile(
        word=tables.words[words[token - int(offsets[sentence])]],
        probe=probe.name,
        sentence=sentence + 1,
        before=document.text[first:start],
        text=document.text[start:end],
        after=document.text[end:last],
        influence=stored[number].influence,
        pairs=with_influence,
        silent=len(pairs) - len(with_influence),
    )


def _pairs(tables: WordTables, probe: str, words: list[int], position: int) -> list[TokenPair]:
    """All partners of a token in its sentence, in the order of their distance, first those before it."""
    keep = tables.array("keep")[words].tolist()
    offsets = tables.array("offsets")
    entries = slice(int(offsets[words[position]]), int(offsets[words[position] + 1]))
    partners = tables.array("partners")[entries]
    each = tables.array("pairs")[tables.row(probe), entries].astype(np.float64) / tables.array("pair_counts")[entries]
    by_word = dict(zip(partners.tolist(), each.tolist(), strict=True))
    return [
        TokenPair(tables.words[words[other]], other - position, updates, updates * by_word.get(words[other], 0.0))
        for other, updates in window_partners(keep, position, tables.window)
    ]
