"""The map of an audit's documents: an own job, so that no audit waits for it; it takes one core."""

import time

import numpy as np

from skipgram_audit.auditing.folder import DOCUMENTS
from skipgram_audit.computing.progress import part_of
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.pipelines import opened_pipeline
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.model.errors import Conflict
from skipgram_audit.store import audits, document_map, filling
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.models import JobKind

VECTORS_SHARE = 0.05


@job_of_one_step(JobKind.MAP, "draw")
def draw_map(context: JobContext, subject: str) -> None:
    """Draws the map of the audit whose id is the subject.

    Raises:
        AuditError: the audit's files were deleted.
    """
    # The projection's libraries take most of a second to load, and most workers never draw a map.
    from skipgram_audit.auditing.document_map import MOST_FITTED, document_places, document_vectors, typical_words
    from skipgram_audit.auditing.map_file import write_map_file

    context.phase(1, 1, "Placing documents")
    started = time.perf_counter()
    filling.fill_columns(context.database)
    with context.database.session() as session:
        audit = audits.get(session, int(subject))
        documents = len(corpus_columns(session, audit.corpus)["ids"])
    pipeline = opened_pipeline(context, audit)
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
    folder = context.settings.audit_folder(audit.storage_name)
    if (folder / DOCUMENTS).is_file():
        write_map_file(folder, places, document_map.SIDE)
    with context.database.session() as session:
        document_map.write(session, audits.get(session, int(subject)), places, typical, pipeline.corpus.words, facts)
