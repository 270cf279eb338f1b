"""The map of an audit's documents: an own job, so that no audit waits for it; it takes one core."""

import time

import numpy as np

from app.errors import Conflict
from app.store import audits, column_filling, corpus_columns, document_map
from app.store.definitions.probe import parse_probe
from app.store.definitions.settings import AuditSettings
from app.store.models import JobKind
from worker.engine.corpus.encoding import part_of
from worker.finished import open_pipeline
from worker.jobs.context import JobContext
from worker.jobs.failures import engine_errors_told
from worker.jobs.runtime import job

VECTORS_SHARE = 0.05


@job(JobKind.MAP)
def draw_map(context: JobContext, subject: str) -> None:
    """Draws the map of the audit whose id is the subject.

    Raises:
        AuditError: the audit's files are gone.
    """
    with engine_errors_told():
        context.step("draw", lambda: _draw(context, int(subject)))


def _draw(context: JobContext, audit_id: int) -> None:
    # The projection's libraries take most of a second to load, and most workers never draw a map.
    from worker.engine.document_map import MOST_FITTED, document_places, document_vectors, typical_words

    context.phase(1, 1, "Placing documents")
    started = time.perf_counter()
    column_filling.fill_columns(context.database)
    with context.database.session() as session:
        audit = audits.get(session, audit_id)
        documents = len(corpus_columns.of_corpus(session, audit.corpus)["ids"])
    settings = AuditSettings.of_stored(audit.settings)
    probes = [parse_probe(probe.definition, probe.name) for probe in audit.probes]
    folder = context.settings.audit_folder(audit.storage_name)
    if not (folder / "corpus.npz").is_file():
        raise Conflict(
            "The files that this audit was computed in are no longer in the data folder.",
            "Run the audit again, then draw that one's map.",
        )
    pipeline = open_pipeline(folder, settings, probes, context.settings.device)
    first = pipeline.trajectories[0]
    vectors = document_vectors(pipeline.corpus, first.inputs)
    if len(vectors) != documents:
        raise Conflict(
            f"The files of this audit are of {len(vectors):,} documents, and its corpus has {documents:,}.",
            "Run the audit again, then draw that one's map.",
        )
    typical = typical_words(pipeline.corpus)
    context.progress(VECTORS_SHARE)
    places = document_places(vectors, first.seed, part_of(context.progress, VECTORS_SHARE, 1 - VECTORS_SHARE))
    placed = int(np.isfinite(places[:, 0]).sum())
    facts = document_map.MapFacts(
        seed=first.seed,
        placed=placed,
        unplaced=documents - placed,
        fitted=min(placed, MOST_FITTED),
        seconds=time.perf_counter() - started,
    )
    with context.database.session() as session:
        document_map.write(session, audits.get(session, audit_id), places, typical, pipeline.corpus.words, facts)
