"""The check that follows an audit, and what checks change in the files of its report."""

import json
from pathlib import Path

import pytest

from skipgram_audit.jobs import check_results
from skipgram_audit.jobs.check_results import queue_standard_check, update_report
from skipgram_audit.jobs.runtime import registered
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, checks, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Check, JobKind, Status
from skipgram_audit.store.queue import JobQueue
from skipgram_audit.store.standard_check import standard_plan
from tests.audit_sample import Sample, make_audit
from tests.check_sample import make_check
from tests.library.jobs.direct import job_context


@pytest.fixture
def queue(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> JobQueue:
    monkeypatch.setattr(JobQueue, "_queue_or_leave", lambda *_: None)
    return JobQueue(settings, database)


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database)


def follow(database: Database, queue: JobQueue, sample: Sample, wished: bool) -> list[Check]:
    with database.session() as session:
        audits.get(session, sample.audit_id).standard_check = wished
    with database.session() as session:
        queue_standard_check(session, queue, str(sample.audit_id))
    with database.session() as session:
        return session.query(Check).all()


def test_an_audit_that_asked_for_it_is_checked_on_its_clearest_probe(
    database: Database, queue: JobQueue, sample: Sample
) -> None:
    assert registered(JobKind.AUDIT).follow_up is queue_standard_check
    assert follow(database, queue, sample, wished=False) == []
    [check] = follow(database, queue, sample, wished=True)
    plan = CheckPlan.model_validate(check.plan)
    # One document of the five of the sample: a tenth, and at least one.
    assert (plan.plan, plan.probe, plan.documents, plan.sets, plan.seeds) == ("extremes", "weat-6", 1, 3, [1, 2, 3, 4])
    with database.session() as session:
        job = jobs.latest(session, JobKind.CHECK, check.id)
    assert job is not None
    assert (job.status, check.status) == (Status.WAITING, Status.WAITING)


def test_an_audit_that_measured_nothing_is_not_checked(database: Database, queue: JobQueue, sample: Sample) -> None:
    with database.session() as session:
        for probe in audits.get(session, sample.audit_id).probes:
            probe.measured = False
    assert follow(database, queue, sample, wished=True) == []


def test_vectors_that_were_trained_elsewhere_have_no_standard_check() -> None:
    trained_here = {"seeds": [3], "estimator": "mean-field", "models": []}
    plan = standard_plan(trained_here, 4451, "weat-6")
    assert plan is not None
    assert (plan.documents, plan.seeds) == (40, [3, 4, 5, 6])
    assert standard_plan(trained_here | {"models": [{"id": 1}]}, 4451, "weat-6") is None


def test_the_report_holds_the_checks_that_found_something(
    database: Database, settings: Settings, sample: Sample
) -> None:
    plans = [CheckPlan(plan="extremes", probe="weat-6", documents=1, sets=3, seeds=[1, 2])]
    plans.append(CheckPlan(sets=3, probe="weat-6", seeds=[1, 2]))
    for plan in plans:
        make_check(database, sample, plan)
    make_check(database, sample, CheckPlan(sets=3, probe="weat-6", draw_seed=2), finished=False)
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
    folder = settings.audit_folder(audit.storage_name)
    folder.mkdir(parents=True)
    (folder / "report.json").write_text("{}")
    update_report(database, settings, sample.audit_id)
    written = json.loads((folder / "report.json").read_text())["checks"]
    assert [CheckPlan.model_validate(one["plan"]) for one in written] == plans[::-1]
    assert all(one["findings"] for one in written)
    assert len(written[1]["findings"]) == 2


def test_an_update_writes_the_report_once(
    database: Database, settings: Settings, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_check(database, sample, CheckPlan(sets=3, probe="weat-6"))
    with database.session() as session:
        folder = settings.audit_folder(audits.get(session, sample.audit_id).storage_name)
    folder.mkdir(parents=True)
    (folder / "report.json").write_text("{}")
    replaced: list[Path] = []
    replace = Path.replace

    def noted(path: Path, target: Path) -> Path:
        replaced.append(target)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", noted)
    update_report(database, settings, sample.audit_id)
    assert replaced == [folder / "report.json"]
    assert json.loads((folder / "report.json").read_text()).keys() == {"checks", "rewritings"}


def test_a_check_that_is_deleted_while_the_report_is_written_is_not_in_it(
    database: Database, settings: Settings, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [make_check(database, sample, CheckPlan(sets=3, probe="weat-6", draw_seed=seed)) for seed in (1, 2)]
    with database.session() as session:
        folder = settings.audit_folder(audits.get(session, sample.audit_id).storage_name)
    folder.mkdir(parents=True)
    (folder / "report.json").write_text("{}")

    def delete_one(_folder: Path) -> None:
        with database.session() as session:
            if len(checks.of_audit(session, sample.audit_id)) == 2:
                checks.remove(session, sample.audit_id, ids[0])

    monkeypatch.setattr(check_results, "write_page", delete_one)
    with job_context(settings, database, JobKind.REPORT, str(sample.audit_id)) as context:
        registered(JobKind.REPORT).carry_out(context, str(sample.audit_id))
    written = json.loads((folder / "report.json").read_text())["checks"]
    assert [one["plan"]["draw_seed"] for one in written] == [2]
