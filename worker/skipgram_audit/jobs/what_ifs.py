"""The jobs behind what-ifs: the calibration of an audit, once, and its estimator's prediction of a set."""

import numpy as np

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.calibrating import calibrate, is_worth_calibrating
from skipgram_audit.auditing.what_if import encode_texts, predicted
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.pipelines import opened_pipeline
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.store import audits, jobs, what_ifs
from skipgram_audit.store.models import JobKind


@job_of_one_step(JobKind.CALIBRATION, "calibrate")
def carry_out_calibration(context: JobContext, subject: str) -> None:
    """Fits the calibration of the audit of this id.

    Raises:
        AuditError: the audit's files were deleted.
    """
    context.phase(1, 1, "Predicting sets for the calibration")
    with context.database.session() as session:
        audit = audits.get(session, int(subject))
        outcomes = [audits.outcome_of(session, probe) for probe in audit.probes]
    pipeline = opened_pipeline(context, audit)
    calibrate(context.settings.audit_folder(audit.storage_name), pipeline, outcomes, context.progress)


@job_of_one_step(JobKind.WHAT_IF, "predict")
def carry_out_what_if(context: JobContext, subject: str) -> None:
    """Predicts the what-if of this id.

    Raises:
        AuditError: the audit's files were deleted, or its estimator cannot say it.
    """
    context.phase(1, 1, "Predicting the set")
    with context.database.session() as session:
        row = what_ifs.by_id(session, int(subject))
        at_once, _ = what_ifs.answers_of(row)
        positions = what_ifs.positions_of(row)
        audit = row.audit
        texts, weight = list(row.texts), row.weight
    pipeline = opened_pipeline(context, audit)
    weights = np.ones(pipeline.corpus.document_count)
    weights[positions] = weight
    added = encode_texts(pipeline, texts)
    found = dict(
        zip(
            [probe.name for probe in pipeline.measurable_probes],
            predicted(pipeline, weights, added, context.progress),
            strict=True,
        )
    )
    scores = [_score(one, found[one.probe]) if one.probe in found else one for one in at_once.probes]
    notes = [added.note()] if added and added.note() else []
    answer = WhatIfAnswer(
        method="predicted", documents=at_once.documents, share=at_once.share, probes=scores, notes=notes
    )
    with context.database.session() as session:
        what_ifs.save_prediction(session, int(subject), answer)


def calibrate_later(context: JobContext, audit_id: int) -> None:
    """Has a finished audit calibrated, by a job of its own: audits and checks need not wait for it."""
    with context.database.session() as session:
        audit = audits.get(session, audit_id)
        folder = context.settings.audit_folder(audit.storage_name)
        is_measured = any(probe.measured for probe in audit.probes)
        if is_measured and is_worth_calibrating(audit.settings["estimator"]) and not layout.read_calibration(folder):
            jobs.add(session, JobKind.CALIBRATION, audit_id)


def _score(at_once: WhatIfScore, found: object) -> WhatIfScore:
    """A probe with what its estimator predicts."""
    blank = at_once.model_copy(update={"low": None, "high": None, "error_like": None, "sets_like": 0})
    if isinstance(found, Unmeasurable):
        return blank.model_copy(update={"after": None, "reason": found.reason})
    scores = np.asarray(found)
    return blank.model_copy(update={"after": float(scores.mean()), "after_by_seed": scores.tolist(), "reason": ""})
