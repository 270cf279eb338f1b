"""What the database and the tables of words say of a what-if at once."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.auditing.at_once import NO_PAIRS, PairTables, StoredProbe, answer_at_once
from skipgram_audit.corpus.added_texts import AddedTexts, encode_added
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.tokens import word_form
from skipgram_audit.model.what_if import EVERYTHING_GOES, WhatIfAnswer, lost_words_reason
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits
from skipgram_audit.store.document_columns import corpus_columns, ranking_columns
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.word_tables import WordTables


def quick_answer(
    session: Session,
    settings: Settings,
    audit: AuditRow,
    positions: npt.NDArray[np.int64],
    weight: float,
    texts: Sequence[str],
) -> WhatIfAnswer:
    """What every measured probe of a finished audit is expected to score.

    Args:
        positions: of the documents that are left out or weighted, ascending.
        weight: how often each of them counts, from 0.
        texts: that are added.

    Raises:
        InvalidInput: nothing would be left, or a text cannot be added.
        NotFound: texts are to be added, and the audit has no tables of pairs of words.
    """
    weights = np.ones(audit.corpus.document_count)
    weights[positions] = weight
    if not weights.any():
        raise InvalidInput(*EVERYTHING_GOES)
    try:
        tables = WordTables.of_audit(settings, audit)
    except NotFound:
        tables = None
    added, pairs = _added(audit, tables, texts) if texts else (None, None)
    left = None
    if tables is not None and tables.has_pairs and weight == 0 and len(positions):
        left = dict(zip(tables.words, tables.counts_without(positions).tolist(), strict=True))
    stored = []
    for probe in audit.probes:
        if probe.measured and probe.score is not None:
            # The numbers of the corpus' columns are positions; see document_columns.
            ranking = ranking_columns(session, probe)
            influences = np.zeros(len(weights))
            influences[ranking["documents"]] = ranking["influences"]
            row = tables.row(probe.name) if tables is not None and added else 0
            lost = _lost(audit, probe, left) if left else ""
            stored.append(StoredProbe(audits.outcome_of(session, probe), influences, row, lost))
    lengths = corpus_columns(session, audit.corpus)["words"].astype(np.int64)
    return answer_at_once(settings.audit_folder(audit.storage_name), stored, lengths, weights, added, pairs)


def _lost(audit: AuditRow, probe: AuditProbe, left: Mapping[str, int]) -> str:
    """Which words of a probe were measured and would not occur any more; empty without any.

    Args:
        left: how often each word of the vocabulary occurs in what is left.
    """
    definition: Mapping[str, Mapping[str, list[str]]] = probe.definition
    missing = {word for words in probe.missing.values() for word in words}
    lists = [*definition["targets"].values(), *definition["attributes"].values()]
    measured = dict.fromkeys(word for words in lists for word in words if word not in missing)
    casefold, language = audit.settings.get("casefold", True), audit.corpus.language
    lost = [word for word in measured if left.get(word_form(word, casefold, language), 1) <= 0]
    return lost_words_reason(lost) if lost else ""


def _added(audit: AuditRow, tables: WordTables | None, texts: Sequence[str]) -> tuple[AddedTexts, PairTables]:
    if tables is None or not tables.has_pairs:
        raise NotFound(*NO_PAIRS)
    index = {word: number for number, word in enumerate(tables.words)}
    added = encode_added(texts, index, audit.settings.get("casefold", True), audit.corpus.language)
    names = ("offsets", "partners", "pair_counts", "pairs")
    return added, PairTables(tables.array("keep"), tables.window, *map(tables.array, names))
