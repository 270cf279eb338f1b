"""The demo corpus: the Wikipedia articles that come with gensim's tests, cut into titled sections, and an audit of it.

It is loaded like any upload: a JSON Lines file, an import job, an audit job. ``demo.json`` in the data folder says how
far that has come, so that a second start does nothing and an interrupted one is resumed; a demo corpus that the user
has deleted stays deleted.
"""

import json
import logging
import time
from pathlib import Path

from skipgram_audit.computing.files import read_json, write_json
from skipgram_audit.demo.articles import articles, documents
from skipgram_audit.model.probe import parse_probe_file
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.settings import Settings
from skipgram_audit.store import probes
from skipgram_audit.store.database import Database
from skipgram_audit.store.jobs import ACTIVE
from skipgram_audit.store.models import CorpusRow, Status
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.features.audits import service as audit_service
from skipgram_audit_web.features.corpora import service as corpus_service
from skipgram_audit_web.features.uploads import service as upload_service

logger = logging.getLogger(__name__)

FILENAME = "wikipedia-sections.jsonl"
CORPUS_NAME = "Wikipedia demo"
AUDIT_NAME = "Women and men in the Wikipedia demo"
PROBE = Path(__file__).with_name("women-home-war.toml")
"""The probe that is shown first. It finds something in these hundred articles, which is why it was chosen: its words
were picked after looking at them, so it says nothing of other texts."""

PROBES = ("women-home-war", "weat-8")
"""The second one cannot tell its score from chance in so small a corpus."""

POLL_SECONDS = 0.5


def load_once(settings: Settings, audit_settings: AuditSettings | None = None) -> None:
    """Loads the demo corpus and queues its audit, unless that has been done in this data folder.

    Args:
        audit_settings: those of the audit; the defaults when None.
    """
    database = Database(settings)
    queue = JobQueue(settings, database)
    try:
        file = settings.data_folder / "demo.json"
        state = dict(read_json(file)) if file.exists() else {}
        if "upload_id" not in state:
            state["upload_id"] = _upload(database, settings)
            write_json(file, state)
        if "corpus_id" not in state:
            state["corpus_id"] = _import(database, queue, state["upload_id"])
            write_json(file, state)
        if "audit_id" not in state and _wait_until_read(database, state["corpus_id"]):
            state["audit_id"] = _audit(database, queue, state["corpus_id"], audit_settings or AuditSettings())
            write_json(file, state)
    finally:
        queue.close()
        database.close()


def _upload(database: Database, settings: Settings) -> str:
    file = settings.data_folder / FILENAME
    written = list(documents())
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in written)
    total, used = sum(1 for _ in articles()), len({document["article"] for document in written})
    logger.info(
        "The demo corpus has %d sections of %d articles; %d others are lists.", len(written), used, total - used
    )
    try:
        return upload_service.adopt(database, settings, FILENAME, file)
    finally:
        file.unlink()


def _import(database: Database, queue: JobQueue, upload_id: str) -> int:
    options = ReaderOptions(
        format="jsonl", text_field="text", id_field="id", title_field="title", metadata_fields=("article",)
    )
    return corpus_service.start_import(database, queue, upload_id, CORPUS_NAME, "en", options)


def _wait_until_read(database: Database, corpus_id: int) -> bool:
    """Whether the corpus could be read; the user may also cancel or delete it meanwhile."""
    while True:
        with database.session() as session:
            corpus = session.get(CorpusRow, corpus_id)
            status = corpus.status if corpus is not None else Status.CANCELLED
        if status not in ACTIVE:
            break
        time.sleep(POLL_SECONDS)
    if status != Status.DONE:
        logger.warning("The demo corpus was not read (%s), so no audit of it is started.", status)
    return status == Status.DONE


def _audit(database: Database, queue: JobQueue, corpus_id: int, settings: AuditSettings) -> int:
    with database.session() as session:
        definition = parse_probe_file(PROBE.read_bytes(), PROBE.name)
        if definition.name not in {probe.name for probe in probes.list_all(session)}:
            probes.create(session, definition)
    return audit_service.start(database, queue, corpus_id, AUDIT_NAME, settings, list(PROBES))
