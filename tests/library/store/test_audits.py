import pytest

from skipgram_audit.model.errors import Conflict, InvalidInput, NotFound
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import (
    AuditProbe,
    CorpusRow,
    DocumentInfluence,
    SentenceInfluence,
    Status,
    WordAssociation,
)
from skipgram_audit.store.paging import Cursor
from tests.audit_sample import make_audit, make_corpus

WEAT_6 = built_in_probes()["weat-6"]


def test_create_freezes_settings_and_probes(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        audit_id = audits.create(session, corpus_id, "  ", AuditSettings(epochs=7), [WEAT_6]).id
    with database.session() as session:
        audit = audits.get(session, audit_id)
        assert audit.name == "Small <b>corpus</b>: weat-6"
        assert audit.status == Status.WAITING
        assert AuditSettings.model_validate(audit.settings) == AuditSettings(epochs=7)
        assert audit.probes[0].definition == WEAT_6.model_dump(mode="json")


def test_create_refuses_what_cannot_be_run(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        with pytest.raises(NotFound, match="no corpus 999"):
            audits.create(session, 999, "", AuditSettings(), [WEAT_6])
        with pytest.raises(InvalidInput, match="at least one probe"):
            audits.create(session, corpus_id, "", AuditSettings(), [])
        with pytest.raises(InvalidInput, match="the name weat-6"):
            audits.create(session, corpus_id, "", AuditSettings(), [WEAT_6, WEAT_6])
        session.get_one(CorpusRow, corpus_id).status = Status.RUNNING
        with pytest.raises(Conflict, match="is running"):
            audits.create(session, corpus_id, "", AuditSettings(), [WEAT_6])


def test_page_lists_the_newest_first(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        ids = [audits.create(session, corpus_id, str(n), AuditSettings(), [WEAT_6]).id for n in range(60)]
        first = audits.page(session)
        assert [audit.id for audit in first.items] == ids[:9:-1]
        assert first.items[0].probes[0].name == "weat-6"
        second = audits.page(session, Cursor.parse(first.next))
        assert [audit.id for audit in second.items] == ids[9::-1]
        assert second.next is None


def test_remove_takes_every_result_along(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        audits.remove(session, sample.audit_id)
    with database.session() as session:
        for table in (AuditProbe, DocumentInfluence, SentenceInfluence, WordAssociation):
            assert session.query(table).count() == 0
        assert session.get(CorpusRow, sample.corpus_id) is not None
        with pytest.raises(NotFound):
            audits.get(session, sample.audit_id)


def test_a_running_audit_is_not_removed(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        audit_id = audits.create(session, corpus_id, "", AuditSettings(), [WEAT_6]).id
        with pytest.raises(Conflict, match="Cancel it first"):
            audits.remove(session, audit_id)
