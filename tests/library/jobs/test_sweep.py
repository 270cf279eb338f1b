"""What no row names is removed; what a row names, or may soon name, stays."""

import os
import time
from pathlib import Path

import pytest

from skipgram_audit.jobs.sweep import sweep
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, CorpusRow, ImportedModelRow, Upload

LONG_AGO = time.time() - 86_400


@pytest.fixture
def named(settings: Settings, database: Database) -> list[Path]:
    """A path of each kind, with its row and with files."""
    with database.session() as session:
        corpus = CorpusRow(name="c", filename="c.txt", reader_options={})
        session.add(corpus)
        session.flush()
        audit = AuditRow(corpus_id=corpus.id, name="a", settings={})
        model = ImportedModelRow(name="m", filename="m.txt", source_sha256="", source_bytes=1)
        upload = Upload(id="u" * 32, filename="u.txt", total_bytes=1)
        session.add_all([audit, model, upload])
        session.flush()
        paths = [settings.audit_folder(audit.storage_name), settings.model_path(model.storage_name)]
        paths.append(settings.upload_path(upload.id))
    for path in paths:
        make(path, folder=path.parent == settings.audits_folder)
    return paths


def make(path: Path, folder: bool, written: float = LONG_AGO) -> Path:
    path.parent.mkdir(exist_ok=True)
    if folder:
        path.mkdir()
        make(path / "corpus.npz", folder=False, written=written)
    else:
        path.write_text("text")
    os.utime(path, (written, written))
    return path


def strangers(settings: Settings, written: float = LONG_AGO) -> list[Path]:
    return [
        make(settings.audit_folder("1"), folder=True, written=written),
        make(settings.model_path("1"), folder=False, written=written),
        make(settings.upload_path("1"), folder=False, written=written),
    ]


def test_what_no_row_names_goes_and_is_logged(
    settings: Settings, database: Database, named: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    gone = strangers(settings)
    kept = make(settings.data_folder / "mine.txt", folder=False)
    assert sorted(sweep(settings, database)) == sorted(gone)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in [*named, kept])
    assert all(str(path) in caplog.text for path in gone)
    assert sweep(settings, database) == []


def test_what_was_written_lately_stays(settings: Settings, database: Database, named: list[Path]) -> None:
    """A row may only be on its way; a folder is as young as what lies in it."""
    young = strangers(settings, written=time.time())
    os.utime(young[0], (LONG_AGO, LONG_AGO))
    assert sweep(settings, database) == []
    assert all(path.exists() for path in [*named, *young])


def test_the_folder_of_another_database_is_left_alone(settings: Settings, database: Database) -> None:
    """Started with a wrong database address: nothing that lies there is known, and nothing may be lost."""
    foreign = strangers(settings)
    assert sweep(settings, database) == []
    assert all(path.exists() for path in foreign)
