"""The demo corpus on a server under test: audited twice, checked by retraining, and beside it all that pages can show.

The audits train one epoch: what is tested is that pages work with real texts and real results, not what those are.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

from skipgram_audit.demo import load as demo
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.mitigations import MitigationPlan
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.word_pairs import load_pairs
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, checks, jobs, mitigations, probes, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.jobs import ACTIVE
from skipgram_audit.store.models import Document, JobKind
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.features.audits import service as audit_service
from skipgram_audit_web.features.checks import service as check_service
from skipgram_audit_web.features.document_map import service as map_service
from skipgram_audit_web.features.mitigations import service as mitigation_service
from skipgram_audit_web.features.rewritings import service as rewriting_service
from skipgram_audit_web.features.what_ifs import service as what_if_service
from skipgram_audit_web.features.what_ifs import sets as what_if_sets
from tests.audit_sample import HOSTILE_TITLE, make_audit
from tests.queueing import enqueue
from tests.web.features.probes.sample import DEFINITION

QUICK = AuditSettings(epochs=1, dimension=20, estimator="replay", null_shuffles=1)
PATIENCE_SECONDS = 300.0
VECTORS = "4 2\nhe 0.1 0.2\nshe 0.2 0.1\nhome 0.3 0.4\noffice 0.5 0.1\n"


@dataclass(frozen=True)
class Demo:
    """Ids of what was made.

    Attributes:
        audit_id: of the demo corpus, with the demo's two probes.
        document_id: the corpus' first document.
        other_audit_id: the same with another seed.
        failed_audit_id: one that could not train.
        hostile_audit_id, hostile_document_id: of a small corpus of texts, titles and metadata that are markup.
    """

    audit_id: int
    document_id: int
    other_audit_id: int
    failed_audit_id: int
    hostile_audit_id: int
    hostile_document_id: int


def load_demo(settings: Settings, audit_settings: AuditSettings) -> int:
    """Imports the demo corpus and audits it; returns the audit's id once it is done."""
    demo.load_once(settings, audit_settings)
    database = Database(settings)
    with database.session() as session:
        audit_id = audits.page(session).items[0].id
    assert wait(lambda: _audit_status(database, audit_id)) == "done"
    database.close()
    return audit_id


def make_demo(settings: Settings) -> Demo:
    """All that links lead to. What waits for nothing is made while the worker trains."""
    audit_id = load_demo(settings, QUICK)
    database = Database(settings)
    queue = JobQueue(settings, database)
    with database.session() as session:
        corpus_id = audits.get(session, audit_id).corpus_id
        probes.create(session, parse_probe({**DEFINITION, "name": "at home and at work"}))

    map_job = map_service.draw(database, queue, audit_id)

    def audit(**changes: object) -> int:
        changed = QUICK.model_copy(update=changes)
        return audit_service.start(database, queue, corpus_id, "", changed, ["weat-8"])

    check_id = check_service.start(database, queue, audit_id, CheckPlan(sets=3, seeds=[1]))
    compared = mitigation_service.start(database, queue, audit_id, MitigationPlan(methods=["none", "hard"], seeds=[1]))
    plan = RewritePlan(lists=(load_pairs("en-gender"),), grammar="rule")
    rewriting_id = rewriting_service.start(database, queue, audit_id, plan, [])
    other, failed = audit(seeds=[3], null_shuffles=0), audit(minimum_count=10**6)
    hostile = make_audit(database, copies=2)
    with database.session() as session:
        ids = list(session.scalars(select(Document.external_id).where(Document.corpus_id == corpus_id).limit(3)))
        asked = what_if_sets.of_ids(session, audits.get(session, audit_id), ids)
    what_if_service.ask(database, settings, queue, audit_id, asked)
    duplicates_job = enqueue(database, queue, JobKind.NEAR_DUPLICATES, hostile.corpus_id)
    with database.session() as session:
        hostile_id = session.scalars(select(Document.id).where(Document.title == HOSTILE_TITLE)).first() or 0
        of_demo = select(Document.id).where(Document.corpus_id == corpus_id).order_by(Document.id).limit(1)
        document_id = session.scalars(of_demo).one()
    assert wait(lambda: _check_status(database, check_id)) == "done"
    assert wait(lambda: _comparison_status(database, compared)) == "done"
    assert wait(lambda: _rewriting_status(database, rewriting_id)) == "done"
    assert wait(lambda: _audit_status(database, other)) == "done"
    assert wait(lambda: _audit_status(database, failed)) == "failed"
    assert wait(lambda: _job_status(database, duplicates_job)) == "done"
    assert wait(lambda: _job_status(database, map_job)) == "done"
    queue.close()
    database.close()
    return Demo(audit_id, document_id, other, failed, hostile.audit_id, hostile_id)


def upload(page: Page, folder: Path) -> None:
    """An imported model, and a file of documents that has been looked at and not imported."""
    model = folder / "<b>vectors.txt"
    model.write_text(VECTORS)
    page.goto("/models/new")
    page.locator("#file").set_input_files(model)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(re.compile(r"/models/\d+$"))
    documents = folder / "<img src=x>.csv"
    documents.write_text('id,title,text\n"<b>1</b>","<i>a</i>","He said <script>alert(1)</script>."\n')
    page.goto("/corpora/new")
    page.locator("#file").set_input_files(documents)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/corpora/uploads/*")


def wait(status: Callable[[], str]) -> str:
    """The status that something ends with."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := status()) in ACTIVE:
        assert time.monotonic() < deadline, "the worker takes too long"
        time.sleep(0.1)
    return found


def _job_status(database: Database, job_id: str) -> str:
    with database.session() as session:
        return jobs.get(session, job_id).status


def _audit_status(database: Database, audit_id: int) -> str:
    with database.session() as session:
        return audits.get(session, audit_id).status


def _rewriting_status(database: Database, rewriting_id: int) -> str:
    with database.session() as session:
        return rewritings.by_id(session, rewriting_id).status


def _check_status(database: Database, check_id: int) -> str:
    with database.session() as session:
        return checks.by_id(session, check_id).status


def _comparison_status(database: Database, comparison_id: int) -> str:
    with database.session() as session:
        return mitigations.by_id(session, comparison_id).status
