"""The job of a rewriting: change the texts, predict every score, and train where that was asked for."""

import shutil
from collections.abc import Iterator
from functools import partial

import numpy as np

from skipgram_audit.auditing.folder import ARTIFACTS, REWRITINGS, TEXTS
from skipgram_audit.auditing.run import open_pipeline
from skipgram_audit.auditing.texts import read_texts
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.jobs.check_results import update_report
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.runtime import job
from skipgram_audit.mitigation.rewrite_run import PHASES, RewriteRun
from skipgram_audit.mitigation.undone import undone_of
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.model.errors import Conflict
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan, RewrittenScore
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import rewritings
from skipgram_audit.store.models import JobKind


@job(JobKind.REWRITE)
def carry_out_rewriting(context: JobContext, subject: str) -> None:
    """Carries out the rewriting of this id, with the changes that are undone now.

    Raises:
        AuditError: the audit's files were deleted, or the plan does not fit the corpus.
    """
    context.step("rewrite", lambda: _rewrite(context, int(subject)))


def _rewrite(context: JobContext, rewriting_id: int) -> None:
    with context.database.session() as session:
        row = rewritings.by_id(session, rewriting_id)
        audit, undone, seeds = row.audit, dict(row.undone), list(row.trained_seeds)
        plan = RewritePlan.model_validate(row.plan)
        probes = [parse_probe(probe.definition, probe.name) for probe in audit.probes]
    artifacts = context.settings.audit_folder(audit.storage_name) / ARTIFACTS
    if not (artifacts / "corpus.npz").is_file() or not (artifacts / TEXTS).is_file():
        raise Conflict(
            "The files that this audit was computed in are no longer in the data folder.",
            "Run the audit again, then rewrite its corpus.",
        )
    settings = AuditSettings.model_validate(audit.settings)
    phases = list(PHASES if seeds else PHASES[:2])
    with opened_executor(context.settings) as executor:
        pipeline = open_pipeline(artifacts, settings, probes, context.settings.device, executor)

        def documents() -> Iterator[CorpusDocument]:
            return read_texts(artifacts / TEXTS)

        run = RewriteRun(pipeline, documents, plan, undone_of(undone))
        context.phase(1, len(phases), phases[0])
        tally, rewritten = run.rewrite(context.progress)
        with context.database.session() as session:
            rewritings.save_changed(session, rewriting_id, np.array(run.changed, np.int64))
        outcome = RewriteOutcome(tally=tally, seeds=list(settings.seeds))
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

            folder = artifacts.parent / REWRITINGS / str(rewriting_id)
            # An earlier run of it may have left some.
            shutil.rmtree(folder, ignore_errors=True)
            outcome = run.retrain(outcome, seeds, context.progress, partial(keep_vectors, folder))
            with context.database.session() as session:
                rewritings.save(session, rewriting_id, outcome, undone)
    update_report(context.database, context.settings, audit.id)


def _unpredicted(run: RewriteRun, reason: str) -> list[RewrittenScore]:
    """Every probe with its score before, where the estimator cannot predict."""
    scores = run.before()
    for score in scores:
        score.reason = score.reason or reason
    return scores
