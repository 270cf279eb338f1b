"""Small audits with numbers chosen by hand, for comparing one with another."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from skipgram_audit.model.outcome import Concentration, Histogram, ProbeOutcome, SeedOutcome
from skipgram_audit.model.probe import ProbeDefinition, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits, filling
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow, Document, Status
from skipgram_audit.store.packing import pack_bounds, pack_tokens

PROBE = {
    "name": "work and home",
    "targets": {"he": ["he", "his", "him"], "she": ["she", "her", "hers"]},
    "attributes": {"work": ["office", "career", "salary"], "home": ["home", "family", "kitchen"]},
}


def probe_of(**changes: Any) -> ProbeDefinition:
    return parse_probe({**PROBE, **changes})


def add_corpus(database: Database, name: str, texts: Mapping[str, str]) -> int:
    """A corpus that has been read; ``texts`` by external id."""
    with database.session() as session:
        corpus = CorpusRow(
            name=name, status=Status.DONE, filename=f"{name}.jsonl", reader_options={}, document_count=len(texts)
        )
        session.add(corpus)
        session.flush()
        for position, (external_id, text) in enumerate(texts.items()):
            session.add(
                Document(
                    corpus_id=corpus.id,
                    position=position,
                    external_id=external_id,
                    title=external_id,
                    text=text,
                    token_count=2,
                    sentence_count=1,
                    sentence_bounds=pack_bounds(np.array([[0, len(text)]], dtype=np.uint32)),
                )
            )
        return corpus.id


def add_audit(
    database: Database,
    corpus_id: int,
    influences: Mapping[str, tuple[float, float]],
    score: float,
    probes: Sequence[ProbeDefinition] = (),
    spread: float = 0.1,
    standard_error: float | None = 0.3,
    settings: AuditSettings | None = None,
) -> int:
    """A finished audit; ``influences`` by external id: means over seeds with their spreads, the same for each probe."""
    probes = probes or [probe_of()]
    settings = settings or AuditSettings()
    with database.session() as session:
        audit = audits.create(session, corpus_id, "", settings, probes)
        audit.status = Status.DONE
        ids = {document.external_id: document.id for document in session.query(Document).filter_by(corpus_id=corpus_id)}
        none = np.array([], np.uint32)
        packed = pack_tokens(none, none.astype(np.uint16), none.astype(np.float32))
        order = sorted(influences, key=lambda name: -influences[name][0])
        for probe in audit.probes:
            audits.add_ranked_documents(
                session,
                probe.id,
                [
                    {
                        "rank": rank,
                        "document_id": ids[name],
                        "influence": influences[name][0],
                        "spread": influences[name][1],
                        "sign_stability": 1.0,
                        "tokens": packed,
                    }
                    for rank, name in enumerate(order, start=1)
                ],
            )
            outcome = ProbeOutcome(
                name=probe.name,
                kind=probe.kind,
                definition=probe.definition,
                measured=True,
                score=score,
                score_spread=spread,
                standard_error=standard_error,
                by_seed=[SeedOutcome(seed, score, None, None, None) for seed in settings.seeds],
                seed_agreement=0.5,
                histogram=Histogram(),
                concentration=Concentration(),
            )
            audits.save_outcome(session, probe.id, outcome)
    filling.fill_columns(database)
    return audit.id
