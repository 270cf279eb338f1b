"""Of each document of a list, the sentence that is most behind its place.

Which rank that sentence has follows from the ranking's columns, so that a document of ten thousand sentences costs what
one of two costs.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.store.document_columns import corpus_columns, numbers_of, ranking_columns
from skipgram_audit.store.models import AuditProbe, Document, SentenceInfluence
from skipgram_audit.store.ranking import AnySelect, Side
from skipgram_audit.store.sentence_texts import HEAD, sentence_text


def strongest_sentences(session: Session, probe: AuditProbe, places: Sequence[tuple[int, Side]]) -> dict[int, str]:
    """Of documents, by id, the text of the sentence that pushes most to a side; those without one are left out, and all
    where the ranking's columns are still being packed.

    Args:
        places: document ids, each with the side.
    """
    found = ranking_columns(session, probe)
    if "sentences" not in found:
        return {}
    numbers = numbers_of(corpus_columns(session, probe.audit.corpus), np.array([one for one, _ in places], np.int64))
    ends = found.derived("strongest sentences", lambda: _end_ranks(found["sentences"], probe))
    ranks = [
        int(ends[0 if side is Side.POSITIVE else 1, number])
        for number, (_, side) in zip(numbers.tolist(), places, strict=True)
        if side is not Side.ZERO
    ]
    rows = session.execute(strongest_statement(probe.id, [rank for rank in ranks if rank]))
    return {row.id: sentence_text(session, row, row.sentence_index) for row in rows}


def strongest_statement(probe_id: int, ranks: Sequence[int]) -> AnySelect:
    """The query of the sentences of some ranks, with what their texts are cut from."""
    sentences = select(SentenceInfluence.sentence_index, *HEAD).join(
        Document, Document.id == SentenceInfluence.document_id
    )
    return sentences.where(SentenceInfluence.audit_probe_id == probe_id, SentenceInfluence.rank.in_(ranks))


def _end_ranks(owners: npt.NDArray[np.int32], probe: AuditProbe) -> npt.NDArray[np.int32]:
    """int32 [2, documents]: the first rank of a sentence above zero, and the last of one below; 0 where there is none.

    Of several values for one document, the last one written stays.
    """
    ends = np.zeros((2, probe.audit.corpus.document_count), np.int32)
    ranks = np.arange(1, len(owners) + 1, dtype=np.int32)
    above, below = slice(0, probe.positive_sentences), slice(probe.positive_sentences, len(owners))
    ends[0, owners[above][::-1]] = ranks[above][::-1]
    ends[1, owners[below]] = ranks[below]
    return ends
