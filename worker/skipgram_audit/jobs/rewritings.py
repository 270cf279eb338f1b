"""The job of a rewriting: change the texts, predict every score, and train where that was asked for."""

import shutil
from collections.abc import Iterator
from functools import partial

import numpy as np

from skipgram_audit.auditing.folder import ARTIFACTS, TEXTS, rewriting_vectors
from skipgram_audit.auditing.texts import read_texts
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.jobs.check_results import update_report
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.pipelines import opened_pipeline
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.mitigation.rewrite_run import PHASES, RewriteRun
from skipgram_audit.mitigation.rewritten_corpus import undone_of
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan, RewrittenScore
from skipgram_audit.store import rewritings
from skipgram_audit.store.models import JobKind


@job_of_one_step(JobKind.REWRITE, "rewrite")
def carry_out_rewriting(context: JobContext, subject: str) -> None:
    """Carries out the rewriting of this id, with the changes that are undone now.

    Raises:
        AuditError: the audit's files were deleted, or the plan does not fit the corpus.
    """
    rewriting_id = int(subject)
    with context.database.session() as session:
        row = rewritings.by_id(session, rewriting_id)
        audit, undone, seeds = row.audit, dict(row.undone), list(row.trained_seeds)
        plan = RewritePlan.model_validate(row.plan)
    folder = context.settings.audit_folder(audit.storage_name)
    phases = list(PHASES if seeds else PHASES[:2])
    with opened_executor(context.settings) as executor:
        pipeline = opened_pipeline(context, audit, executor, also=TEXTS)

        def documents() -> Iterator[CorpusDocument]:
            return read_texts(folder / ARTIFACTS / TEXTS)

        run = RewriteRun(pipeline, documents, plan, undone_of(undone))
        context.phase(1, len(phases), phases[0])
        tally, rewritten = run.rewrite(context.progress)
        with context.database.session() as session:
            rewritings.save_changed(session, rewriting_id, np.array(run.changed, np.int64))
        outcome = RewriteOutcome(tally=tally, seeds=list(pipeline.settings.seeds))
        context.phase(2, len(phases), phases[1])
        try:
            outcome.scores = run.predict(rewritten, context.progress)
        except UnusablePlan as error:
            outcome.scores = _unpredicted(run, str(error))
        with context.database.session() as session:
            rewritings.save(session, rewriting_id, outcome, undone)
        if seeds:
            context.phase(3, len(phases), phases[2])
            from skipgram_audit.auditing.keyed_vectors import keep_vectors  # It loads gensim.

            vectors = rewriting_vectors(folder, rewriting_id)
            # An earlier run of it may have left some.
            shutil.rmtree(vectors, ignore_errors=True)
            outcome = run.retrain(outcome, seeds, context.progress, partial(keep_vectors, vectors))
            with context.database.session() as session:
                rewritings.save(session, rewriting_id, outcome, undone)
    update_report(context.database, context.settings, audit.id)


def _unpredicted(run: RewriteRun, reason: str) -> list[RewrittenScore]:
    """Every probe with its score before, where the estimator cannot predict."""
    scores = run.before()
    for score in scores:
        score.reason = score.reason or reason
    return scores
