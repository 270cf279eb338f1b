"""The answer at once to a what-if: sums of the influences that are stored, on the audit's calibration."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from skipgram_audit.auditing.folder import read_calibration
from skipgram_audit.corpus.added_texts import AddedTexts, encode_added
from skipgram_audit.corpus.encoding import offsets_of
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.tokens import word_form
from skipgram_audit.model.what_if import (
    WhatIfAnswer,
    WhatIfScore,
    added_influences,
    added_notes,
    answer_at_once,
    first_order_change,
    removed_share,
)
from skipgram_audit.report.verdict import score_limits
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits
from skipgram_audit.store.document_columns import corpus_columns, ranking_columns
from skipgram_audit.store.models import AuditProbe, AuditRow
from skipgram_audit.store.word_tables import WordTables

Floats = npt.NDArray[np.float64]
SHOWN_WORDS = 5


class QuickAnswer:
    """A what-if of a finished audit.

    Args:
        positions: of the documents that are left out or weighted, ascending.
        weight: how often each of them counts, from 0.
        texts: that are added.

    Raises:
        InvalidInput: nothing would be left, or a text cannot be added.
        NotFound: texts are to be added, and the audit has no tables of words.
    """

    def __init__(
        self,
        session: Session,
        settings: Settings,
        audit: AuditRow,
        positions: npt.NDArray[np.int64],
        weight: float,
        texts: Sequence[str],
    ) -> None:
        self._session, self._settings, self._audit = session, settings, audit
        self._positions, self._weight = positions, weight
        self._weights = np.ones(audit.corpus.document_count)
        self._weights[positions] = weight
        self._added = self._encoded(texts) if texts else None
        if weight == 0 and len(positions) == audit.corpus.document_count:
            raise InvalidInput("All documents go, so nothing would be left to train on.", "Leave some out of the set.")

    def answer(self) -> WhatIfAnswer:
        """What every probe is expected to score."""
        audit = self._audit
        lengths = corpus_columns(self._session, audit.corpus)["words"].astype(np.int64)
        words_added = self._added.known_words if self._added else 0
        more, known = self._of_added()
        scores, limits = [], {}
        for probe in audit.probes:
            if not probe.measured or probe.score is None:
                continue
            outcome = audits.outcome_of(self._session, probe)
            limits[probe.name] = score_limits(outcome)
            change = first_order_change(self._influences(probe), self._weights) + more.get(probe.name, 0.0)
            score = WhatIfScore(probe=probe.name, kind=probe.kind, before=probe.score, first_order=change)
            lost = self._lost_words(probe)
            if lost:
                shown = ", ".join(lost[:SHOWN_WORDS]) + (", ..." if len(lost) > SHOWN_WORDS else "")
                score.reason = f"No occurrence would be left of {len(lost)} of its words: {shown}."
            scores.append(score)
        return answer_at_once(
            scores,
            read_calibration(self._settings.audit_folder(audit.storage_name)),
            len(self._positions),
            removed_share(lengths, self._weights, words_added),
            limits,
            added_notes(self._added.note(), known) if self._added else [],
        )

    def _influences(self, probe: AuditProbe) -> Floats:
        """Of every document, mean over seeds, float64 [documents]; see document_columns for numbers and positions."""
        ranking = ranking_columns(self._session, probe)
        found = np.zeros(len(self._weights))
        found[ranking["documents"]] = ranking["influences"]
        return found

    @cached_property
    def _tables(self) -> WordTables | None:
        try:
            return WordTables.of_audit(self._settings, self._audit)
        except NotFound:
            return None

    @cached_property
    def _left(self) -> npt.NDArray[np.int64] | None:
        """How often each word occurs in what is left; None where that is not known, or nothing is left out."""
        tables = self._tables
        if tables is None or not tables.has_pairs or self._weight > 0 or not len(self._positions):
            return None
        offsets = tables.array("sentence_offsets")[tables.array("document_sentences")]
        tokens = tables.array("tokens")
        gone = np.zeros(len(tables.words), np.int64)
        lengths = np.diff(offsets)[self._positions]
        starts = offsets[self._positions]
        # All tokens of the documents that go, as places: a stretch for each.
        places = np.arange(int(lengths.sum())) + np.repeat(starts - offsets_of(lengths)[:-1], lengths)
        gone += np.bincount(tokens[places], minlength=len(gone))
        left: npt.NDArray[np.int64] = tables.counts - gone
        return left

    def _lost_words(self, probe: AuditProbe) -> list[str]:
        """Words of a probe that were measured, and that would not occur any more."""
        left = self._left
        if left is None or self._tables is None:
            return []
        index, casefold = self._index, self._audit.settings.get("casefold", True)
        definition: Mapping[str, Mapping[str, list[str]]] = probe.definition
        missing = {word for words in probe.missing.values() for word in words}
        lists = [*definition["targets"].values(), *definition["attributes"].values()]
        measured = [word for words in lists for word in words if word not in missing]
        forms = {word: word_form(word, casefold, self._audit.corpus.language) for word in measured}
        return list(dict.fromkeys(word for word, form in forms.items() if form in index and left[index[form]] <= 0))

    @cached_property
    def _index(self) -> dict[str, int]:
        assert self._tables is not None
        return {word: number for number, word in enumerate(self._tables.words)}

    def _encoded(self, texts: Sequence[str]) -> AddedTexts:
        if self._tables is None or not self._tables.has_pairs:
            raise NotFound(
                "The estimator of this audit has no influences of pairs of words: it cannot say what a new text does.",
                "Audit the corpus by mean-field or replay.",
            )
        casefold = self._audit.settings.get("casefold", True)
        return encode_added(texts, self._index, casefold, self._audit.corpus.language)

    def _of_added(self) -> tuple[dict[str, float], float]:
        """First-order changes by probe when the texts come, and the share of their pairs that the corpus has."""
        tables = self._tables
        if self._added is None or tables is None:
            return {}, 1.0
        names = [probe.name for probe in self._audit.probes if probe.measured]
        changes, known = added_influences(
            self._added.sentences,
            tables.array("keep"),
            tables.window,
            *(tables.array(name) for name in ("offsets", "partners", "pair_counts", "pairs")),
        )
        return {name: float(changes[tables.row(name)]) for name in names}, known


def parse_texts(text: str) -> list[str]:
    """A pasted text as one; nothing of blanks."""
    return [text] if text.strip() else []


def parse_ids(text: str) -> list[str]:
    """Ids as they are pasted: one a line, or a JSON array of strings; as in a file of ids."""
    stripped = text.strip()
    if stripped.startswith("["):
        try:
            values = json.loads(stripped)
        except ValueError:
            values = None
        if isinstance(values, list) and all(isinstance(one, str) for one in values):
            return values
    return [line for line in text.replace("\r\n", "\n").split("\n") if line]
