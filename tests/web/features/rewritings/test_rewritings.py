"""Rewritings on pages and in the API: the form, changes word by word, undoing, files, and corpora made of them."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from skipgram_audit.auditing.keyed_vectors import keep_vectors
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.mitigation.rewriting import Rewriter
from skipgram_audit.mitigation.rewritten_corpus import CorpusRewriting
from skipgram_audit.model.rewriting import PairCount, RewriteOutcome, RewritePlan, RewrittenScore, Tally
from skipgram_audit.model.word_pairs import load_pairs
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, documents, jobs, rewritings
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Job, JobKind, Status
from skipgram_audit_web.features.reports.making import document_of
from tests.audit_sample import HOSTILE_TITLE, TEXTS, Sample, make_audit
from tests.conftest import on_both
from tests.duplicates_sample import find_duplicates
from tests.web import page as reading

HEADERS = {"origin": "http://127.0.0.1:8000"}


@pytest.fixture
def sample(database: Database) -> Sample:
    made = make_audit(database)
    words = {"he": 2, "she": 3, "his": 2, "her": 2, "him": 1}
    corpora.replace_words(database, made.corpus_id, "en", words.items())
    return made


def start(client: TestClient, sample: Sample, **fields: Any) -> int:
    sent = {"method": "substitute", "own_pairs": "", "list-en-gender": "on", "probability": "1", **fields}
    answer = client.post(f"/audits/{sample.audit_id}/rewritings", data=sent, headers=HEADERS, follow_redirects=False)
    assert answer.status_code == 303, reading.alerts(answer.text)
    return int(answer.headers["location"].rsplit("/", 1)[1])


def finish(database: Database, sample: Sample, rewriting_id: int) -> None:
    """Puts what the worker would find, with made-up scores."""
    with database.session() as session:
        row = rewritings.by_id(session, rewriting_id)
        plan = RewritePlan.model_validate(row.plan)
        rewriting = CorpusRewriting(Rewriter(plan))
        found = []
        for one in documents.stream_texts(database, sample.corpus_id):
            original = CorpusDocument(one.text, one.bounds, one.external_id, one.title, one.fields)
            found.append(rewriting.document(one.position, original))
        changes = [change for one in found for change in one.changes]
        tally = Tally(
            documents=len(found),
            changed=sum(bool(one.changes) for one in found),
            changes=len(changes),
            tokens_before=100,
            tokens_after=100,
            changed_tokens=len(changes),
            pairs=[PairCount(why="he–she", count=len(changes))],
            found_words=5,
        )
        scores = [
            RewrittenScore(probe="weat-6", kind="weat", before=[1.2, 1.3], predicted=[0.1, 0.3]),
            RewrittenScore(probe="weat-1", kind="weat", reason="It was not measured."),
        ]
        outcome = RewriteOutcome(tally=tally, scores=scores, seeds=[1, 2])
        changed = np.array([one.position for one in found if one.changes], np.int64)
        rewritings.save_changed(session, rewriting_id, changed)
        rewritings.save(session, rewriting_id, outcome, row.undone)
    with database.session() as session:
        job = jobs.latest(session, JobKind.REWRITE, rewriting_id)
        assert job is not None
        jobs.end(session, job.id, Status.DONE)


def test_a_rewriting_is_started_from_the_form_and_shown(client: TestClient, database: Database, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    assert f"{root}/rewritings/new" in reading.links(client.get(root).text)
    form = client.get(f"{root}/rewritings/new").text
    filled = reading.form_values(form, f"{root}/rewritings")
    assert filled["method"] == "substitute"
    assert filled["probability"] == "0.5"
    assert filled["list-en-gender"] == "on"
    for method in ("augment", "mask", "delete", "remove"):
        assert client.get(f"{root}/rewritings/new?method={method}").status_code == 200
    rewriting_id = start(client, sample)
    waiting = client.get(f"{root}/rewritings/{rewriting_id}")
    assert reading.values(waiting.text, "status") == ["waiting"]
    finish(database, sample, rewriting_id)
    page = client.get(f"{root}/rewritings/{rewriting_id}").text
    assert [row[0] for row in reading.rows(page, "Scores of all probes after the rewriting")] == ["weat-6", "weat-1"]
    assert reading.values(page, "document") == ["alice", "bob", "=cmd()", "größe"]
    assert reading.values(page, "made") == ["1", "2", "2", "3"]
    listed = reading.rows(client.get(root).text, "Rewritings of this audit’s corpus")
    assert listed[0][1] == "Done"


def test_hostile_texts_are_inert(client: TestClient, database: Database, sample: Sample) -> None:
    rewriting_id = start(client, sample, own_pairs="img,src")
    finish(database, sample, rewriting_id)
    page = client.get(f"/audits/{sample.audit_id}/rewritings/{rewriting_id}").text
    assert HOSTILE_TITLE not in page
    assert "<img" not in page
    assert "onerror=alert(1)&gt;" in page


@on_both
def test_changes_are_undone_one_by_one_and_made_again(client: TestClient, database: Database, sample: Sample) -> None:
    rewriting_id = start(client, sample)
    address = f"/audits/{sample.audit_id}/rewritings/{rewriting_id}"
    refused = client.post(
        f"{address}/undo", data={"document": sample.document_ids[1], "action": "undo"}, headers=HEADERS
    )
    assert refused.status_code == 409
    finish(database, sample, rewriting_id)
    changes = client.get(f"/api/v1{address}/changes").json()
    assert changes["total"] == 4
    bob = changes["items"][1]
    first = next(piece for piece in bob["sentences"][0]["pieces"] if piece["after"] is not None)
    assert (first["text"], first["after"], first["undone"]) == ("his", "her", False)
    sent = {"document": bob["id"], "start": first["start"], "action": "undo"}
    assert client.post(f"{address}/undo", data=sent, headers=HEADERS, follow_redirects=False).status_code == 303
    detail = client.get(f"/api/v1{address}").json()
    assert detail["undone"] == {"1": [first["start"]]}
    assert not detail["current"]

    def reports() -> int:
        """How many wait to be written; they are taken away."""
        with database.session() as session:
            found = session.scalars(select(Job).where(Job.kind == JobKind.REPORT)).all()
            for job in found:
                session.delete(job)
            return len(found)

    assert reports() == 1
    assert f"{address}/run" in reading.links(client.get(address).text)
    again = client.post(f"/api/v1{address}/undo", json={"document_id": bob["id"], "undone": True}, headers=HEADERS)
    assert len(again.json()["undone"]["1"]) == 2
    assert reports() == 0
    made = client.post(f"/api/v1{address}/undo", json={"document_id": bob["id"], "undone": False}, headers=HEADERS)
    assert made.json()["undone"] == {}
    assert made.json()["current"]
    assert reports() == 1
    nothing = {"document_id": sample.document_ids[3]}
    assert client.post(f"/api/v1{address}/undo", json=nothing, headers=HEADERS).status_code == 404


def test_file_and_ledger_are_the_changes_that_are_made(client: TestClient, database: Database, sample: Sample) -> None:
    rewriting_id = start(client, sample)
    address = f"/api/v1/audits/{sample.audit_id}/rewritings/{rewriting_id}"
    assert client.get(f"{address}/file").status_code == 409
    finish(database, sample, rewriting_id)
    client.post(f"{address}/undo", json={"document_id": sample.document_ids[1]}, headers=HEADERS)
    answer = client.get(f"{address}/file")
    assert "rewritten.jsonl" in answer.headers["content-disposition"]
    rows = [json.loads(line) for line in answer.text.splitlines()]
    texts = {row["id"]: row["<u>text</u>"] for row in rows}
    originals = {identifier: text for identifier, _, text in TEXTS}
    assert list(texts) == list(originals)
    assert texts["bob"] == originals["bob"]
    assert texts["größe"] == "😀 Sie sah ihn. He saw her office 😀 from his home. Ende."
    ledger = list(csv.DictReader(io.StringIO(client.get(f"{address}/ledger.csv").text)))
    assert {row["document"] for row in ledger} == {"alice", "'=cmd()", "größe"}
    lines = [json.loads(line) for line in client.get(f"{address}/ledger.jsonl").text.splitlines()]
    assert len(lines) == len(ledger)
    assert {row["document"] for row in lines} == {"alice", "=cmd()", "größe"}


def test_a_word_that_the_file_cannot_hold_is_an_error_and_not_half_a_file(
    client: TestClient, database: Database, sample: Sample
) -> None:
    rewriting_id = start(client, sample)
    finish(database, sample, rewriting_id)
    with database.session() as session:
        corpus = corpora.get(session, sample.corpus_id)
        corpus.reader_options = {**corpus.reader_options, "encoding": "latin-1"}
    answer = client.get(f"/api/v1/audits/{sample.audit_id}/rewritings/{rewriting_id}/file")
    assert (answer.status_code, "latin-1" in answer.json()["error"]["message"]) == (422, True)


@on_both
def test_a_corpus_is_made_that_knows_its_parent(
    client: TestClient, database: Database, sample: Sample, work: Callable[[], None]
) -> None:
    rewriting_id = start(client, sample)
    address = f"/audits/{sample.audit_id}/rewritings/{rewriting_id}"
    finish(database, sample, rewriting_id)
    answer = client.post(f"{address}/corpus", data={"name": "Mine"}, headers=HEADERS, follow_redirects=False)
    made = int(answer.headers["location"].rsplit("/", 1)[1])
    work()
    page = client.get(f"/corpora/{made}").text
    assert reading.values(page, "parent") == [str(sample.corpus_id)]
    assert reading.stats(page)["Documents"] == "5"
    assert f"/corpora/{made}" in reading.links(client.get(f"/corpora/{sample.corpus_id}").text)
    assert f"/corpora/{made}" in reading.links(client.get(address).text)
    detail = client.get(f"/api/v1/corpora/{made}").json()
    assert detail["parent_id"] == sample.corpus_id
    ledger = client.get(f"/api/v1/corpora/{made}/ledger.csv").text.splitlines()
    assert len(ledger) == 9
    file = client.get(f"/api/v1/corpora/{made}/file")
    assert file.content == client.get(f"/api/v1{address}/file").content
    assert "rewritten.jsonl" in file.headers["content-disposition"]
    assert f"/api/v1/corpora/{made}/file" in reading.links(page)
    assert client.get(f"/api/v1/corpora/{sample.corpus_id}/ledger.csv").status_code == 409
    assert client.post(f"{address}/delete", headers=HEADERS, follow_redirects=False).status_code == 303
    assert client.get(address).status_code == 404
    assert client.get(f"/corpora/{made}").status_code == 200


def test_a_corpus_without_near_duplicates(client: TestClient, database: Database, work: Callable[[], None]) -> None:
    sample = make_audit(database, copies=3)
    address = f"/api/v1/corpora/{sample.corpus_id}/without-near-duplicates"
    assert client.post(address, json={}, headers=HEADERS).status_code == 409
    find_duplicates(database, sample.corpus_id)
    made = client.post(address, json={"name": "Clean"}, headers=HEADERS).json()["corpus_id"]
    work()
    with database.session() as session:
        corpus = corpora.get(session, made)
        assert (corpus.name, corpus.status, corpus.document_count) == ("Clean", Status.DONE, 5)
        assert [one.external_id for one in documents.stream_texts(database, made)] == [one[0] for one in TEXTS]
    ledger = client.get(f"/api/v1/corpora/{made}/ledger.csv").text
    assert ledger.count("near-duplicate of an earlier document") == 10
    page = client.get(f"/corpora/{sample.corpus_id}").text
    assert f"/corpora/{sample.corpus_id}/without-near-duplicates" in reading.links(page)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"own_pairs": "a,b\nb,c"}, "more than one pair"),
        ({"own_pairs": "König,Königin", "list-en-gender": None}, "None of the 2 words"),
        ({"list-en-gender": None}, "No list of word pairs"),
        ({"where": "marked"}, "Documents: nothing is marked"),
        ({"probability": "2"}, "1"),
        ({"seeds": "1, 1"}, "different"),
        ({"seeds": "many"}, "numbers"),
        ({"where": "top", "probe": "nothing"}, "probe"),
        ({"where": "top", "probe": "weat-6", "top": "5"}, "amplify weat-6"),
        ({"where": "top", "probe": "weat-6", "top": "9" * 5000}, "number"),
        ({"method": "remove", "remove": "marked"}, "No document was named"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(
    client: TestClient, sample: Sample, fields: dict[str, Any], message: str
) -> None:
    sent = {"method": "substitute", "own_pairs": "", "list-en-gender": "on", **fields}
    sent = {name: value for name, value in sent.items() if value is not None}
    answer = client.post(f"/audits/{sample.audit_id}/rewritings", data=sent, headers=HEADERS)
    assert answer.status_code == 422
    assert message in reading.alerts(answer.text)


def test_pairs_come_from_a_file_and_from_a_list_that_is_edited(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/rewritings"
    sent = {"method": "substitute", "own_pairs": ""}

    def lists(files: dict[str, Any], own: str = "") -> Any:
        answer = client.post(root, data={**sent, "own_pairs": own}, files=files, headers=HEADERS)
        assert answer.status_code == 303, reading.alerts(answer.text)
        return client.get(f"/api/v1{answer.headers['location']}").json()["plan"]["lists"]

    [found] = lists({"pairs_file": ("my pairs.csv", "he,she\n")})
    assert (found["name"], found["pairs"]) == ("my pairs", [["he", "she"]])
    circle = {"pairs_file": ("circle.csv", "he,she\nshe,his\nhis,he")}
    refused = client.post(root, data=sent, files=circle, headers=HEADERS)
    assert (refused.status_code, "circle" in reading.alerts(refused.text)) == (422, True)
    german = {"pairs_file": ("german.toml", 'language = "de"\npairs = [["er", "sie"]]')}
    refused = client.post(root, data=sent, files=german, headers=HEADERS)
    assert (refused.status_code, "'de'" in reading.alerts(refused.text)) == (422, True)
    page = client.get(f"{root}/new?method=substitute&edit=en-pronouns").text
    own = reading.form_values(page, root)["own_pairs"]
    [edited] = lists({}, own)
    shipped = load_pairs("en-pronouns").model_dump(mode="json")
    same = ("pairs", "grammar", "language", "source", "licence", "capitalised")
    assert {name: edited[name] for name in same} == {name: shipped[name] for name in same}
    assert edited["name"] != shipped["name"]


def test_a_text_is_added_from_the_form(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/rewritings"
    assert 'name="added"' in client.get(f"{root}/new?method=add").text
    files = {"added_file": ("new.txt", "He came home.")}
    answer = client.post(root, data={"method": "add", "added": "She left."}, files=files, headers=HEADERS)
    plan = client.get(f"/api/v1{answer.headers['location']}").json()["plan"]
    assert (plan["method"], plan["added"], plan["positions"]) == ("add", ["She left.", "He came home."], None)
    refused = client.post(root, data={"method": "add", "added": " "}, headers=HEADERS)
    assert (refused.status_code, "Nothing was named" in reading.alerts(refused.text)) == (422, True)


def test_what_only_removes_takes_no_words(client: TestClient, sample: Sample) -> None:
    root = f"/api/v1/audits/{sample.audit_id}/rewritings"
    sent: dict[str, Any] = {"plan": {"method": "remove"}, "removed_documents": ["bob"]}
    assert client.post(root, json=sent, headers=HEADERS).status_code == 201
    refused = client.post(root, json={**sent, "list_names": ["en-pronouns"]}, headers=HEADERS)
    assert (refused.status_code, "remove" in refused.json()["error"]["message"]) == (422, True)
    sentences = {"plan": {"method": "remove"}, "removed_sentences": ["größe:2", "alice:1", "größe:2"]}
    made = client.post(root, json=sentences, headers=HEADERS).json()
    assert made["plan"]["removed_sentences"] == [[0, 0], [4, 1]]
    for names, message in ((["nobody:1"], "nobody"), (["alice:9"], "sentence 9"), (["alice"], "names no sentence")):
        refused = client.post(root, json={**sentences, "removed_sentences": names}, headers=HEADERS)
        assert (refused.status_code, message in refused.json()["error"]["message"]) == (422, True)


def test_chosen_documents_are_rewritten_by_rank_by_mark_and_by_id(
    client: TestClient, database: Database, sample: Sample
) -> None:
    def positions(rewriting_id: int) -> Any:
        with database.session() as session:
            return rewritings.by_id(session, rewriting_id).plan["positions"]

    best = int(np.argmax(sample.influences["weat-6"]))
    assert positions(start(client, sample, where="top", probe="weat-6", top="1")) == [best]
    client.put(f"/api/v1/audits/{sample.audit_id}/marked/{sample.document_ids[2]}", headers=HEADERS)
    assert positions(start(client, sample, where="marked")) == [2]
    root = f"/api/v1/audits/{sample.audit_id}/rewritings"
    plan = {"method": "mask", "probability": 1}
    sent = {"plan": plan, "list_names": ["en-pronouns"], "documents": ["größe", "bob"], "removed_documents": ["alice"]}
    made = client.post(root, json=sent, headers=HEADERS)
    assert made.status_code == 201, made.text
    assert made.json()["plan"]["positions"] == [1, 4]
    assert made.json()["plan"]["removed"] == [0]
    assert client.get(root).json()[0]["method"] == "mask"
    for bad, status in (
        ({**sent, "documents": ["nowhere"]}, 422),
        ({**sent, "seeds": [1, 1]}, 422),
        ({**sent, "list_names": ["en-nothing"]}, 404),
        ({"plan": {"method": "mask"}}, 422),
        ({"plan": {"method": "mask", "lists": [{"includes": ["../secret"]}]}}, 422),
    ):
        assert client.post(root, json=bad, headers=HEADERS).status_code == status
    assert client.post(f"{root}/{made.json()['id']}/cancel", json={}, headers=HEADERS).json()["status"] == "cancelled"
    again = client.post(f"{root}/{made.json()['id']}/run", json={"seeds": [1, 2, 3]}, headers=HEADERS)
    assert again.json()["status"] == "waiting"
    assert {one["name"] for one in client.get("/api/v1/word-pairs").json()} >= {"en-gender", "en-names"}


def test_a_report_holds_the_rewritings_until_they_are_deleted(
    client: TestClient, database: Database, sample: Sample
) -> None:
    rewriting_id = start(client, sample)

    def anchors() -> list[str]:
        [section] = [one for one in document_of(database, sample.audit_id).sections if one.anchor == "mitigation"]
        return [one.anchor for one in section.sections]

    assert anchors() == []
    finish(database, sample, rewriting_id)
    assert anchors() == ["rewriting-1"]
    client.post(f"/audits/{sample.audit_id}/rewritings/{rewriting_id}/delete", headers=HEADERS)
    assert anchors() == []
    with database.session() as session:
        assert jobs.latest(session, JobKind.REPORT, sample.audit_id) is not None


def test_vectors_before_and_after_are_taken_away_and_deleted_with_the_rewriting(
    client: TestClient, database: Database, sample: Sample, settings: Settings
) -> None:
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        made = rewritings.create(session, audit, RewritePlan(lists=(load_pairs("en-gender"),)), [1])
        made.status, rewriting_id = Status.DONE, made.id
        folder = settings.audit_folder(audit.storage_name) / "rewritings" / str(rewriting_id)
    vectors = np.array([[0.5, -1.0], [2.0, 0.25]], np.float32)
    keep_vectors(folder, "after", 1, ["she", "he"], vectors)
    address = f"/api/v1/audits/{sample.audit_id}/rewritings/{rewriting_id}"
    assert client.get(f"{address}/vectors/after/1").text == "2 2\nshe 0.5 -1\nhe 2 0.25\n"
    binary = client.get(f"{address}/vectors/after/1?format=binary").content
    assert binary == b"2 2\nshe " + vectors[0].tobytes() + b"\nhe " + vectors[1].tobytes() + b"\n"
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/vectors/after/1?format=gensim").content)) as archive:
        assert sorted(archive.namelist()) == ["after-seed-1.kv", "after-seed-1.kv.vectors.npy"]
    for wrong, status in (("before/1", 404), ("after/2", 404), ("during/1", 404), ("after/1?format=csv", 422)):
        assert client.get(f"{address}/vectors/{wrong}").status_code == status
    assert client.delete(address, headers=HEADERS).status_code == 204
    assert not folder.exists()
