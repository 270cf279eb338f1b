"""The job of a comparison of mitigations on real news: its table is stored, and a cancelled one goes on."""

from typing import Any

import pytest

from skipgram_audit.jobs.context import Cancelled
from skipgram_audit.jobs.mitigations import compare
from skipgram_audit.mitigation import measuring
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.mitigations import MitigationPlan, MitigationTable
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, mitigations
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind
from tests.library.jobs.direct import job_context
from tests.library.jobs.test_audits import NEWS, add_audit, add_corpus, carry_out
from tests.library.samples import news_texts
from tests.stored_files import audit_folder

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
DOCUMENTS = 100


@pytest.fixture
def audit_id(settings: Settings, database: Database) -> int:
    corpus_id = add_corpus(database, list(news_texts()[:DOCUMENTS]))
    made = add_audit(database, corpus_id, NEWS, minimum_count=1, null_shuffles=0, estimator="replay", seeds=[1])
    carry_out(settings, database, made)
    with database.session() as session:
        audits.get(session, made).status = "done"  # type: ignore[assignment]
    return made


def add(database: Database, audit_id: int, **plan: Any) -> int:
    with database.session() as session:
        return mitigations.create(session, audits.get(session, audit_id), MitigationPlan(seeds=[1], **plan)).id


def carry(settings: Settings, database: Database, comparison_id: int) -> MitigationTable | None:
    with job_context(settings, database, JobKind.MITIGATIONS, str(comparison_id)) as context:
        compare(context, str(comparison_id))
    with database.session() as session:
        return mitigations.table_of(mitigations.by_id(session, comparison_id))


def test_a_comparison_that_was_cancelled_measures_only_what_is_missing(
    settings: Settings, database: Database, audit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skipgram_audit.jobs.context.REPORT_PERIOD", 0.0)
    comparison_id = add(database, audit_id, methods=["hard", "remove"], concept="targets", biased_words=50)
    done: list[str] = []
    measure = measuring.measure

    def noted(action: str, *rest: Any) -> Any:
        measured = measure(action, *rest)
        done.append(action)
        if len(done) == 2:
            with database.session() as session:
                for job in session.query(Job).filter_by(kind=JobKind.MITIGATIONS):
                    job.cancel_requested = True
        return measured

    monkeypatch.setattr("skipgram_audit.mitigation.run.measure", noted)
    with pytest.raises(Cancelled):
        carry(settings, database, comparison_id)
    assert done == ["none", "hard"]
    with database.session() as session:
        assert mitigations.table_of(mitigations.by_id(session, comparison_id)) is None
        for job in session.query(Job):
            session.delete(job)
    table = carry(settings, database, comparison_id)
    assert done == ["none", "hard", "remove"]
    assert table is not None
    assert [row.action for row in table.rows] == ["none", "hard", "remove"]
    assert all(row.scores["news"].value is not None for row in table.rows)
    assert table.plan.probe == "news"
    (folder,) = (audit_folder(settings, database, audit_id) / "mitigations").iterdir()
    assert {path.name for path in folder.glob("vectors/*.kv")} == {
        "none-seed-1.kv", "hard-seed-1.kv", "remove-seed-1.kv",
    }  # fmt: skip
    assert not list(folder.glob("trained-*"))


def test_a_concept_that_is_not_there_is_refused_with_what_to_do(database: Database, audit_id: int) -> None:
    with pytest.raises(AuditError, match="no concept 'en-colour'") as failure:
        add(database, audit_id, methods=["hard"], concept="en-colour")
    assert "en-gender-definitional" in failure.value.remedy
