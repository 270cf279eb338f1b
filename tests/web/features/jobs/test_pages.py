"""The page of jobs, and the count of them in the header of every page."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database, now
from skipgram_audit.store.models import (
    AuditRow,
    Check,
    CorpusRow,
    ImportedModelRow,
    Job,
    JobKind,
    MitigationComparison,
    RewritingRow,
    Status,
    Upload,
    WhatIfRow,
)
from tests.audit_sample import Sample, make_audit
from tests.check_sample import make_check
from tests.web import page as reading
from tests.web.elements import Elements

HEADERS = {"origin": "http://127.0.0.1:8000"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7919*6007 }}"


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database)


def add(database: Database, number: int, kind: JobKind, subject: object, status: Status, **values: Any) -> str:
    """A job of a minute after the one before."""
    job_id = f"{number:032x}"
    created = now() - timedelta(hours=1) + timedelta(minutes=number)
    with database.session() as session:
        session.add(Job(id=job_id, kind=kind, subject=str(subject), status=status, **{"created_at": created, **values}))
    return job_id


def test_what_runs_comes_before_what_waits_and_both_in_order(
    client: TestClient, database: Database, sample: Sample
) -> None:
    audit, corpus = sample.audit_id, sample.corpus_id
    check = make_check(database, sample, CheckPlan(plan="halves", sets=4, seeds=[1, 2]), finished=False)
    ids = [
        add(database, 0, JobKind.CHECK, check, Status.WAITING),
        add(database, 1, JobKind.AUDIT, audit, Status.RUNNING, fraction=0.25, seconds_left=90.0, phase="Training"),
        add(database, 2, JobKind.SEARCH, corpus, Status.WAITING),
        add(database, 3, JobKind.MAP, audit, Status.RUNNING),
        add(database, 4, JobKind.AUDIT, 999, Status.WAITING),
    ]
    order = [ids[number] for number in (1, 3, 0, 2, 4)]
    page = client.get("/jobs").text
    assert reading.values(page, "active") == order
    # Only what runs changes from moment to moment: the check waits behind the audit, the index beside the map.
    assert reading.values(page, "job") == [f"/api/v1/jobs/{one}" for one in order[:2]]
    links = reading.links(page)
    assert {f"/jobs/{one}/cancel" for one in ids} <= set(links)
    assert {f"/audits/{audit}", f"/audits/{audit}/map", f"/audits/{audit}/checks/{check}"} <= set(links)
    assert f"/corpora/{corpus}" in links
    assert "/audits/999" not in links
    assert "1 min 30 s" in page
    told = client.get("/api/v1/jobs").json()
    assert ([one["id"] for one in told["active"]], told["ended"]) == (order, [])


def test_every_part_of_an_audit_is_linked(client: TestClient, database: Database, sample: Sample) -> None:
    audit = sample.audit_id
    parts: dict[str, tuple[JobKind, Check | WhatIfRow | MitigationComparison | RewritingRow]] = {
        "checks": (JobKind.CHECK, Check(audit_id=audit, plan={})),
        "what-ifs": (JobKind.WHAT_IF, WhatIfRow(audit_id=audit, title="", documents=b"", at_once={})),
        "mitigations": (JobKind.MITIGATIONS, MitigationComparison(audit_id=audit, plan={})),
        "rewritings": (JobKind.REWRITE, RewritingRow(audit_id=audit, plan={})),
    }
    assert {kind for kind, _ in parts.values()} == set(jobs.PARTS_OF_AUDITS)
    with database.session() as session:
        session.add_all(row for _, row in parts.values())
        session.flush()
        addresses = {f"/audits/{audit}/{folder}/{row.id}" for folder, (_, row) in parts.items()}
        subjects = [(kind, row.id) for kind, row in parts.values()]
    for number, (kind, subject) in enumerate(subjects):
        add(database, number, kind, subject, Status.WAITING)
    assert addresses <= set(reading.links(client.get("/jobs").text))


def test_the_next_of_a_queue_is_followed_while_nothing_of_it_runs(
    client: TestClient, database: Database, sample: Sample
) -> None:
    waiting = [add(database, number, JobKind.AUDIT, number, Status.WAITING) for number in (1, 2)]
    beside = add(database, 3, JobKind.IMPORT, sample.corpus_id, Status.WAITING)
    page = client.get("/jobs").text
    assert reading.values(page, "active") == [*waiting, beside]
    assert reading.values(page, "job") == [f"/api/v1/jobs/{one}" for one in (waiting[0], beside)]


def test_a_job_is_cancelled_on_the_page(client: TestClient, database: Database, sample: Sample) -> None:
    waiting = add(database, 1, JobKind.AUDIT, sample.audit_id, Status.WAITING)
    running = add(database, 2, JobKind.MAP, sample.audit_id, Status.RUNNING)
    for one in (waiting, running):
        answer = client.post(f"/jobs/{one}/cancel", headers=HEADERS)
        assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
    page = client.get("/jobs").text
    assert reading.values(page, "active") == [running]
    assert reading.values(page, "cancelling") == [running]
    assert f"/jobs/{running}/cancel" not in reading.links(page)
    ((_, outcome, took, _),) = reading.rows(page, "Ended last")
    assert (outcome, took) == ("Cancelled", "–")
    assert client.post(f"/jobs/{waiting}/cancel", headers=HEADERS).status_code == 409
    assert client.post("/jobs/none/cancel", headers=HEADERS).status_code == 404


def test_the_last_twenty_that_ended_are_shown_with_their_outcome(
    client: TestClient, database: Database, sample: Sample
) -> None:
    start = now() - timedelta(hours=1)
    for number in range(1, 23):
        ended = start + timedelta(minutes=number)
        times = {"started_at": ended - timedelta(seconds=75), "finished_at": ended}
        add(database, number, JobKind.MAP, sample.audit_id, Status.DONE, **times)
    failed = add(
        database, 23, JobKind.PREVIEW, "gone", Status.FAILED, error="It is not a file.", remedy="Send another.",
        finished_at=start + timedelta(minutes=23),
    )  # fmt: skip
    page = client.get("/jobs").text
    rows = reading.rows(page, "Ended last")
    assert len(rows) == 20
    assert rows[0][1:3] == ["Failed It is not a file. Send another.", "–"]
    assert {tuple(row[1:3]) for row in rows[1:]} == {("Done", "1 min 15 s")}
    assert reading.values(page, "empty") == ["jobs"]
    told = client.get("/api/v1/jobs").json()
    assert [one["id"] for one in told["ended"]] == [failed, *(f"{number:032x}" for number in range(22, 3, -1))]


def test_the_header_counts_jobs_while_there_are_some(client: TestClient, database: Database, sample: Sample) -> None:
    pages = ("/", "/audits", f"/audits/{sample.audit_id}", "/corpora", "/probes", "/jobs")
    for address in pages:
        assert reading.values(client.get(address).text, "active-jobs") == []
    add(database, 1, JobKind.AUDIT, sample.audit_id, Status.RUNNING)
    add(database, 2, JobKind.PREVIEW, "x", Status.WAITING)
    for address in (*pages, "/audits/999"):
        page = client.get(address).text
        assert reading.values(page, "active-jobs") == ["2"]
        assert "/jobs" in reading.links(page)
    with database.session() as session:
        jobs.end(session, f"{1:032x}", Status.DONE)
    assert reading.values(client.get("/audits").text, "active-jobs") == ["1"]


def test_nobody_is_told_of_jobs_without_being_signed_in(client: TestClient, database: Database, sample: Sample) -> None:
    add(database, 1, JobKind.AUDIT, sample.audit_id, Status.RUNNING)
    assert reading.values(client.get("/jobs").text, "active-jobs") == ["1"]
    client.cookies.clear()
    answers = [
        client.get("/jobs"),
        client.get("/sign-in", params={"token": "x" * 201}),
        client.get("/jobs", headers={"host": "elsewhere"}),
        client.post("/jobs/none/cancel", headers={"origin": "http://elsewhere"}),
    ]
    assert [answer.status_code for answer in answers] == [401, 422, 400, 403]
    for answer in answers:
        assert "<h1>" in answer.text
        assert reading.values(answer.text, "active-jobs") == []


def test_hostile_names_are_inert(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        session.get_one(AuditRow, sample.audit_id).name = HOSTILE
        session.get_one(CorpusRow, sample.corpus_id).name = HOSTILE
        model = ImportedModelRow(name=HOSTILE, filename=HOSTILE, source_sha256="", source_bytes=1)
        session.add_all([model, Upload(id="u", filename=HOSTILE, total_bytes=1)])
        session.flush()
        model_id = model.id
    kinds = [
        (JobKind.AUDIT, sample.audit_id), (JobKind.IMPORT, sample.corpus_id), (JobKind.MODEL, model_id),
        (JobKind.PREVIEW, "u"),
    ]  # fmt: skip
    for number, (kind, subject) in enumerate(kinds):
        add(database, number, kind, subject, Status.RUNNING)
        add(database, 10 + number, kind, subject, Status.FAILED, error=HOSTILE, remedy=HOSTILE, finished_at=now())
    page = client.get("/jobs").text
    assert page.count("7919*6007") >= len(kinds) * 4
    elements = Elements(page).found
    sources = [attributes.get("src") for tag, attributes in elements if tag == "script"]
    assert all(source and source.startswith("/static/") for source in sources)
    assert "img" not in {tag for tag, _ in elements}
    assert "47569433" not in page
