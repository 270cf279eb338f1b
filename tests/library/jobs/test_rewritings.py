"""Rewritings and corpora made of them, end to end on real news text."""

import json
from collections import Counter

import pytest

from skipgram_audit.api import score
from skipgram_audit.jobs.check_results import update_report
from skipgram_audit.jobs.derivations import derive_corpus
from skipgram_audit.jobs.rewritings import carry_out_rewriting
from skipgram_audit.mitigation.rewriting import Rewriter
from skipgram_audit.model.errors import AuditError, Conflict
from skipgram_audit.model.rewriting import Derivation, RewriteOutcome, RewritePlan
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.model.word_pairs import InvalidPairs, load_pairs, parse_pairs
from skipgram_audit.report.vector_files import read_vectors, vectors_file
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, documents, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind, Status
from skipgram_audit.store.near_duplicates import facts_of
from skipgram_audit.store.packing import unpack_bounds
from tests.conftest import on_sqlite
from tests.library.jobs.direct import job_context
from tests.library.jobs.test_audits import NEWS, add_audit, add_corpus, carry_out
from tests.library.samples import news_texts
from tests.stored_files import audit_folder

pytestmark = on_sqlite
DOCUMENTS = 100
LISTS = (load_pairs("en-gender"),)


@pytest.fixture
def audit_id(settings: Settings, database: Database) -> int:
    texts = list(news_texts()[:DOCUMENTS])
    corpus_id = add_corpus(database, texts)
    corpora.replace_words(database, corpus_id, "en", Counter(tokenize(" ".join(texts), False)).items())
    quick = {"minimum_count": 1, "null_shuffles": 0, "estimator": "replay", "seeds": [1, 2]}
    made = add_audit(database, corpus_id, NEWS, **quick)
    carry_out(settings, database, made)
    with database.session() as session:
        audits.get(session, made).status = Status.DONE
    return made


def rewrite(settings: Settings, database: Database, rewriting_id: int) -> RewriteOutcome:
    with job_context(settings, database, JobKind.REWRITE, str(rewriting_id)) as context:
        carry_out_rewriting(context, str(rewriting_id))
    with database.session() as session:
        row = rewritings.by_id(session, rewriting_id)
        row.status = Status.DONE
        return RewriteOutcome.model_validate(row.outcome)


def derive(settings: Settings, database: Database, corpus_id: int, derivation: Derivation) -> int:
    with database.session() as session:
        made = corpora.derive(session, corpora.get(session, corpus_id), "", derivation).id
    with job_context(settings, database, JobKind.DERIVE, str(made)) as context:
        derive_corpus(context, str(made))
    return made


def test_a_rewriting_is_predicted_undone_trained_and_becomes_a_corpus(
    settings: Settings, database: Database, audit_id: int
) -> None:
    plan = RewritePlan(lists=LISTS, probability=0.5, removed=(3,))
    with database.session() as session:
        audit = audits.get(session, audit_id)
        rewriting_id, corpus_id = rewritings.create(session, audit, plan).id, audit.corpus_id
    first = rewrite(settings, database, rewriting_id)
    assert first.tally.removed == 1
    assert first.scores[0].predicted
    assert not first.scores[0].trained
    with database.session() as session:
        row = rewritings.by_id(session, rewriting_id)
        changed = rewritings.changed_positions(row).tolist()
        assert len(changed) == first.tally.changed
        assert 3 not in changed
        [document] = rewritings.documents_at(session, corpus_id, changed[:1])
        text = document.text
        assert documents.get(session, corpus_id, document.id).position == changed[0]
    proposed = Rewriter(plan).changes(document.external_id, text, unpack_bounds(document.sentence_bounds))
    with database.session() as session:
        row = rewritings.by_id(session, rewriting_id)
        rewritings.set_undone(row, changed[0], [change.start for change in proposed])
        rewritings.wait_again(row, [1, 9])
        undone = dict(row.undone)
    report = audit_folder(settings, database, audit_id) / "report.json"
    assert len(json.loads(report.read_text(encoding="utf-8"))["rewritings"]) == 1
    update_report(database, settings, audit_id)
    assert json.loads(report.read_text(encoding="utf-8"))["rewritings"] == []
    second = rewrite(settings, database, rewriting_id)
    assert second.tally.changes == first.tally.changes - len(proposed)
    assert second.tally.undone == len(proposed)
    assert len(second.scores[0].trained) == len(second.scores[0].trained_before) == 2
    [told] = json.loads(report.read_text(encoding="utf-8"))["rewritings"]
    assert RewriteOutcome.model_validate(told["outcome"]) == second
    assert [one["probe"] for one in told["findings"]] == [one.probe for one in second.scores]
    folder = audit_folder(settings, database, audit_id) / "rewritings" / str(rewriting_id)
    for when, scores in (("before", second.scores[0].trained_before), ("after", second.scores[0].trained)):
        for seed, wanted in zip([1, 9], scores, strict=True):
            words, vectors = read_vectors(vectors_file(folder, when, seed))
            assert list(score((words, vectors), NEWS)["score"]) == pytest.approx([wanted])
    made = derive(settings, database, corpus_id, Derivation(plan=plan, undone=undone, audit="an audit"))
    with database.session() as session:
        corpus = corpora.get(session, made)
        assert (corpus.parent_id, corpus.document_count) == (corpus_id, DOCUMENTS - 1)
        assert facts_of(session, corpus) is not None
        assert [one.id for one in corpora.children(session, corpus_id)] == [made]
        # It has no file, so it must not bear the hash of its parent's.
        facts, parent = corpora.source_facts(corpus), corpora.get(session, corpus_id)
        assert (facts["filename"], facts["source_sha256"]) == ("", "")
        assert facts["rewritten_from"] == {
            "name": parent.name, "content_sha256": parent.content_sha256, "plan": plan.model_dump(mode="json"),
            "undone": undone,
        }  # fmt: skip
        assert corpora.source_facts(parent) == {"filename": parent.filename, "source_sha256": parent.source_sha256}
        texts = {one.external_id: one.text for one in documents.stream_texts(database, made)}
        originals = {one.external_id: one.text for one in documents.stream_texts(database, corpus_id)}
    assert len(originals) == DOCUMENTS
    assert texts[document.external_id] == text
    assert sum(texts[one] != originals[one] for one in texts) == second.tally.changed
    with database.session() as session:
        rewritings.remove(session, audit_id, rewriting_id)
    update_report(database, settings, audit_id)
    assert json.loads(report.read_text(encoding="utf-8"))["rewritings"] == []
    with database.session() as session:
        corpora.remove(session, corpus_id)
        assert corpora.get(session, made).parent_id is None


def test_what_does_not_fit_is_refused_before_a_job_begins(database: Database, audit_id: int) -> None:
    with database.session() as session:
        audit = audits.get(session, audit_id)
        with pytest.raises(InvalidPairs, match="None of the 2"):
            rewritings.create(session, audit, RewritePlan(lists=(parse_pairs("König,Königin"),)))
        with pytest.raises(AuditError, match="Position 100"):
            rewritings.create(session, audit, RewritePlan(lists=LISTS, positions=(100,)))
        audit.status = Status.RUNNING
        with pytest.raises(Conflict):
            rewritings.create(session, audit, RewritePlan(lists=LISTS))


def test_without_a_parent_nothing_is_made(settings: Settings, database: Database, audit_id: int) -> None:
    with database.session() as session:
        parent = audits.get(session, audit_id).corpus
        plan = RewritePlan(method="remove", removed=(0,))
        made = corpora.derive(session, parent, "alone", Derivation(plan=plan)).id
        corpora.get(session, made).parent_id = None
    with pytest.raises(Conflict), job_context(settings, database, JobKind.DERIVE, str(made)) as context:
        derive_corpus(context, str(made))
