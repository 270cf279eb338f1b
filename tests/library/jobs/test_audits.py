"""Audits end to end on real news text: what is stored and written, what fails, and what a killed worker keeps."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from gensim.models import KeyedVectors

from skipgram_audit.computing.cores import core_count
from skipgram_audit.corpus.identity import ContentHash
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.jobs.audits import carry_out_audit
from skipgram_audit.jobs.context import Cancelled
from skipgram_audit.jobs.runtime import migrate_jobs
from skipgram_audit.model.errors import AuditError, NotFound
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.tokens import token_spans, tokenize
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, costs, documents, jobs, ranking
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.documents import NewDocument, stream_texts, write_search_index
from skipgram_audit.store.models import (
    AuditProbe,
    AuditRow,
    CorpusRow,
    DocumentInfluence,
    Job,
    JobKind,
    PhaseCost,
    SentenceInfluence,
    Status,
)
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.search import matching_documents
from skipgram_audit.store.word_tables import WordTables
from skipgram_audit_web.features.reports.service import available_downloads
from skipgram_audit_web.features.words.service import read_word
from skipgram_audit_web.features.words.token_pairs import read_token
from tests.conftest import on_sqlite
from tests.duplicates_sample import find_duplicates
from tests.library.jobs.direct import job_context
from tests.library.samples import news_texts
from tests.queueing import enqueue
from tests.stored_files import audit_folder, audit_of

SMALL = AuditSettings(dimension=12, epochs=2, negatives=3, window=3, null_shuffles=1)
NEWS = parse_probe(
    {
        "name": "news",
        "targets": {"He": ["he", "man", "his"], "They": ["they", "their", "them", "heroine"]},
        "attributes": {"State": ["government", "minister", "police"], "Place": ["sydney", "south", "west"]},
    }
)
WEAT_6 = built_in_probes()["weat-6"]
UNMEASURABLE = parse_probe(
    {
        "name": "unicorns",
        "targets": {"X": ["unicorn", "yeti", "griffin"], "Y": ["she", "her", "woman"]},
        "attributes": {"A": ["he", "his", "him"], "B": ["man", "men", "boy"]},
    }
)


def add_corpus(database: Database, texts: list[str]) -> int:
    with database.session() as session:
        corpus = CorpusRow(
            name="News", status=Status.DONE, filename="news.txt", reader_options={}, content_sha256="ab" * 32
        )
        session.add(corpus)
        session.flush()
        rows = [
            NewDocument(
                position=number,
                external_id=f"news-{number}",
                title=text[:20],
                text=text,
                fields={},
                place=f"line {number + 1}",
                token_count=len(list(token_spans(text))),
                bounds=sentence_bounds(text, "en"),
            )
            for number, text in enumerate(texts)
        ]
        documents.insert_batch(session, corpus.id, rows)
        corpus.document_count = len(rows)
        corpus.sentence_count = sum(len(row.bounds) for row in rows)
        corpus.token_count = sum(row.token_count for row in rows)
        corpus_id = corpus.id
    write_search_index(database, corpus_id)
    return corpus_id


def add_audit(database: Database, corpus_id: int, *definitions: ProbeDefinition, **changes: Any) -> int:
    settings = AuditSettings.model_validate({**SMALL.model_dump(), **changes})
    with database.session() as session:
        return audits.create(session, corpus_id, "", settings, definitions or [UNMEASURABLE, NEWS]).id


def carry_out(settings: Settings, database: Database, audit_id: int) -> None:
    with job_context(settings, database, JobKind.AUDIT, str(audit_id)) as context:
        carry_out_audit(context, str(audit_id))
        context.keep_costs()
        with database.session() as session:
            jobs.end(session, context.job_id, Status.DONE)


def stored(database: Database, audit_id: int) -> dict[str, Any]:
    """Everything that an audit stored, as plain values that two audits can be compared by."""
    with database.session() as session:
        audit = audits.get(session, audit_id)
        names = {probe.id: probe.name for probe in audit.probes}
        rows = session.query(DocumentInfluence).filter(DocumentInfluence.audit_probe_id.in_(names)).all()
        sentences = session.query(SentenceInfluence).filter(SentenceInfluence.audit_probe_id.in_(names)).all()
        return {
            "outcomes": [audits.outcome_of(session, probe).as_dict() for probe in audit.probes],
            "documents": sorted((names[r.audit_probe_id], r.rank, r.document_id, r.influence, r.tokens) for r in rows),
            "sentences": sorted(
                (names[r.audit_probe_id], r.rank, r.document_id, r.sentence_index, r.influence) for r in sentences
            ),
            "size": (audit.vocabulary_size, audit.trained_tokens),
        }


def test_an_audit_end_to_end(settings: Settings, database: Database) -> None:
    texts = [*news_texts(), "", "Nothing here."]
    texts.append(texts[4])
    corpus_id = add_corpus(database, texts)
    find_duplicates(database, corpus_id)
    audit_id = add_audit(database, corpus_id)
    carry_out(settings, database, audit_id)
    with database.session() as session:
        audit = audits.get(session, audit_id)
        assert audit.status == Status.DONE
        assert audit.vocabulary_size > 1000
        assert audit.trained_tokens > 40_000
        unmeasured, probe = audit.probes
        assert not unmeasured.measured
        assert "'X'" in unmeasured.reason
        assert unmeasured.missing["X"] == ["unicorn", "yeti", "griffin"]
        assert unmeasured.verdict == "too_few_words"
        assert probe.missing == {"He": [], "They": ["heroine"], "State": [], "Place": []}
        check_ranking(session, audit, probe, texts)
        check_token_pairs(settings, session, audit, probe)
        assert set(audit.manifest["seconds"]) == {"encode", "train", "null", "influence", "rank"}
        content = ContentHash()
        for one in stream_texts(database, audit.corpus_id):
            content.add(one.external_id, one.text, one.bounds)
        assert audit.manifest["corpus"]["content_sha256"] == content.hexdigest()
    check_files(settings, database, audit_id, texts)


def check_ranking(session: Any, audit: AuditRow, probe: AuditProbe, texts: list[str]) -> None:
    """Ranks are dense and fall; a document is the sum of its sentences and of its tokens; tokens are words of it."""
    rows = [
        row
        for side in ranking.Side
        for row in ranking.document_page(
            session, probe, ranking.document_range(probe, audit.corpus, side), size=1000
        ).items
    ]
    rows.sort(key=lambda row: row.rank)
    assert [row.rank for row in rows] == list(range(1, len(texts) + 1))
    influences = [row.influence for row in rows]
    assert influences == sorted(influences, reverse=True)
    assert influences[0] > 0 > influences[-1]
    assert probe.influence_sum == pytest.approx(sum(influences))
    assert sum(probe.histogram["counts"]) == len(texts) - probe.zero_documents
    largest = max(abs(value) for value in influences)
    assert len(rows) > 20
    for row in rows[::20]:
        place = ranking.document_place(session, probe.id, row.document_id)
        assert place is not None
        sentences = ranking.sentence_places(session, probe.id, row.document_id)
        assert sum(item.influence for item in sentences.values()) == pytest.approx(row.influence, abs=1e-6 * largest)
        assert sum(item.influence for item in place.tokens) == pytest.approx(row.influence, abs=1e-6 * largest)
        text = ranking.document_of(session, audit, row.document_id).text
        spans = set(token_spans(text))
        assert all((token.start, token.end) in spans for token in place.tokens)
    total = session.query(SentenceInfluence).filter_by(audit_probe_id=probe.id).count()
    assert total == audit.corpus.sentence_count - probe.zero_sentences


def check_documents_with_words(settings: Settings, session: Any, audit: AuditRow, probe: AuditProbe) -> None:
    """The page of a word says how many documents hold it: as many as a search finds."""
    tables = WordTables.of_audit(settings, audit)
    columns = corpus_columns(session, audit.corpus)
    for word in (*tables.words[::40], "HE"):
        found = read_word(session, audit, probe, tables, word)
        assert found.documents == matching_documents(session, audit.corpus, columns, word).sum() > 0


def check_token_pairs(settings: Settings, session: Any, audit: AuditRow, probe: AuditProbe) -> int:
    """The pairs behind every token add up to it, and stand where the text has it; the number of tokens checked."""
    tables = WordTables.of_audit(settings, audit)
    checked = 0
    ranks = ranking.document_range(probe, audit.corpus, ranking.Side.POSITIVE)
    for row in ranking.document_page(session, probe, ranks, size=3).items:
        place = ranking.document_place(session, probe.id, row.document_id)
        assert place is not None
        text = ranking.document_of(session, audit, row.document_id).text
        largest = max(abs(token.influence) for token in place.tokens)
        for token in place.tokens:
            found = read_token(session, audit, probe, tables, row.document_id, token.start)
            assert found.total == pytest.approx(found.influence, rel=1e-5, abs=1e-6 * largest)
            assert found.influence == token.influence
            assert found.word == found.text.casefold() == text[token.start : token.end].casefold()
            words = tokenize(found.before + found.text + found.after, True)
            assert found.pairs
            assert all(pair.word in words for pair in found.pairs)
            checked += 1
    return checked


@on_sqlite
def test_pairs_behind_tokens_of_a_table_of_probe_words(settings: Settings, database: Database) -> None:
    audit_id = add_audit(database, add_corpus(database, list(news_texts())), NEWS, estimator="replay", null_shuffles=0)
    carry_out(settings, database, audit_id)
    with database.session() as session:
        audit = audits.get(session, audit_id)
        assert check_token_pairs(settings, session, audit, audit.probes[0]) > 20
        check_documents_with_words(settings, session, audit, audit.probes[0])
        document_id = (
            ranking.document_page(
                session,
                audit.probes[0],
                ranking.document_range(audit.probes[0], audit.corpus, ranking.Side.POSITIVE),
                size=1,
            )
            .items[0]
            .document_id
        )
        tables = WordTables.of_audit(settings, audit_of(database, audit_id))
        with pytest.raises(NotFound, match="No word with influence"):
            read_token(session, audit, audit.probes[0], tables, document_id, 10**6)


def check_files(settings: Settings, database: Database, audit_id: int, texts: list[str]) -> None:
    """Every download is there, and counts every document and sentence."""
    names = [item.filename for item in available_downloads(settings, audit_of(database, audit_id))]
    assert names == [
        "report.html", "documents.csv", "words.csv", "sentences.parquet", "documents.parquet", "report.json",
        "manifest.json", "vectors-seed-1.txt", "vectors-seed-2.txt",
    ]  # fmt: skip
    folder = settings.audit_folder(audit_of(database, audit_id).storage_name)
    with (folder / "documents.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [f"news-{number}" for number in range(len(texts))]
    grouped = {row["id"]: row["near_duplicates_of"] for row in rows if row["near_duplicates_of"]}
    assert grouped["news-4"] == grouped[f"news-{len(texts) - 1}"] == "news-4"
    assert all(grouped[first] == first for first in grouped.values())
    sentences = pq.read_table(folder / "sentences.parquet")
    by_document = np.bincount(
        sentences["document_number"].to_numpy(), weights=sentences["news influence"].to_numpy(), minlength=len(texts)
    )
    np.testing.assert_allclose(by_document, [float(row["news influence"]) for row in rows], atol=1e-9)
    vectors = KeyedVectors.load_word2vec_format(str(folder / "vectors-seed-1.txt"))
    assert vectors.vector_size == 12
    assert "government" in vectors
    news = json.loads((folder / "report.json").read_text())["probes"][1]
    assert news["name"] == "news"
    assert news["repeats"]["documents"] == len(grouped) - len(set(grouped.values()))


def test_writing_again_gives_the_same_rows(settings: Settings, database: Database) -> None:
    audit_id = add_audit(database, add_corpus(database, list(news_texts()[:80])), NEWS, minimum_count=3)
    carry_out(settings, database, audit_id)
    first = stored(database, audit_id)
    carry_out(settings, database, audit_id)
    assert stored(database, audit_id) == first


def test_what_the_phases_took_is_kept_but_not_of_an_audit_that_goes_on(settings: Settings, database: Database) -> None:
    corpus_id = add_corpus(database, list(news_texts()[:80]))
    audit_id = add_audit(database, corpus_id, NEWS, minimum_count=3, estimator="replay")
    carry_out(settings, database, audit_id)
    carry_out(settings, database, audit_id)  # everything is there: this takes no time
    with database.session() as session:
        rows = session.query(PhaseCost).order_by(PhaseCost.id).all()
        assert [row.kind for row in rows] == ["encode", "train", "null", "influence replay", "rank", "report"]
        assert all(row.seconds > 0 and row.guess > 0 for row in rows)
        corpus, audit = corpora.get(session, corpus_id), audits.get(session, audit_id)
        probes = [parse_probe(probe.definition, probe.name) for probe in audit.probes]
        forecast = costs.of_audit(session, corpus, AuditSettings.model_validate(audit.settings), probes, core_count())
    assert forecast.runs == 1
    assert forecast.seconds == pytest.approx(sum(row.seconds for row in rows), rel=0.1)


@on_sqlite
def test_two_audits_with_the_same_settings_agree_to_the_byte(settings: Settings, database: Database) -> None:
    corpus_id = add_corpus(database, list(news_texts()[:80]))
    first, second = (add_audit(database, corpus_id, NEWS, minimum_count=3) for _ in range(2))
    carry_out(settings, database, first)
    carry_out(settings, database, second)
    assert stored(database, first) == stored(database, second)
    for name in ("documents.csv", "sentences.parquet", "vectors-seed-2.txt"):
        files = [audit_folder(settings, database, audit_id) / name for audit_id in (first, second)]
        assert files[0].read_bytes() == files[1].read_bytes(), name


@on_sqlite
def test_without_any_probe_word_the_audit_stops_before_training_and_says_what_is_missing(
    settings: Settings, database: Database
) -> None:
    corpus_id = add_corpus(database, ["red green blue. " * 10, "blue green. " * 10])
    audit_id = add_audit(database, corpus_id, WEAT_6, subsample=0.0)
    with (
        job_context(settings, database, JobKind.AUDIT, str(audit_id)) as context,
        pytest.raises(AuditError, match="of 'Male names' 0 of the 3 needed") as caught,
    ):
        carry_out_audit(context, str(audit_id))
    assert caught.value.code == "nothing_to_measure"
    assert not list(settings.audits_folder.rglob("seed-*"))


@on_sqlite
@pytest.mark.parametrize("estimator", ["mean-field", "lissa"])
def test_a_corpus_without_pairs_of_words_fails_with_a_remedy(
    settings: Settings, database: Database, estimator: str
) -> None:
    words = ["he", "man", "his", "they", "their", "them", "sydney", "south", "west", "police", "minister"]
    audit_id = add_audit(database, add_corpus(database, words * 20), NEWS, estimator=estimator)
    with job_context(settings, database, JobKind.AUDIT, str(audit_id)) as context:
        with pytest.raises(AuditError, match="In no sentence of this corpus do two words") as caught:
            carry_out_audit(context, str(audit_id))
        assert "one word a line" in caught.value.remedy


@on_sqlite
@pytest.mark.parametrize("texts", [["word " * 20], ["word"], ["", "   "]])
def test_a_vocabulary_that_is_too_small_fails_with_a_remedy(
    settings: Settings, database: Database, texts: list[str]
) -> None:
    audit_id = add_audit(database, add_corpus(database, texts))
    with job_context(settings, database, JobKind.AUDIT, str(audit_id)) as context:
        with pytest.raises(AuditError, match="training needs 2") as caught:
            carry_out_audit(context, str(audit_id))
        assert "minimum count" in caught.value.remedy


@on_sqlite
def test_cancelling_stops_between_two_reports(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skipgram_audit.jobs.context.REPORT_PERIOD", 0.0)
    audit_id = add_audit(database, add_corpus(database, list(news_texts()[:80])), epochs=50)
    with job_context(settings, database, JobKind.AUDIT, str(audit_id)) as context:
        with database.session() as session:
            session.get_one(Job, context.job_id).cancel_requested = True
        with pytest.raises(Cancelled):
            carry_out_audit(context, str(audit_id))
    assert not (audit_folder(settings, database, audit_id) / "artifacts" / "seed-1.npz").exists()


@on_sqlite
def test_files_of_a_deleted_audit_are_not_taken_for_those_of_a_new_one(settings: Settings, database: Database) -> None:
    corpus_id = add_corpus(database, list(news_texts()[:80]))
    audit_id = add_audit(database, corpus_id, NEWS, minimum_count=3)
    folder = audit_folder(settings, database, audit_id)
    folder = folder / "artifacts"
    folder.mkdir(parents=True)
    (folder / "identity.json").write_text("of another audit")
    (folder / "corpus.npz").write_bytes(b"of another corpus")
    carry_out(settings, database, audit_id)
    with database.session() as session:
        assert audits.get(session, audit_id).probes[0].measured


@pytest.fixture
def start_worker(settings: Settings) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the real worker; whatever still runs at the end is killed."""
    processes: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        script = "import sys; from skipgram_audit.cli.main import main; sys.exit(main())"
        environment = {"SKIPGRAM_AUDIT_DATABASE_URL": settings.database_url}
        process = subprocess.Popen(
            [sys.executable, "-c", script, "worker", "--data-folder", str(settings.data_folder)],
            env={**os.environ, **environment},
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.02)


@on_sqlite  # what both databases keep of a killed worker's job is tested by test_runtime
def test_a_worker_killed_in_training_goes_on_with_what_it_had(
    settings: Settings, database: Database, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    migrate_jobs(settings)
    corpus_id = add_corpus(database, list(news_texts()[:150]))
    undisturbed, killed = (add_audit(database, corpus_id, NEWS, epochs=15, null_shuffles=0) for _ in range(2))
    carry_out(settings, database, undisturbed)
    queue = JobQueue(settings, database)
    job_id = enqueue(database, queue, JobKind.AUDIT, killed)
    queue.close()
    first = start_worker()
    corpus_file = audit_folder(settings, database, killed) / "artifacts" / "corpus.npz"

    def job() -> Job:
        with database.session() as session:
            return session.get_one(Job, job_id)

    wait_for(lambda: job().phase_number == 2)
    first.kill()
    first.wait()
    assert job().status == Status.RUNNING
    written = corpus_file.stat().st_mtime_ns
    assert not (corpus_file.parent / "influences.npz").exists()
    start_worker()
    wait_for(lambda: job().status != Status.RUNNING)
    assert job().status == Status.DONE, job().error
    assert corpus_file.stat().st_mtime_ns == written
    assert stored(database, killed) == stored(database, undisturbed)
