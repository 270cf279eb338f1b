"""Removes what no row names: files of what was deleted while a job wrote them, or left by a process that was killed."""

import logging
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, ImportedModelRow, Upload

logger = logging.getLogger(__name__)

GRACE_SECONDS = 3600.0
"""What was written to so lately may be of a row that is only being written."""


def sweep(settings: Settings, database: Database, grace_seconds: float = GRACE_SECONDS) -> list[Path]:
    """Removes the folders and files of audits, models and uploads that no row names; returns them.

    Where no row names anything that lies in the data folder, nothing is removed: it is the folder of another database,
    and the settings are wrong.
    """
    before = time.time() - grace_seconds
    found = [*_entries(settings.audits_folder), *_entries(settings.models_folder), *_entries(settings.uploads_folder)]
    named = _named(settings, database)  # after the folders: a row is written before its files
    strangers = [path for path in found if path not in named]
    if strangers and len(strangers) == len(found):
        logger.warning(
            "No row of the database names anything of %s, so nothing of it was removed.", settings.data_folder
        )
        return []
    removed = [path for path in strangers if _last_written(path) < before]
    for path in removed:
        logger.warning("No row of the database names %s: it is removed.", path)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return removed


def _named(settings: Settings, database: Database) -> set[Path]:
    """Every path that a row names, whether or not it is there."""
    with database.session() as session:
        audits = session.scalars(select(AuditRow.storage_name)).all()
        models = session.scalars(select(ImportedModelRow.storage_name)).all()
        uploads = session.scalars(select(Upload.id)).all()
    return {
        *map(settings.audit_folder, audits),
        *map(settings.model_path, models),
        *map(settings.upload_path, uploads),
    }


def _entries(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def _last_written(path: Path) -> float:
    """Of a file, or of a folder's newest entry; one that was deleted meanwhile counts as just written."""
    try:
        return max([path.stat().st_mtime, *(entry.stat().st_mtime for entry in _entries(path))])
    except OSError:
        return time.time()
