"""The demo corpus: real articles as prose, loaded once."""

import re

import pytest

from skipgram_audit.demo import articles
from skipgram_audit.demo import load as demo
from skipgram_audit.model.probe import built_in_probes, parse_probe_file
from skipgram_audit.settings import Settings
from skipgram_audit.store import corpora
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, CorpusRow, CorpusWord, Job, JobKind, Status


@pytest.fixture(scope="module")
def documents() -> list[dict[str, str]]:
    return list(articles.documents())


def test_the_articles_are_titled_sections(documents: list[dict[str, str]]) -> None:
    by_id = {document["id"]: document for document in documents}
    assert len(by_id) == len(documents) > 600
    assert by_id["Anarchism/History"]["title"] == "Anarchism – History"
    assert by_id["Anarchism"]["title"] == "Anarchism"
    assert len(list(articles.articles())) == 106
    assert len({document["article"] for document in documents}) == 100
    assert sum(len(document["text"].split()) for document in documents) > 400_000


def test_they_read_as_prose(documents: list[dict[str, str]]) -> None:
    for document in documents:
        text = document["text"]
        assert not re.search(r"\[\[|\]\]|\{\{|\}\}|\{\||'''|</?(ref|br|div|span)\b|&(nbsp|ndash|amp);|\bthumb\|", text)
        assert not re.search(r"^[*#|!]", text, re.MULTILINE)
        assert not re.search(r"^(File|Image|Category):", text, re.MULTILINE)
    paragraphs = [line for document in documents for line in document["text"].split("\n\n")]
    ended = sum(line.rstrip("\"”’')").endswith((".", "!", "?", ":")) for line in paragraphs)
    assert ended / len(paragraphs) > 0.97


@pytest.fixture
def read_at_once(monkeypatch: pytest.MonkeyPatch, database: Database, documents: list[dict[str, str]]) -> None:
    """Stands in for the worker: when it is waited for, the corpus is read and holds the words of the probes."""
    own = parse_probe_file(demo.PROBE.read_bytes(), demo.PROBE.name)

    def read(_: Database, corpus_id: int) -> bool:
        words = {word.casefold() for probe in (own, built_in_probes()["weat-8"]) for word in probe.words()}
        with database.session() as session:
            session.get_one(CorpusRow, corpus_id).status = Status.DONE
            session.add_all(CorpusWord(corpus_id=corpus_id, word=word, folded=word, count=5) for word in words)
        return True

    monkeypatch.setattr(demo, "_wait_until_read", read)
    monkeypatch.setattr(demo, "documents", lambda: iter(documents[:20]))


@pytest.mark.usefixtures("read_at_once")
def test_it_is_loaded_once_with_its_own_probe(settings: Settings, database: Database) -> None:
    demo.load_once(settings)
    demo.load_once(settings)
    with database.session() as session:
        (corpus,) = session.query(CorpusRow).all()
        assert corpus.name == demo.CORPUS_NAME
        assert corpus.metadata_fields == ["article"]
        (audit,) = session.query(AuditRow).all()
        assert [probe.name for probe in audit.probes] == list(demo.PROBES)
        assert [job.kind for job in session.query(Job).order_by(Job.created_at)] == [JobKind.IMPORT, JobKind.AUDIT]
    assert sorted(path.name for path in settings.uploads_folder.iterdir()) == [corpus.upload_id]
    assert not (settings.data_folder / demo.FILENAME).exists()


@pytest.mark.usefixtures("read_at_once")
def test_a_deleted_demo_stays_deleted(settings: Settings, database: Database) -> None:
    demo.load_once(settings)
    with database.session() as session:
        for job in session.query(Job):
            job.status = Status.CANCELLED
        for audit in session.query(AuditRow):
            session.delete(audit)
        session.flush()
        for corpus in session.query(CorpusRow):
            corpora.remove(session, corpus.id)
    demo.load_once(settings)
    with database.session() as session:
        assert session.query(CorpusRow).count() == 0
