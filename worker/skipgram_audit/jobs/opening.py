"""Takes an audit that the command line or a notebook made into a server's database, so that it can be browsed.

Nothing is trained again: the folder's arrays are copied, and documents, rankings and report are written from them.
"""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.folder import CorpusFacts
from skipgram_audit.auditing.texts import read_texts
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.readers import SourceDocument
from skipgram_audit.jobs.audits import AuditJob
from skipgram_audit.jobs.context import LocalContext
from skipgram_audit.jobs.imports import CorpusWriter, count_words
from skipgram_audit.jobs.isolation import CutDocument
from skipgram_audit.jobs.near_duplicates import write_near_duplicates
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow, Status


def open_in_server(settings: Settings, folder: Path, phases: Callable[[str], Progress]) -> int:
    """Copies the audit of a folder into a server's data folder and database; returns its id there.

    Raises:
        NotFound: the folder holds no finished audit.
    """
    manifest = layout.read_finished(folder, layout.MANIFEST)
    report = layout.read_finished(folder, layout.REPORT)
    database = Database(settings)
    try:
        context = LocalContext(settings, database, phases)
        corpus_id = _open_corpus(context, folder, manifest)
        return _open_audit(context, folder, manifest, report["title"], corpus_id)
    finally:
        database.close()


def _open_corpus(context: LocalContext, folder: Path, manifest: Mapping[str, Any]) -> int:
    """The corpus as it was audited, as if it had been imported."""
    artifacts = folder / layout.ARTIFACTS
    facts, described = CorpusFacts.load(artifacts), manifest["corpus"]
    with context.database.session() as session:
        corpus = CorpusRow(
            name=described["name"],
            filename=described["filename"] or described["name"],
            source_sha256=described.get("source_sha256", facts.content_sha256),
            source_bytes=0,
            reader_options=described.get("reader_options", {}),
            metadata_fields=facts.metadata_fields,
            language=facts.language,
            status=Status.RUNNING,
        )
        session.add(corpus)
        session.flush()
        corpus_id = corpus.id
    context.phase(1, 4, "Copying the documents")
    writer = CorpusWriter(context, corpus_id, facts.language)
    for number, one in enumerate(read_texts(artifacts / layout.TEXTS), start=1):
        source = SourceDocument(one.id, one.title, one.text, one.fields, "")
        writer.add(CutDocument(source, one.bounds, len(tokenize(one.text, casefold=False))))
        context.progress(number / facts.documents)
    writer.flush()
    context.phase(2, 4, "Counting words")
    content_sha256 = count_words(context, corpus_id, facts.documents)
    context.phase(3, 4, "Looking for near-duplicates")
    write_near_duplicates(context, corpus_id)
    result = corpora.ReadResult(
        facts.documents, facts.sentences, facts.tokens, described.get("rows") or {}, content_sha256
    )
    with context.database.session() as session:
        corpora.set_result(session, corpus_id, result)
        corpora.get(session, corpus_id).status = Status.DONE
    return corpus_id


def _open_audit(context: LocalContext, folder: Path, manifest: Mapping[str, Any], title: str, corpus_id: int) -> int:
    settings = AuditSettings.model_validate(manifest["settings"])
    probes = [parse_probe(values) for values in manifest["probes"]]
    with context.database.session() as session:
        audit = audits.create(session, corpus_id, title, settings, probes)
        audit_id, target = audit.id, context.settings.audit_folder(audit.storage_name)
    shutil.copytree(folder / layout.ARTIFACTS, target / layout.ARTIFACTS)
    with opened_executor(context.settings) as executor:
        task = AuditJob(context, audit_id, executor)
        task.run.adopt()
        task.carry_out()
    with context.database.session() as session:
        audits.get(session, audit_id).status = Status.DONE
    return audit_id
