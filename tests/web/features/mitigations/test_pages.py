"""The pages and the API of comparisons of mitigations."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from gensim.models import KeyedVectors
from lxml import html

from skipgram_audit.model.costs import MeasuredPhase
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.pretrained import ModelFacts, PretrainedModel
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, costs, jobs, mitigations
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe, JobKind, Status
from tests.audit_sample import Sample, make_audit
from tests.conftest import on_both, settings_on
from tests.mitigation_sample import VECTORS, WORDS, make_mitigations
from tests.web import page as reading

HEADERS = {"origin": "http://127.0.0.1:8000"}
FORM: dict[str, Any] = {
    "probe": "he and she", "methods": ["hard", "remove"], "concept": "targets", "seeds": "1, 2 5", "share": "3.5",
    "biased_words": "100", "draw_seed": "7",
}  # fmt: skip

settings = settings_on("sqlite")


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=3)


def post(client: TestClient, address: str, form: dict[str, Any] | None = None) -> Any:
    return client.post(address, data=form or {}, headers=HEADERS)


def test_the_form_offers_every_method_and_tells_the_cost(
    client: TestClient, database: Database, sample: Sample
) -> None:
    """Removal by three seeds and the one that the audit lacks: 4 trainings."""
    root = f"/audits/{sample.audit_id}/mitigations"
    page = client.get(f"{root}/new").text
    for name in METHODS:
        assert (f'id="method-{name}"' in page) == (name not in ("none", "chosen"))
    assert client.get(f"/audits/{sample.audit_id}").text.count(f"{root}/new") == 1
    assert "4 trainings" in post(client, f"{root}/cost", FORM).json()["text"]
    assert "tick one" in post(client, f"{root}/cost", {**FORM, "methods": []}).json()["text"]
    plan = {"methods": ["hard", "remove"], "seeds": [1, 2]}
    cost = client.post(f"/api/v1{root}/cost", json=plan, headers=HEADERS).json()
    assert (cost["trainings"], cost["runs"]) == (2, 0)
    with database.session() as session:
        forecast = costs.of_mitigations(
            session, audits.get(session, sample.audit_id), MitigationPlan.model_validate(plan), 2
        )
        costs.keep(session, [MeasuredPhase(one.kind, one.guess, 10 * one.guess) for one in forecast.phases])
    slower = client.post(f"/api/v1{root}/cost", json=plan, headers=HEADERS).json()
    assert slower == {"trainings": 2, "seconds": pytest.approx(10 * cost["seconds"], rel=0.2), "runs": 1}


def test_marked_documents_and_pairs_of_ones_own_are_compared(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    client.put(f"/api/v1{root}/marked/{sample.document_ids[2]}", headers=HEADERS)
    assert 'id="method-chosen"' in client.get(f"{root}/mitigations/new").text
    form = {**FORM, "methods": ["chosen", "mask"], "own_pairs": "office,home"}
    address = post(client, f"{root}/mitigations", form).headers["location"]
    plan = client.get(f"/api/v1{address}").json()["plan"]
    assert (plan["methods"], plan["positions"]) == (["none", "chosen", "mask"], [2])
    assert plan["lists"][0]["pairs"] == [["office", "home"]]
    assert "Mask words of own pairs" in client.get(address).text
    refused = post(client, f"{root}/mitigations", {**form, "own_pairs": "office,home,office"})
    assert (refused.status_code, "3 words" in reading.alerts(refused.text)) == (422, True)
    sent: dict[str, Any] = {"methods": ["hard"], "ids": ["bob", "alice"], "list_names": ["en-pronouns"], "seeds": [1]}
    made = client.post(f"/api/v1{root}/mitigations", json=sent, headers=HEADERS).json()["plan"]
    assert (made["methods"], made["positions"]) == (["none", "hard", "chosen"], [0, 1])
    assert [one["name"] for one in made["lists"]] == ["en-pronouns"]
    unfit: list[dict[str, Any]] = [
        {"ids": ["nobody"]}, {"ids": []}, {"list_names": ["no-list"]}, {"methods": ["chosen"], "ids": None},
    ]  # fmt: skip
    for wrong in unfit:
        answer = client.post(f"/api/v1{root}/mitigations", json={**sent, **wrong}, headers=HEADERS)
        assert answer.status_code in (404, 422)


def test_lists_that_no_probe_has_two_of_are_not_offered(client: TestClient, database: Database, sample: Sample) -> None:
    """One probe of two has one target list, then both have."""

    def offered() -> dict[str, str]:
        page = html.fromstring(client.get(f"/audits/{sample.audit_id}/mitigations/new").text)
        return {one.get("value"): one.text_content() for one in page.xpath("//select[@name='concept']/option")}

    assert "only" not in offered()["targets"]
    for name, left in (("weat-6", "he and she only"), ("he and she", None)):
        with database.session() as session:
            probe = session.get_one(AuditProbe, sample.probe_ids[name])
            first = dict(list(probe.definition["targets"].items())[:1])
            probe.definition = {**probe.definition, "kind": "sc-weat", "targets": first}
        assert ("targets" in offered()) == (left is not None)
        assert left is None or left in offered()["targets"]
    assert "attributes" in offered()


@on_both
def test_a_comparison_is_started_cancelled_gone_on_with_and_deleted(
    client: TestClient, database: Database, sample: Sample
) -> None:
    answer = post(client, f"/audits/{sample.audit_id}/mitigations", FORM)
    assert answer.status_code == 303
    address = answer.headers["location"]
    comparison_id = int(address.rsplit("/", 1)[1])
    with database.session() as session:
        plan = MitigationPlan.model_validate(mitigations.get(session, sample.audit_id, comparison_id).plan)
        job = jobs.latest(session, JobKind.MITIGATIONS, comparison_id)
    assert plan == MitigationPlan(
        probe="he and she", methods=["none", "hard", "remove"], concept="targets", seeds=[1, 2, 5], share=0.035,
        biased_words=100, draw_seed=7,
    )  # fmt: skip
    assert job is not None
    assert job.status == Status.WAITING
    assert reading.values(client.get(address).text, "status") == ["waiting"]
    assert address in reading.links(client.get("/jobs").text)
    assert address in reading.links(client.get(f"/audits/{sample.audit_id}").text)
    assert client.get(f"{address}/table.csv").status_code == 409
    assert post(client, f"{address}/delete").status_code == 409
    assert reading.values(post(client, f"/audits/{sample.audit_id}/delete").text, "error") == ["conflict"]
    assert post(client, f"{address}/cancel").status_code == 303
    assert reading.values(client.get(address).text, "status") == ["cancelled"]
    assert post(client, f"{address}/restart").status_code == 303
    assert post(client, f"{address}/restart").status_code == 409
    assert post(client, f"{address}/cancel").status_code == 303
    assert post(client, f"{address}/cancel").status_code == 409
    assert post(client, f"{address}/delete").status_code == 303
    assert client.get(address).status_code == 404


def test_plans_that_do_not_fit_are_shown_again(client: TestClient, database: Database, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/mitigations"
    for changes, message in (
        ({"methods": []}, "Mitigations: tick one"),
        ({"seeds": "4, 4"}, "given once"),
        ({"share": "0"}, "Share of the text, in %: a number above 0 and up to 50"),
        ({"share": "60"}, "up to 50"),
        ({"share": "much"}, "a number above 0"),
        ({"biased_words": "9"}, "Most biased words: "),
        ({"probe": "weat-1"}, "not measured"),
        ({"concept": "en-colour"}, "no concept"),
    ):
        answer = post(client, root, {**FORM, **changes})
        assert answer.status_code == 422
        assert message in reading.alerts(answer.text)
    facts = ModelFacts(format="word2vec text", words=9, dimension=4)
    model = PretrainedModel(name="m", sha256="0" * 64, facts=facts)
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        audit.settings = {**audit.settings, "estimator": "recount-ppmi", "models": [model.model_dump(mode="json")]}
    assert 'id="method-remove"' not in client.get(f"{root}/new").text
    for form in (FORM, {**FORM, "methods": ["hard"]}):
        answer = post(client, root, form)
        assert answer.status_code == 422
        assert "trained elsewhere" in reading.alerts(answer.text)
    assert post(client, root, {**FORM, "methods": ["hard"], "seeds": "1"}).status_code == 303


@on_both
def test_the_result_is_a_table_in_words_and_in_files(
    client: TestClient, database: Database, settings: Settings, sample: Sample
) -> None:
    comparison_id = make_mitigations(database, settings, sample.audit_id)
    address = f"/audits/{sample.audit_id}/mitigations/{comparison_id}"
    page = client.get(address).text
    assert reading.values(page, "action") == ["none", "hard", "inlp", "forget", "remove"]
    rows = {row[0]: row for row in reading.rows(page, "What each mitigation does")}
    hard = next(row for name, row in rows.items() if name.startswith("Hard debiasing"))
    assert hard[1].startswith("+0.90")
    assert "<b>" in hard[0]  # what a method says of itself is text, not markup
    assert "Not carried out. No sentence amplifies this score." in rows["Forgetting"][1]
    table = list(csv.DictReader(io.StringIO(client.get(f"{address}/table.csv").text)))
    assert [row["action"] for row in table] == ["none", "hard", "inlp", "forget", "remove"]
    detail = client.get(f"/api/v1{address}").json()
    assert detail["table"]["rows"][1]["scores"]["weat-6"]["value"] == pytest.approx(0.9)
    assert set(detail["sentences"]) == {"none", "hard", "inlp", "forget", "remove"}
    assert [one["id"] for one in client.get(f"/api/v1/audits/{sample.audit_id}/mitigations").json()] == [comparison_id]


def test_vectors_are_taken_away_in_three_formats(
    client: TestClient, database: Database, settings: Settings, sample: Sample, tmp_path: Path
) -> None:
    comparison_id = make_mitigations(database, settings, sample.audit_id)
    address = f"/audits/{sample.audit_id}/mitigations/{comparison_id}"
    for ending, binary in (("txt", False), ("bin", True)):
        file = tmp_path / f"vectors.{ending}"
        file.write_bytes(client.get(f"{address}/vectors/hard-seed-1.{ending}").content)
        read = KeyedVectors.load_word2vec_format(str(file), binary=binary)
        assert read.index_to_key == WORDS
        np.testing.assert_array_equal(read.vectors, VECTORS)
    archive = client.get(f"/api/v1{address}/vectors/hard/1", params={"format": "gensim"})
    assert int(archive.headers["content-length"]) == len(archive.content)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as files:
        files.extractall(tmp_path)
    np.testing.assert_array_equal(KeyedVectors.load(str(tmp_path / "hard-seed-1.kv")).vectors, VECTORS)
    for file_name, status in (
        ("inlp-seed-1.txt", 404), ("hard-seed-9.txt", 404), ("soft-seed-1.txt", 404), ("hard-seed-1.exe", 422),
        ("..-seed-1.txt", 404), ("hard-seed-x.txt", 404),
    ):  # fmt: skip
        assert client.get(f"{address}/vectors/{file_name}").status_code == status
    folder = settings.audits_folder
    assert list(folder.glob("*/mitigations/*/vectors/*.kv"))
    assert client.delete(f"/api/v1{address}", headers=HEADERS).status_code == 204
    assert not list(folder.glob("*/mitigations/*"))


def test_a_failed_comparison_says_why_and_what_to_do(client: TestClient, database: Database, sample: Sample) -> None:
    address = post(client, f"/audits/{sample.audit_id}/mitigations", FORM).headers["location"]
    comparison_id = int(address.rsplit("/", 1)[1])
    with database.session() as session:
        job = jobs.latest(session, JobKind.MITIGATIONS, comparison_id)
        assert job is not None
        jobs.end(session, job.id, Status.FAILED, "The vocabulary lacks the words.", "Choose another concept.")
    page = client.get(address).text
    assert "failed" in reading.values(page, "notice")
    assert "The vocabulary lacks the words." in reading.alerts(page)
    assert "Choose another concept." in reading.alerts(page)
