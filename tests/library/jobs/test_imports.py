"""Imports: what is stored of a file, again after an interruption, and what is left when it fails."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from skipgram_audit.jobs import imports
from skipgram_audit.jobs.context import Cancelled
from skipgram_audit.jobs.imports import import_corpus
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.settings import Settings
from skipgram_audit.store import corpora, documents, uploads
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow, CorpusWord, Document, Job, JobKind, SkippedRow, Upload
from tests.conftest import on_sqlite
from tests.library.jobs.direct import job_context

TEXTS = ["He's a doctor. She's one, too! 😀", "The nurse said: Straße.\n\nSTRASSE again.", "He went."]


def json_lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def add_corpus(settings: Settings, database: Database, content: bytes, language: str = "en", **options: Any) -> int:
    """An upload that has arrived, and the corpus that is to be read from it."""
    settings.uploads_folder.mkdir(exist_ok=True)
    digest = hashlib.sha256(content).hexdigest()
    with database.session() as session:
        upload = uploads.create(session, uuid.uuid4().hex, "corpus.jsonl", len(content))
        upload.sha256, upload.received_bytes = digest, len(content)
        settings.upload_path(upload.id).write_bytes(content)
        chosen = ReaderOptions(**{"format": "jsonl"} | options)
        return corpora.create(session, upload, "A corpus", language, chosen.model_dump(mode="json")).id


def run_import(settings: Settings, database: Database, corpus_id: int) -> None:
    with job_context(settings, database, JobKind.IMPORT, str(corpus_id)) as context:
        import_corpus(context, str(corpus_id))


def count(database: Database, model: type[Document | SkippedRow | CorpusWord | Upload]) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def content_of(database: Database, corpus_id: int) -> tuple[Any, ...]:
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        return (
            corpus.content_sha256,
            corpus.document_count,
            corpus.sentence_count,
            corpus.token_count,
            corpora.frequent_words(session, corpus_id, 100),
        )


def test_options_are_stored_as_they_were_chosen() -> None:
    for name in ("txt", "csv", "parquet"):
        chosen = ReaderOptions(format=name, metadata_fields=("a", "b"))
        assert ReaderOptions.unchecked(chosen.model_dump(mode="json")) == chosen


def test_documents_words_and_skipped_rows_are_stored(settings: Settings, database: Database) -> None:
    rows = [{"id": number, "title": f"T{number}", "text": text, "n": 1} for number, text in enumerate(TEXTS)]
    content = json_lines([*rows, {"id": 9, "text": ""}, {"id": 0, "text": "again"}])
    corpus_id = add_corpus(settings, database, content, metadata_fields=("n",))
    run_import(settings, database, corpus_id)
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        assert (corpus.document_count, corpus.sentence_count, corpus.token_count) == (3, 6, 16)
        assert corpus.skipped_reasons == {"empty text": 1, "id of an earlier document": 1}
        assert corpus.skipped_count == 2
        assert corpus.source_sha256 == hashlib.sha256(content).hexdigest()
        assert [(row.place, row.reason) for row in corpora.skipped(session, corpus_id)] == [
            ("line 4", "empty text"),
            ("line 5", "id of an earlier document"),
        ]
        words = {row.word: (row.folded, row.count) for row in session.scalars(select(CorpusWord))}
        assert words["He"] == ("he", 2)
        assert words["Straße"] == words["STRASSE"] == ("strasse", 1)
        assert words["s"] == ("s", 2)
        assert corpora.vocabulary_size(session, corpus_id) == len({folded for folded, _ in words.values()})
    stored = list(documents.stream_texts(database, corpus_id))
    assert [(document.external_id, document.text) for document in stored] == list(
        zip(["0", "1", "2"], TEXTS, strict=True)
    )
    assert [stored[1].text[start:end] for start, end in stored[1].bounds] == [
        "The nurse said: Straße.",
        "STRASSE again.",
    ]
    with database.session() as session:
        document = documents.get(session, corpus_id, stored[0].id)
        assert (document.title, document.fields, document.place) == ("T0", {"n": "1"}, "line 1")
        assert (document.token_count, document.sentence_count) == (8, 3)


@on_sqlite
@pytest.mark.parametrize("keep", [True, False])
def test_the_file_of_a_corpus_stays_or_goes_as_the_settings_say(
    settings: Settings, database: Database, keep: bool
) -> None:
    content = json_lines([{"text": "One text."}])
    corpus_id = add_corpus(settings, database, content)
    run_import(settings.model_copy(update={"keep_uploads": keep}), database, corpus_id)
    with database.session() as session:
        upload_id = corpora.get(session, corpus_id).upload_id
        assert (upload_id is not None) == keep
        assert uploads.pending(session) == []
    assert [path.read_bytes() for path in settings.uploads_folder.iterdir()] == [content] * keep
    assert count(database, Upload) == keep


def test_every_step_can_be_run_again(settings: Settings, database: Database) -> None:
    content = json_lines({"text": f"Document {number} of many. It ends."} for number in range(1200))
    once = add_corpus(settings, database, content)
    run_import(settings, database, once)
    twice = add_corpus(settings, database, content)
    with job_context(settings, database, JobKind.IMPORT, str(twice)) as context:
        for _ in range(2):
            totals = imports._read(context, twice)
        for _ in range(2):
            digest = imports.count_words(context, twice, totals["documents"])
        for _ in range(2):
            imports._finish(context, twice, imports.read_result(totals, digest))
    assert content_of(database, once) == content_of(database, twice)
    assert content_of(database, twice)[1] == 1200
    assert count(database, Document) == 2400


@on_sqlite
def test_an_interrupted_reading_starts_anew(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json_lines({"text": f"Document {number} is here."} for number in range(1200))
    corpus_id = add_corpus(settings, database, content)

    def die(self: object, fraction: float) -> None:
        if fraction > 0.9:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(imports.CorpusWriter, "report", die)
        with pytest.raises(KeyboardInterrupt):
            run_import(settings, database, corpus_id)
    assert 0 < count(database, Document) < 1200
    run_import(settings, database, corpus_id)
    assert content_of(database, corpus_id)[1] == count(database, Document) == 1200


def test_a_cancelled_import_leaves_nothing_but_the_upload(settings: Settings, database: Database) -> None:
    content = json_lines({"text": f"Document {number} is here."} for number in range(30_000))
    corpus_id = add_corpus(settings, database, content)
    with job_context(settings, database, JobKind.IMPORT, str(corpus_id)) as context:
        with database.session() as session:
            session.execute(update(Job).values(cancel_requested=True))
        with pytest.raises(Cancelled):
            import_corpus(context, str(corpus_id))
    assert (count(database, Document), count(database, Upload)) == (0, 1)


def test_a_file_without_documents_fails_with_its_counts(settings: Settings, database: Database) -> None:
    corpus_id = add_corpus(settings, database, b'{"body": "words"}\n' * 1500)
    with pytest.raises(AuditError, match="1,500 rows were skipped") as caught:
        run_import(settings, database, corpus_id)
    assert caught.value.code == "no_documents"
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        assert (corpus.skipped_count, corpus.skipped_reasons) == (1500, {"no text field": 1500})
    assert count(database, SkippedRow) == 1500
    assert (count(database, Document), count(database, Upload)) == (0, 1)


def test_all_skipped_rows_are_kept_and_the_first_of_each_reason_are_shown(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH_SKIPS", 50)
    monkeypatch.setattr(corpora, "SKIPS_AT_ONCE", 70)
    content = b'{"text": "words"}\n' + b"\n" * 300 + b"nonsense\n" + b"\n" * 10
    corpus_id = add_corpus(settings, database, content)
    run_import(settings, database, corpus_id)
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        assert corpus.rows["in_file"] == 312
        assert corpus.rows["skipped"] == corpus.skipped_reasons == {"empty line": 310, "not valid JSON": 1}
        shown = [(row.place, row.reason) for row in corpora.skipped(session, corpus_id)]
    assert len(shown) == 101
    assert shown[-1] == ("line 302", "not valid JSON")
    places = [place for place, _ in corpora.stream_skipped(database, corpus_id)]
    assert places == [f"line {number}" for number in range(2, 313)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable_file"),
        (b"\x7fELF\0\0\0", "unreadable_file"),
        ('{"text": "naïve"}\n'.encode("cp1252"), "wrong_encoding"),
    ],
)
@on_sqlite
def test_a_file_that_cannot_be_read_fails_in_words(
    settings: Settings, database: Database, content: bytes, code: str
) -> None:
    corpus_id = add_corpus(settings, database, content)
    with pytest.raises(AuditError) as caught:
        run_import(settings, database, corpus_id)
    assert (caught.value.code, bool(caught.value.remedy)) == (code, True)


def test_words_too_long_for_an_index_are_counted_as_tokens_only(settings: Settings, database: Database) -> None:
    corpus_id = add_corpus(settings, database, json_lines([{"text": "short " + "x" * 5000 + " é" + "é" * 126}]))
    run_import(settings, database, corpus_id)
    with database.session() as session:
        assert corpora.get(session, corpus_id).token_count == 3
        assert sorted(session.scalars(select(func.length(CorpusWord.word)))) == [5, 127]


def test_the_hash_of_the_content_depends_on_ids_texts_and_bounds(settings: Settings, database: Database) -> None:
    def digest(rows: list[dict[str, Any]], language: str = "en") -> str:
        corpus_id = add_corpus(settings, database, json_lines(rows), language)
        run_import(settings, database, corpus_id)
        return str(content_of(database, corpus_id)[0])

    first = digest([{"id": "a", "text": "Das ist Abs. Zwei hier."}])
    assert digest([{"id": "b", "text": "Das ist Abs. Zwei hier."}]) != first
    assert digest([{"id": "a", "text": "Das ist Abs. Drei hier."}]) != first
    assert digest([{"id": "a", "text": "Das ist Abs. Zwei hier.", "title": "other"}]) == first


def test_previews_are_written_to_the_upload(settings: Settings, database: Database, tmp_path: Path) -> None:
    from skipgram_audit.jobs.preview import preview_upload

    def look(upload_id: str) -> None:
        with job_context(settings, database, JobKind.PREVIEW, upload_id) as context:
            preview_upload(context, upload_id)

    add_corpus(settings, database, json_lines([{"body": "Words é here."}]))
    with database.session() as session:
        upload_id = session.scalars(select(Upload.id)).one()
    look(upload_id)
    with database.session() as session:
        found = (uploads.get(session, upload_id).preview or {})["found"]
        assert found["documents"][0]["text"] == "Words é here."
        assert found["options"]["text_field"] == "body"
        uploads.ask_for_preview(
            uploads.get(session, upload_id), ReaderOptions(format="csv", text_field="x").model_dump(mode="json")
        )
    look(upload_id)
    with database.session() as session:
        stored = uploads.get(session, upload_id).preview or {}
        assert stored["chosen"]["format"] == "csv"
        assert "no column 'x'" in stored["found"]["problem"]
    settings.upload_path(upload_id).write_bytes(b"{\\rtf1 words}")
    with database.session() as session:
        uploads.ask_for_preview(uploads.get(session, upload_id), None)
    with pytest.raises(AuditError, match="RTF"):
        look(upload_id)
    with database.session() as session:
        error = (uploads.get(session, upload_id).preview or {})["error"]
    assert error["message"] == "The file is a rich text document (RTF), not text."


def test_corpora_of_one_upload(database: Database, settings: Settings) -> None:
    corpus_id = add_corpus(settings, database, b"{}")
    with database.session() as session:
        upload = session.scalars(select(Upload)).one()
        with pytest.raises(AuditError, match="being imported already"):
            corpora.create(session, upload, "", "en", {})
        assert uploads.pending(session) == []
        session.execute(update(CorpusRow).where(CorpusRow.id == corpus_id).values(status="failed"))
        assert uploads.pending(session) == [upload]
        assert corpora.unsuccessful_of_upload(session, upload.id) == [corpus_id]
        again = corpora.create(session, upload, " ", "en", {})
        assert again.name == "corpus.jsonl"
