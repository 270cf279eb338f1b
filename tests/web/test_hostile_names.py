"""Folders, databases, probes, columns and words of any name: addresses lead where they should, and nowhere else."""

import html.parser
import os
import sqlite3
from email.message import Message
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import psycopg
import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import settings as searching
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import URL, make_url, text, update

from skipgram_audit.serving.server import migrate_everything
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.filling import fill_columns
from skipgram_audit.store.models import AuditProbe, CorpusRow, Document, Job, JobKind
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.search import index_path, new_index
from skipgram_audit_web.web import attachment
from tests.audit_sample import Sample, make_audit
from tests.postgres import PostgresCluster
from tests.queueing import enqueue
from tests.web.features.words.test_pages import write_tables

HOSTILE = "a?b=c&d#e%20f%2Fg:h@i;j'k\"l`m*n[o]p{q}r\\s\tt\nu é工‮😀 ~$+,=|<>"
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=40)


def files_of(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_start_in_a_folder_of_any_name_writes_there_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(data_folder=Path(HOSTILE))
    migrate_everything(settings)
    database = Database(settings)
    queue = JobQueue(settings, database)
    job_id = enqueue(database, queue, JobKind.PREVIEW, "none")
    with new_index(settings.data_folder, 1) as index:
        index.add(["title"], ["some", "words"])
        index.finish("contents")
    assert index_path(settings.data_folder, 1).is_file()
    queue.close()
    with database.session() as session:
        assert session.get_one(Job, job_id).subject == "none"
    database.close()
    assert files_of(tmp_path) == {HOSTILE}
    assert {"skipgram-audit.sqlite", "jobs.sqlite", "search"} <= files_of(tmp_path / HOSTILE)
    with sqlite3.connect(tmp_path / HOSTILE / "jobs.sqlite") as jobs:
        assert jobs.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert jobs.execute("SELECT workflow_uuid FROM workflow_status").fetchall() == [(job_id,)]
    jobs.close()


@searching(max_examples=60, deadline=None)
@given(name=NAMES)
@example(name="q?1")
@example(name="d%20ata")
@example(name="file:memory?mode=memory&cache=shared#")
@example(name=":memory:")
@example(name=" ")
@example(name="?uri=true")
def test_a_database_lies_in_its_folder(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    parent = tmp_path_factory.mktemp("folders")
    if name in (".", "..") or len(os.fsencode(name)) > 200:
        return
    settings = Settings(data_folder=parent / name)
    settings.create_data_folder()
    assert make_url(settings.jobs_url).database == str((parent / name / "jobs.sqlite").resolve())
    database = Database(settings)
    with database.session() as session:
        session.execute(text("CREATE TABLE here (word)"))
    database.close()
    assert files_of(parent) == {name}
    assert "skipgram-audit.sqlite" in files_of(parent / name)


def test_postgres_names_and_passwords_of_any_characters(
    postgres_cluster: PostgresCluster, postgres_template: str, tmp_path: Path
) -> None:
    name, user, password = "na?me#%20:@/&'x", 'us%er:@/?#"', "p@ss:w/o?r#d%20 é+&'"
    with psycopg.connect(
        f"host=127.0.0.1 port={postgres_cluster.port} user=test dbname=postgres", autocommit=True
    ) as server:
        server.execute(psycopg.sql.SQL("CREATE ROLE {} LOGIN SUPERUSER").format(psycopg.sql.Identifier(user)))
    postgres_cluster.create(name, postgres_template)
    try:
        url = URL.create(
            "postgresql+psycopg", user, password, host="127.0.0.1", port=postgres_cluster.port, database=name
        )
        settings = Settings(data_folder=tmp_path / HOSTILE, database_url=url.render_as_string(hide_password=False))
        migrate_everything(settings)
        database = Database(settings)
        assert database.url.password == password
        assert not database.is_sqlite
        queue = JobQueue(settings, database)
        enqueue(database, queue, JobKind.PREVIEW, "none")
        queue.close()
        with database.session() as session:
            assert session.execute(text("SELECT current_database(), current_user")).one() == (name, user)
            assert session.execute(text("SELECT count(*) FROM dbos.workflow_status")).scalar() == 1
        database.close()
        assert [path.suffix for path in (tmp_path / HOSTILE).iterdir()] == [".lock"]
    finally:
        postgres_cluster.drop(name)


@pytest.mark.parametrize("address", ["mysql://u:secret@h/n", "no address: secret", "postgresql+asyncpg://u:secret@h/n"])
def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ValidationError, match=r"postgresql\+psycopg") as refused:
        Settings(database_url=address)
    assert "secret" not in refused.value.errors()[0]["msg"]


def test_a_folder_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="not valid UTF-8"):
        Settings(data_folder=tmp_path / "a\udcff")


class Links(html.parser.HTMLParser):
    """Where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "href" and value and tag == "a"]


def walk(client: TestClient, start: str, most: int) -> dict[str, str]:
    """Follows the links of pages, breadth first, a few of each kind; gives the pages by their addresses."""
    waiting = [start]
    pages: dict[str, str] = {}
    kinds: dict[tuple[str, str], int] = {}
    while waiting and len(pages) < most:
        address = waiting.pop(0)
        kind = (urlsplit(address).path, urlsplit(address).query[:14])
        if address in pages or kinds.setdefault(kind, 0) >= 3:
            continue
        kinds[kind] += 1
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.text[-2000:])
        pages[address] = answer.text
        if answer.headers["content-type"].startswith("text/html"):
            links = Links()
            links.feed(answer.text)
            waiting += [
                urljoin(address, link).partition("#")[0]
                for link in links.found
                if not link.startswith(("#", "/help/")) and "/downloads/" not in link  # the help has a test of its own
            ]
    return pages


# No character that cannot be seen: those are never part of a word.
WORDS = ["a/b", "a?b#c", "100%", "\"q'<i>", "a&amp;b+c d"]


def test_links_lead_to_probes_columns_documents_and_words_of_any_name(
    client: TestClient, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample: Sample = make_audit(database)
    probe, field = f"weat-6 {HOSTILE}", f"source {HOSTILE}"
    with database.session() as session:
        session.execute(update(AuditProbe).where(AuditProbe.name == "weat-6").values(name=probe))
        session.execute(update(Document).values(title=HOSTILE, fields={field: HOSTILE}))
        session.execute(update(Document).where(Document.external_id == "alice").values(external_id=f"../{HOSTILE}"))
        session.execute(update(CorpusRow).values(name=HOSTILE, filename=HOSTILE, metadata_fields=[field]))
    monkeypatch.setattr("tests.web.features.words.test_pages.WORDS", WORDS)
    monkeypatch.setattr(
        "tests.web.features.words.test_pages.INFLUENCE",
        {name: [0.5, -0.25, 0.125, 0.0625, 0.03] for name in (probe, "he and she")},
    )
    root = f"/audits/{sample.audit_id}"
    fill_columns(database)
    write_tables(settings, sample, pairs=True)
    pages = walk(client, root, 60)
    assert len(pages) > 30
    followed = [
        page for address, page in pages.items() if f"probe={quote(probe, safe='').replace('%20', '+')}" in address
    ]
    assert len(followed) > 10
    listed = Links()
    listed.feed(client.get(f"{root}/words", params={"probe": probe}).text)
    links = [link for link in listed.found if "/word?" in link]
    assert len(links) == len(WORDS)
    assert all(client.get(link).status_code == 200 for link in links)
    for word in WORDS:
        answer = client.get(f"/api/v1{root}/words/{quote(word, safe='')}", params={"probe": probe})
        assert answer.json()["word"] == word


@pytest.mark.parametrize(
    "name", [HOSTILE, "plain", "größe", 'a"b%22', "../../etc/passwd", "a\r\nset-cookie: x=1", "‮fdp.exe"]
)
def test_a_download_has_a_name_that_can_be_kept(name: str) -> None:
    header = attachment(f"{name}.toml")["content-disposition"]
    header.encode("ascii")
    assert "\r" not in header
    assert "\n" not in header
    fields = Message()
    fields["content-disposition"] = header
    assert fields.get_content_disposition() == "attachment"
    plain, extended = fields.get_filename(), unquote(header.partition("filename*=UTF-8''")[2])
    assert plain is not None
    assert not set(plain + extended) & set("/\\\r\n\u202e")
    if name in ("plain", "größe"):
        assert (extended or plain) == f"{name}.toml"
