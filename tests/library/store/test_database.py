"""Two requests at the same moment: both end well, and nothing is there twice."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.computing.files import file_sha256
from skipgram_audit.jobs.runtime import migrate_jobs
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, marks
from skipgram_audit.store.database import Database
from skipgram_audit.store.marks import MarkedDocument
from skipgram_audit.store.models import Job, JobKind
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.features.uploads import service as upload_service
from tests.audit_sample import make_audit

Answer = TypeVar("Answer")


def at_once(functions: list[Callable[[], Answer]]) -> list[Answer]:
    """What functions return that start together in threads."""
    start = threading.Barrier(len(functions))
    results: dict[int, Answer] = {}

    def run(number: int) -> None:
        start.wait()
        results[number] = functions[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(functions))]


def test_two_tabs_mark_the_same_documents(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked what is marked before either marks."""
    sample = make_audit(database, packed=False)
    looked = threading.Barrier(2)
    require_room = marks._require_room

    def wait_for_the_other(before: int, new: int) -> None:
        looked.wait()
        require_room(before, new)

    monkeypatch.setattr(marks, "_require_room", wait_for_the_other)

    def mark() -> int:
        with database.session() as session:
            return marks.mark(session, audits.get(session, sample.audit_id), sample.document_ids)

    assert sorted(at_once([mark, mark])) == [0, 5]
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(MarkedDocument)) == 5


def test_two_requests_that_see_the_last_byte_ask_for_one_preview(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate_jobs(settings)
    queue = JobQueue(settings, database)
    upload_id = upload_service.begin(database, settings, "c.txt", 5).id
    settings.uploads_folder.mkdir()
    settings.upload_path(upload_id).write_bytes(b"words")
    looked = threading.Barrier(2)

    def wait_for_the_other(path: Path) -> str:
        looked.wait()
        return file_sha256(path)

    monkeypatch.setattr(upload_service, "file_sha256", wait_for_the_other)
    found = at_once([lambda: upload_service.note_received(database, settings, queue, upload_id)] * 2)
    queue.close()
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == JobKind.PREVIEW)) == 1
    assert {(upload.received_bytes, upload.sha256) for upload in found} == {
        (5, file_sha256(settings.upload_path(upload_id)))
    }


def test_opening_an_audit_makes_no_folder(tmp_path: Path) -> None:
    pipeline = AuditPipeline(tmp_path / "gone", AuditSettings(), [], "cpu")
    with pytest.raises(FileNotFoundError):
        pipeline.corpus  # noqa: B018
    assert not (tmp_path / "gone").exists()
