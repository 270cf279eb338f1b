"""The jobs behind what-ifs, on real news text: the calibration of an audit, and the prediction of a set."""

import numpy as np
import pytest

from skipgram_audit.auditing import calibrating
from skipgram_audit.auditing.folder import read_calibration
from skipgram_audit.jobs.what_ifs import calibrate_later, carry_out_calibration, carry_out_what_if
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, jobs, what_ifs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind, Status
from tests.library.jobs.direct import job_context, running_job
from tests.library.jobs.test_audits import NEWS, add_audit, add_corpus, carry_out
from tests.library.jobs.test_checks import pipeline_of
from tests.library.samples import news_texts, silent
from tests.stored_files import audit_folder

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def audit_id(settings: Settings, database: Database) -> int:
    corpus_id = add_corpus(database, list(news_texts()[:80]))
    made = add_audit(database, corpus_id, NEWS, minimum_count=1, null_shuffles=0, estimator="replay", seeds=[1, 2])
    carry_out(settings, database, made)
    with database.session() as session:
        audits.get(session, made).status = "done"  # type: ignore[assignment]
    return made


def test_a_set_is_predicted_as_the_estimator_does(settings: Settings, database: Database, audit_id: int) -> None:
    positions = np.array([3, 5, 8], np.int64)
    with database.session() as session:
        audit = audits.get(session, audit_id)
        before = audit.probes[0].score or 0.0
        score = WhatIfScore(probe=NEWS.name, kind=NEWS.kind, before=before, after=before, low=0.0, high=1.0)
        answer = WhatIfAnswer(method="calibrated", documents=3, share=0.01, probes=[score])
        row = what_ifs.create(session, audit, "three", positions, 0.0, [], answer)
        what_if_id = row.id
    with job_context(settings, database, JobKind.WHAT_IF, str(what_if_id)) as context:
        carry_out_what_if(context, str(what_if_id))
    with database.session() as session:
        _, predicted = what_ifs.answers_of(what_ifs.by_id(session, what_if_id))
    pipeline = pipeline_of(settings, database, audit_id)
    removed = np.zeros(80, np.bool_)
    removed[positions] = True
    expected = pipeline.predict([removed], silent)[0, 0]
    assert predicted is not None
    assert predicted.method == "predicted"
    assert predicted.probes[0].after_by_seed == pytest.approx(expected.tolist())
    assert predicted.probes[0].low is None


def test_an_audit_is_calibrated_once_and_by_a_job_of_its_own(
    settings: Settings, database: Database, audit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrating, "MOST_SETS", 12)

    def waiting() -> int:
        with database.session() as session:
            return sum(job.kind == JobKind.CALIBRATION for job in jobs.active(session))

    with job_context(settings, database, JobKind.SEARCH, "0") as context:
        for _ in range(2):
            calibrate_later(context, audit_id)
            assert waiting() == 1
        with database.session() as session:
            asked = jobs.latest(session, JobKind.CALIBRATION, audit_id)
            assert asked is not None
            job_id = asked.id
    with running_job(settings, database, job_id) as context:
        carry_out_calibration(context, str(audit_id))
        with database.session() as session:
            jobs.end(session, job_id, Status.DONE)
        found = read_calibration(audit_folder(settings, database, audit_id))
        assert found is not None
        assert found.of_probe(NEWS.name) is not None
        calibrate_later(context, audit_id)
    assert waiting() == 0
