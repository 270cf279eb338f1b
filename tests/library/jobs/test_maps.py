"""The map's job on real news text: what is stored, and audits whose files are gone."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipgram_audit.auditing.map_file import write_map_file
from skipgram_audit.auditing.run import open_pipeline
from skipgram_audit.auditing.texts import TextWriter
from skipgram_audit.corpus.encoding import TextDocument
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.jobs.maps import draw_map
from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora
from skipgram_audit.store.columns import AuditColumn, Columns, audit_identity
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.document_map import KINDS, SIDE, facts_of
from skipgram_audit.store.documents import stream_texts
from skipgram_audit.store.models import JobKind
from tests.library.jobs.direct import job_context
from tests.library.jobs.test_audits import NEWS, SMALL, add_audit, add_corpus
from tests.library.samples import news_texts, silent
from tests.stored_files import audit_folder


def trained_audit(settings: Settings, database: Database) -> int:
    """An audit of which only what a map needs was carried out; one document has no known word."""
    corpus_id = add_corpus(database, [*news_texts(), "Xyzzy."])
    audit_id = add_audit(database, corpus_id, NEWS)
    with database.session() as session:
        probe = parse_probe(audits.get(session, audit_id).probes[0].definition, "news")
    folder = audit_folder(settings, database, audit_id) / "artifacts"
    pipeline = open_pipeline(folder, AuditSettings.model_validate(SMALL), [probe], "cpu")
    texts = (TextDocument(text.text, text.bounds) for text in stream_texts(database, corpus_id))
    pipeline.encode(texts, 301, silent)
    pipeline.train(silent)
    return audit_id


def run(settings: Settings, database: Database, audit_id: int) -> None:
    with job_context(settings, database, JobKind.MAP, str(audit_id)) as context:
        draw_map(context, str(audit_id))


def test_a_map_places_every_document_that_has_a_known_word(settings: Settings, database: Database) -> None:
    audit_id = trained_audit(settings, database)
    run(settings, database, audit_id)
    with database.session() as session:
        audit = audits.get(session, audit_id)
        facts = facts_of(audit)
        assert facts is not None
        assert (facts.seed, facts.placed, facts.unplaced, facts.fitted) == (SMALL.seeds[0], 300, 1, 300)
        found = Columns(session, AuditColumn, audit_id, KINDS, audit_identity(audits.get(session, audit_id)))
        places = found["places"].reshape(-1, 2)
        assert len(places) == len(corpus_columns(session, corpora.get(session, audit.corpus_id))["ids"]) == 301
        assert np.isnan(places[300]).all()
        assert ((places[:300] >= 0) & (places[:300] <= SIDE)).all()
        words = found["vocabulary"].tobytes().decode().split("\n")
        first = [words[number] for number in found["typical"].reshape(301, -1)[0] if number >= 0]
    text = news_texts()[0].casefold()
    assert first
    assert all(word in text for word in first)


def test_the_file_of_the_map_has_rankings_texts_and_places(tmp_path: Path) -> None:
    texts, count = tmp_path / "artifacts" / "texts.parquet", 5
    texts.parent.mkdir()
    ids = [f"d{number}" for number in range(count)]
    with TextWriter(texts) as writer:
        for name in ids:
            writer.add(CorpusDocument(f"Text of {name}.", np.array([[0, 11]], np.uint32), name, "", {}))
    ranks = pa.table({"document": ids, "weat-6 rank": list(range(count)), "x": ["taken"] * count})
    pq.write_table(ranks, tmp_path / "documents.parquet")
    places = np.array([[0, 0], [10, 1000], [500, 250], [np.nan, np.nan], [1000, 0]], np.float32)
    table = pq.read_table(write_map_file(tmp_path, places, 1000)).to_pydict()
    assert table["document"] == ids
    assert table["text"] == [f"Text of {name}." for name in ids]
    assert table["weat-6 rank"] == list(range(count))
    assert table["x"] == [0, 10, 500, None, 1000]
    assert table["y"] == [1000, 0, 750, None, 1000]
    with pytest.raises(NotFound):
        write_map_file(tmp_path / "none", places, 1000)


def test_an_audit_whose_files_are_gone_has_no_map(settings: Settings, database: Database) -> None:
    audit_id = trained_audit(settings, database)
    shutil.rmtree(audit_folder(settings, database, audit_id))
    with pytest.raises(Conflict, match="no longer in the data folder"):
        run(settings, database, audit_id)
