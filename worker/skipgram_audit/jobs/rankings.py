"""Writes the ranked documents and sentences of an audit to the store, with the influence of each token."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.influence_table import Attribution
from skipgram_audit.store import audits
from skipgram_audit.store.audits import DocumentRow, SentenceRow
from skipgram_audit.store.database import Database
from skipgram_audit.store.documents import StoredText
from skipgram_audit.store.filling import fill_ranking
from skipgram_audit.store.packing import pack_tokens

ROWS_A_TRANSACTION = 20_000
"""A fraction of a second of writing: nobody who waits for SQLite's one writer waits longer."""


class ProbeRanking:
    """The rows of one probe, made document by document."""

    def __init__(self, audit_probe_id: int, attribution: Attribution, corpus: EncodedCorpus) -> None:
        self.audit_probe_id = audit_probe_id
        self.documents: list[DocumentRow] = []
        self.sentences: list[SentenceRow] = []
        self._attribution = attribution
        self._corpus = corpus
        self._document_ranks = attribution.documents.ranks(leave_out_zero=False)
        self._sentence_ranks = attribution.sentences.ranks(leave_out_zero=True)

    def add(
        self, number: int, document_id: int, starts: npt.NDArray[np.uint32], lengths: npt.NDArray[np.uint16]
    ) -> None:
        """The rows of the document of this number, whose encoded tokens are at these places of its text."""
        tokens = self._attribution.tokens[self._corpus.document_tokens(number)]
        active = tokens != 0
        table = self._attribution.documents
        self.documents.append(
            {
                "rank": int(self._document_ranks[number]),
                "document_id": document_id,
                "influence": float(table.influence[number]),
                "spread": float(table.spread[number]),
                "sign_stability": float(table.sign_stability[number]),
                "tokens": pack_tokens(starts[active], lengths[active], tokens[active]),
            }
        )
        first, last = self._corpus.document_sentences[number : number + 2].tolist()
        table = self._attribution.sentences
        for sentence in range(first, last):
            if self._sentence_ranks[sentence]:
                self.sentences.append(
                    {
                        "rank": int(self._sentence_ranks[sentence]),
                        "document_id": document_id,
                        "sentence_index": sentence - first,
                        "influence": float(table.influence[sentence]),
                        "spread": float(table.spread[sentence]),
                        "sign_stability": float(table.sign_stability[sentence]),
                    }
                )


def write_rankings(
    database: Database,
    corpus: EncodedCorpus,
    attributions: Sequence[tuple[int, Attribution]],
    texts: Iterable[StoredText],
    progress: Callable[[float], None],
) -> None:
    """Writes all rows of all measured probes; earlier ones have been cleared.

    Args:
        attributions: audit_probe_id and influences of each measured probe.
        texts: the documents of the corpus in order.
        progress: called with 0..1 between transactions; may raise to cancel.
    """
    rankings = [ProbeRanking(probe_id, attribution, corpus) for probe_id, attribution in attributions]
    if not rankings:
        return
    sentences_before = corpus.document_sentences
    for number, text in enumerate(texts):
        starts, lengths = corpus.locate(text.text, text.bounds)
        for ranking in rankings:
            ranking.add(number, text.id, starts, lengths)
        if sum(len(ranking.documents) + len(ranking.sentences) for ranking in rankings) >= ROWS_A_TRANSACTION:
            _flush(database, rankings)
        progress(int(sentences_before[number + 1]) / max(1, corpus.sentence_count))
    _flush(database, rankings)
    for ranking in rankings:
        fill_ranking(database, ranking.audit_probe_id)


def _flush(database: Database, rankings: Sequence[ProbeRanking]) -> None:
    with database.session() as session:
        for ranking in rankings:
            audits.add_ranked_documents(session, ranking.audit_probe_id, ranking.documents)
            audits.add_ranked_sentences(session, ranking.audit_probe_id, ranking.sentences)
    for ranking in rankings:
        ranking.documents.clear()
        ranking.sentences.clear()
