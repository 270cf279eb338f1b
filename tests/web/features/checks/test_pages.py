"""The pages and the API of checks by retraining."""

import csv
import io
from html import unescape
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from skipgram_audit.auditing.folder import CHECK_VECTORS
from skipgram_audit.auditing.keyed_vectors import keep_vectors
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.costs import MeasuredPhase
from skipgram_audit.report.formatting import byte_size
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, checks, costs, jobs, marks
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Document, JobKind, Status
from skipgram_audit.store.packing import unpack_positions
from tests.audit_sample import TEXTS, Sample, make_audit
from tests.check_sample import make_check
from tests.conftest import on_both
from tests.web import page as reading

HEADERS = {"origin": "http://127.0.0.1:8000"}
FORM = {
    "plan": "halves", "probe": "he and she", "sets": "12", "documents": "5", "seeds": "1, 2 3", "truth": "like",
    "start": "cold", "warm_epochs": "1", "warm_step_size": "0.01", "draw_seed": "7",
}  # fmt: skip


@pytest.fixture
def sample(database: Database) -> Sample:
    made = make_audit(database, copies=8)
    with database.session() as session:
        audit = audits.get(session, made.audit_id)
        audit.settings = {**audit.settings, "estimator": "replay"}
    return made


def post(client: TestClient, address: str, form: dict[str, str] | None = None) -> Any:
    return client.post(address, data=form or {}, headers=HEADERS)


def test_the_cost_is_told_before_anything_starts(client: TestClient, database: Database, sample: Sample) -> None:
    """12 halves and the whole corpus by seeds 1, 2, 3, of which the audit has 1 and 2: 37 trainings."""
    root = f"/audits/{sample.audit_id}/checks"
    told = post(client, f"{root}/cost", FORM).json()["text"]
    assert {"37", "trainings.", "guess:"} <= set(told.split())
    answer = client.get(f"{root}/new", params=FORM)
    assert told in unescape(answer.text)
    assert 'value="1, 2 3"' in answer.text
    plan = {"plan": "extremes", "sets": 5, "documents": 3, "seeds": [1], "warm": True, "warm_epochs": 1}
    cost = client.post(f"/api/v1{root}/cost", json=plan, headers=HEADERS).json()
    assert (cost["trainings"], cost["runs"]) == (13, 0)
    with database.session() as session:
        forecast = costs.of_check(session, audits.get(session, sample.audit_id), CheckPlan.model_validate(plan), 2)
        costs.keep(session, [MeasuredPhase(one.kind, one.guess, 10 * one.guess) for one in forecast.phases])
    slower = client.post(f"/api/v1{root}/cost", json=plan, headers=HEADERS).json()
    assert slower == {"trainings": 13, "seconds": pytest.approx(10 * cost["seconds"], rel=0.2), "runs": 1}
    assert {"1", "check", "here."} <= set(post(client, f"{root}/cost", FORM).json()["text"].split())
    for name in ("tenths", "extremes", "singles", "turning", "chosen"):
        assert client.get(f"{root}/new?plan={name}").status_code == 200


def test_rankings_are_asked_for_where_the_estimator_can_rank_what_is_left(
    client: TestClient, database: Database, sample: Sample
) -> None:
    root = f"/audits/{sample.audit_id}/checks"
    assert 'id="rankings" name="rankings" type="number"' in client.get(f"{root}/new?plan=turning").text
    assert 'type="hidden" name="rankings" value="1"' in client.get(f"{root}/new?plan=halves").text
    form = {**FORM, "plan": "turning", "sets": "2", "seeds": "1", "rankings": "4"}
    plan = {"plan": "turning", "sets": 2, "seeds": [1], "rankings": 4}
    once, often = (
        client.post(f"/api/v1{root}/cost", json={**plan, "rankings": rankings}, headers=HEADERS).json()
        for rankings in (1, 4)
    )
    assert often["seconds"] > once["seconds"] + 1
    address = post(client, f"{root}", form).headers["location"]
    assert reading.values(client.get(address).text, "rankings") == ["4"]
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        audit.settings = {**audit.settings, "estimator": "unrolled"}
    assert 'type="hidden" name="rankings" value="1"' in client.get(f"{root}/new?plan=turning").text
    answer = post(client, f"{root}", form)
    assert answer.status_code == 422
    assert reading.values(answer.text, "error") == ["invalid_input"]
    assert {"unrolled", "mean-field,"} <= set(reading.alerts(answer.text).split())


def test_a_check_is_started_cancelled_gone_on_with_and_deleted(
    client: TestClient, database: Database, sample: Sample
) -> None:
    answer = post(client, f"/audits/{sample.audit_id}/checks", FORM)
    assert answer.status_code == 303
    address = answer.headers["location"]
    check_id = int(address.rsplit("/", 1)[1])
    with database.session() as session:
        plan = CheckPlan.model_validate(checks.get(session, sample.audit_id, check_id).plan)
        job = jobs.latest(session, JobKind.CHECK, check_id)
    assert plan == CheckPlan(
        plan="halves", probe="he and she", sets=12, documents=5, seeds=[1, 2, 3], draw_seed=7, warm_epochs=1
    )
    assert job is not None
    assert job.status == Status.WAITING
    assert reading.values(client.get(address).text, "status") == ["waiting"]
    assert post(client, f"{address}/delete").status_code == 409
    assert reading.values(post(client, f"/audits/{sample.audit_id}/delete").text, "error") == ["conflict"]
    assert post(client, f"{address}/cancel").status_code == 303
    assert reading.values(client.get(address).text, "status") == ["cancelled"]
    assert post(client, f"{address}/restart").status_code == 303
    assert post(client, f"{address}/restart").status_code == 409
    assert post(client, f"{address}/cancel").status_code == 303
    assert post(client, f"{address}/delete").status_code == 303
    assert client.get(address).status_code == 404
    with database.session() as session:
        assert jobs.latest(session, JobKind.REPORT, sample.audit_id), "the report is written again by the worker"


def test_a_plan_that_does_not_fit_is_shown_again(client: TestClient, database: Database, sample: Sample) -> None:
    for changes, message in (
        ({"seeds": "one"}, "Seeds: "),
        ({"seeds": "4, 4"}, "given once"),
        ({"sets": "-1"}, "Sets: "),
        ({"sets": "0"}, "random sets"),
        ({"seeds": "1, 9", "truth": "same"}, "seeds 9"),
        ({"seeds": "1, 9", "start": "warm"}, "seeds 9"),
        ({"probe": "weat-1"}, "not measured"),
        ({"rankings": "3"}, "once"),
        ({"plan": "turning", "rankings": "33"}, "Rankings: "),
        ({"plan": "singles", "documents": "41"}, "41"),
    ):
        answer = post(client, f"/audits/{sample.audit_id}/checks", {**FORM, **changes})
        assert answer.status_code == 422
        assert message in reading.alerts(answer.text)
    with database.session() as session:
        assert checks.of_audit(session, sample.audit_id) == []


def test_the_marked_documents_are_checked_as_they_were_marked(
    client: TestClient, database: Database, sample: Sample
) -> None:
    root = f"/audits/{sample.audit_id}"
    form = {**FORM, "plan": "chosen", "sets": "4"}
    answer = post(client, f"{root}/checks", form)
    assert answer.status_code == 422
    assert "nothing-marked" in reading.values(answer.text, "notice")
    for document in sample.document_ids[2:4]:
        post(client, f"{root}/marked", {"document": str(document), "action": "mark"})
    assert f'href="{root}/checks/new?plan=chosen' in client.get(f"{root}/marked").text
    offered = client.get(f"{root}/checks/new?plan=chosen").text
    assert reading.values(offered, "marked") == ["2"]
    # The set and four controls and the whole corpus by two seeds of three that the audit has not: 15 + 3 trainings.
    assert "16 trainings" in post(client, f"{root}/checks/cost", form).json()["text"]
    assert post(client, f"{root}/checks", form).status_code == 303
    post(client, f"{root}/marked/clear")
    with database.session() as session:
        (check,) = checks.of_audit(session, sample.audit_id)
        assert check.plan["positions"] == [2, 3]
    api = f"/api/v1{root}/checks"
    for positions, message in (
        ([], "Nothing is marked"),
        ([1, 1], "ascending"),
        ([40], "40"),
        (list(range(40)), "left"),
    ):
        answer = client.post(api, json={"plan": "chosen", "positions": positions}, headers=HEADERS)
        assert answer.status_code == 422
        assert message in answer.text
    answer = client.post(api, json={"plan": "halves", "positions": [1]}, headers=HEADERS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")
    assert client.post(api, json={"plan": "chosen", "positions": [0, 7]}, headers=HEADERS).status_code == 201


def test_the_result_for_marked_documents_says_what_they_do(
    client: TestClient, database: Database, sample: Sample
) -> None:
    plan = CheckPlan(plan="chosen", positions=[1, 5, 6], sets=4, seeds=[1, 2, 3], origin="list a.txt")
    check_id = make_check(database, sample, plan, noise=0.001)
    page = client.get(f"/audits/{sample.audit_id}/checks/{check_id}").text
    assert "verdict-yes" in reading.values(page, "notice")
    changes = {row[0]: row[1] for row in reading.rows(page, "Set 1")}
    assert list(changes) == ["Whole corpus", "Predicted", "Actual", "Controls"]
    sets = reading.rows(page, "Sets of documents, predicted and actual change of weat-6")
    assert [row[1] for row in sets] == ["Chosen", *["Control of set 1"] * 4]
    assert sets[0][2] == "20"
    assert "list a.txt" in page
    answer = client.post(
        f"/api/v1/audits/{sample.audit_id}/checks", json={"plan": "halves", "origin": "a list"}, headers=HEADERS
    )
    assert answer.status_code == 422


def test_every_score_without_the_marked_documents_is_predicted_and_added_up(
    client: TestClient, database: Database, sample: Sample
) -> None:
    """Added up: minus the sum of the influences of documents 1, 5 and 6; predicted as the check keeps it."""
    plan = CheckPlan(plan="chosen", positions=[1, 5, 6], sets=2, seeds=[1, 2], predict_only=True)
    check_id = make_check(database, sample, plan)
    address = f"/audits/{sample.audit_id}/checks/{check_id}"
    rows = client.get(f"/api/v1{address}").json()["without"]
    items = {
        name: client.get(f"/api/v1{address}/sets", params={"probe": name}).json()["items"]
        for name in ("weat-6", "he and she")
    }
    assert [row["probe"] for row in rows] == list(items)
    for row in rows:
        first, *controls = items[row["probe"]]
        influences = sample.influences[row["probe"]]
        assert row["added"] == pytest.approx(-sum(influences[place] for place in (1, 5, 6)))
        assert row["predicted"] == pytest.approx(first["predicted"])
        assert row["actual"] == pytest.approx(first["actual"])
        assert row["control_mean"] == pytest.approx(sum(one["actual"] for one in controls) / 2)
    table = reading.rows(client.get(address).text, "Change of every score without the chosen documents")
    assert [row[0] for row in table] == list(items)
    halves = make_check(database, sample, CheckPlan(plan="halves", sets=4, seeds=[1, 2]))
    assert client.get(f"/api/v1/audits/{sample.audit_id}/checks/{halves}").json()["without"] == []


def test_what_was_only_predicted_is_trained_on_demand(client: TestClient, database: Database, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/checks"
    form = {**FORM, "extent": "predict"}
    assert post(client, f"{root}/cost", form).json()["text"].startswith("No training. ")
    plan = CheckPlan(plan="halves", probe="weat-6", sets=4, seeds=[1, 2, 3], predict_only=True)
    check_id = make_check(database, sample, plan)
    with database.session() as session:
        checks.by_id(session, check_id).outcome = {"prediction_seeds": [1, 2], "probes": []}
    page = client.get(f"{root}/{check_id}").text
    assert "predicted" in reading.values(page, "notice")
    assert f'action="{root}/{check_id}/train"' in page
    assert client.get(f"/api/v1{root}").json()[0]["finding"]
    assert post(client, f"{root}/{check_id}/train").status_code == 303
    with database.session() as session:
        check = checks.by_id(session, check_id)
        assert CheckPlan.model_validate(check.plan) == plan.model_copy(update={"predict_only": False})
        # Four sets and the whole corpus by three seeds, two of which the audit has trained.
        assert (check.status, check.trainings) == (Status.WAITING, 5 * 3 - 2)
        assert jobs.latest(session, JobKind.CHECK, check_id) is not None
    assert post(client, f"{root}/{check_id}/train").status_code == 409


def test_the_result_is_a_verdict_a_figure_and_every_set(client: TestClient, database: Database, sample: Sample) -> None:
    plans: list[tuple[dict[str, Any], str, int, set[str]]] = [
        ({"plan": "halves", "sets": 14}, "yes", 7, {"Random"}),
        ({"plan": "singles", "documents": 14}, "yes", 7, {"Alice", "Bob"}),
        (
            {"plan": "extremes", "documents": 3, "sets": 4}, "yes", 0,
            {"Most amplifying", "Most mitigating", "Control of set 1", "Control of set 2"},
        ),
        (
            {"plan": "turning", "sets": 2}, "yes", 0,
            {"Predicted to reach the target", "First in the order", "Control of set 1"},
        ),
        ({"plan": "tenths", "sets": 3}, "unknown", 7, {"Random"}),
    ]  # fmt: skip
    for plan, answer, measures, kinds in plans:
        check_id = make_check(database, sample, CheckPlan(probe="weat-6", seeds=[1, 2, 3], **plan), noise=0.02)
        address = f"/audits/{sample.audit_id}/checks/{check_id}"
        page = client.get(address).text
        assert f"verdict-{answer}" in reading.values(page, "notice")
        assert len(reading.rows(page, "Measures of agreement")) == measures
        sets = reading.rows(page, "Sets of documents, predicted and actual change of weat-6")
        assert kinds <= {row[1] for row in sets}
        items = client.get(f"/api/v1{address}/sets").json()["items"]
        assert page.count('<g class="chart-mark chart-mark-') >= len(items)
        assert all(f'href="{address}/sets/{item["number"]}"' in page for item in items)
        if plan["plan"] == "singles":
            assert page.count(f'href="/audits/{sample.audit_id}/documents/') == len(items)
        assert "style=" not in page
        other = client.get(f"{address}?probe=he+and+she")
        assert [name for name in reading.values(other.text, "notice") if name.startswith("verdict")]
        assert f'href="{address}"' in client.get(f"/audits/{sample.audit_id}").text


def test_kept_vectors_are_taken_away_and_deleted_with_the_check(
    client: TestClient, database: Database, sample: Sample, settings: Settings
) -> None:
    plan = CheckPlan(plan="chosen", positions=[1, 5, 6], sets=2, seeds=[1, 2], probe="weat-6", keep_vectors=True)
    check_id = make_check(database, sample, plan)
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        folder = settings.audit_folder(audit.storage_name) / CHECK_VECTORS / str(check_id)
    address = f"/audits/{sample.audit_id}/checks/{check_id}"
    api = f"/api/v1{address}/vectors"
    assert client.get(f"{api}/after/1").status_code == 404
    assert not [one for one in reading.links(client.get(address).text) if one.startswith(api)]
    vectors = np.array([[0.5, -1.0], [2.0, 0.25]], np.float32)
    for when in ("before", "after"):
        keep_vectors(folder, when, 1, ["she", "he"], vectors)
    links = [one for one in reading.links(client.get(address).text) if one.startswith(api)]
    assert len(links) == 2 * 3
    for link in links:
        assert client.get(link).status_code == 200
    assert client.get(f"{api}/after/1").text == "2 2\nshe 0.5 -1\nhe 2 0.25\n"
    for wrong, status in (("after/2", 404), ("during/1", 404), ("after/1?format=csv", 422)):
        assert client.get(f"{api}/{wrong}").status_code == status
    assert client.delete(f"/api/v1{address}", headers=HEADERS).status_code == 204
    assert not folder.exists()


@pytest.mark.parametrize(("plan", "offered"), [("chosen", True), ("turning", True), ("extremes", False)])
def test_vectors_are_kept_where_one_set_goes(
    client: TestClient, database: Database, sample: Sample, plan: str, offered: bool
) -> None:
    """Four seeds, before and after, of the audit's words and dimensions: 30 bytes a word beside its vector."""
    root = f"/audits/{sample.audit_id}/checks"
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        size = byte_size(8 * (audit.vocabulary_size or 0) * (4 * audit.settings["dimension"] + 30))
        marks.mark(session, audit, sample.document_ids[:1])
    page = client.get(f"{root}/new?plan={plan}").text
    assert ('name="keep_vectors"' in page) == offered
    assert (size in page) == offered
    sent = {**FORM, "plan": plan, "probe": "weat-6", "documents": "1", "seeds": "1, 2", "keep_vectors": "on"}
    answer = client.post(root, data=sent, headers=HEADERS, follow_redirects=False)
    assert answer.status_code == (303 if offered else 422)
    if offered:
        detail = client.get(f"/api/v1{answer.headers['location']}").json()
        assert detail["plan"]["keep_vectors"] is True


def test_a_set_without_controls_is_noted(client: TestClient, database: Database, sample: Sample) -> None:
    plan = CheckPlan(plan="chosen", positions=[1, 5, 6], sets=2, seeds=[1, 2, 3], probe="weat-6")
    check_id = make_check(database, sample, plan)
    address = f"/audits/{sample.audit_id}/checks/{check_id}"
    assert "no-controls" not in reading.values(client.get(address).text, "notice")
    with database.session() as session:
        check = checks.by_id(session, check_id)
        check.outcome = {**check.outcome, "no_controls": {"1": "Too large."}}
    page = client.get(address).text
    assert "no-controls" in reading.values(page, "notice")
    assert "Too large." in page


def test_the_cost_of_a_set_of_more_than_half_is_an_upper_bound() -> None:
    assert [CheckPlan(plan="chosen", positions=list(range(size))).may_lack_controls(10) for size in (5, 6)] == [
        False, True,
    ]  # fmt: skip
    assert [CheckPlan(plan="extremes", documents=size).may_lack_controls(10) for size in (5, 6)] == [False, True]
    assert CheckPlan(plan="turning").may_lack_controls(10)
    assert not CheckPlan(plan="halves").may_lack_controls(10)


def test_csv_and_api_tell_the_same_numbers(client: TestClient, database: Database, sample: Sample) -> None:
    check_id = make_check(database, sample, CheckPlan(plan="halves", sets=12, seeds=[1, 3], probe="weat-6"))
    address = f"/api/v1/audits/{sample.audit_id}/checks/{check_id}"
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}/sets.csv").text)))
    items = client.get(f"{address}/sets", params={"probe": "he and she"}).json()["items"]
    assert len(rows) == 24
    assert [row["probe"] for row in rows[12:]] == ["he and she"] * 12
    for row, item in zip(rows[12:], items, strict=True):
        scores = [item["scores_by_seed"]["1"], item["scores_by_seed"]["3"]]
        assert item["actual"] == pytest.approx(sum(scores) / 2 + 0.5)
        assert item["spread"] == pytest.approx(abs(scores[0] - scores[1]) / 2**0.5)
        assert float(row["actual_change"]) == pytest.approx(item["actual"])
        assert float(row["score_seed_3"]) == pytest.approx(scores[1])
        assert float(row["predicted_change_seed_2"]) == pytest.approx(item["predicted_by_seed"][1])
    detail = client.get(address).json()
    judgement = next(one for one in detail["outcome"]["probes"] if one["probe"] == "he and she")
    predicted, actual = ([item[key] for item in items] for key in ("predicted", "actual"))
    order = [sorted(values).index(value) for values in (predicted, actual) for value in values]
    squares = sum((a - b) ** 2 for a, b in zip(order[:12], order[12:], strict=True))
    assert judgement["agreement"]["spearman"]["value"] == pytest.approx(1 - 6 * squares / (12 * 143))
    assert client.get(f"/api/v1/audits/{sample.audit_id}/checks").json()[0]["finding"] == detail["finding"]


def test_a_running_check_shows_what_is_there(client: TestClient, database: Database, sample: Sample) -> None:
    plan = CheckPlan(plan="halves", sets=6, seeds=[1, 2], probe="weat-6")
    check_id = make_check(database, sample, plan, finished=False, trained=4)
    page = client.get(f"/audits/{sample.audit_id}/checks/{check_id}").text
    assert page.count('<g class="chart-mark chart-mark-circle">') == 4 + 1
    assert not [name for name in reading.values(page, "notice") if name.startswith("verdict")]
    items = client.get(f"/api/v1/audits/{sample.audit_id}/checks/{check_id}/sets").json()["items"]
    assert [item["actual"] is None for item in items] == [False] * 4 + [True] * 2


def test_a_sets_documents_are_listed_and_lead_to_their_pages(
    client: TestClient, database: Database, sample: Sample
) -> None:
    check_id = make_check(database, sample, CheckPlan(plan="halves", sets=4, seeds=[1, 2], probe="weat-6"))
    address = f"/audits/{sample.audit_id}/checks/{check_id}/sets/2"
    page = client.get(address).text
    documents = client.get(f"/api/v1{address}").json()["documents"]
    assert len(documents) == 20
    ids = client.get(f"{address}/ids.txt")
    assert ids.text.splitlines() == documents
    assert f'href="{address}/ids.txt"' in page
    assert client.get(f"{address[:-1]}9/ids.txt").status_code == 404
    assert {identifier.rsplit("-", 1)[0] for identifier in documents} <= {identifier for identifier, _, _ in TEXTS}
    assert page.count(f'href="/audits/{sample.audit_id}/documents/') == 20
    assert "<script>alert" not in page
    assert client.get(f"{address[:-1]}9").status_code == 404
    assert client.get(f"{address[:-1]}0").status_code == 404


def test_checks_go_with_their_audit(client: TestClient, database: Database, sample: Sample) -> None:
    check_id = make_check(database, sample, CheckPlan(plan="halves", sets=4, probe="weat-6"))
    with database.session() as session:
        audits.remove(session, sample.audit_id)
    with database.session() as session:
        assert checks.sets(session, check_id) == []
    assert client.get(f"/audits/{sample.audit_id}/checks/{check_id}").status_code == 404


@on_both
def test_a_smallest_set_of_sentences_is_asked_for_and_shown(
    client: TestClient, database: Database, sample: Sample
) -> None:
    root = f"/audits/{sample.audit_id}"
    form = {**FORM, "plan": "turning", "sets": "2", "seeds": "1", "unit": "sentences"}
    marked = sample.document_ids[1]
    assert client.put(f"/api/v1{root}/marked/{marked}", headers=HEADERS).status_code == 200
    address = post(client, f"{root}/checks", {**form, "keep_marked": "on"}).headers["location"]
    assert reading.values(client.get(address).text, "unit") == ["sentences"]
    detail = client.get(f"/api/v1{address}").json()
    assert detail["plan"]["unit"] == "sentences"
    with database.session() as session:
        before, own = (session.get_one(Document, one).sentence_count for one in sample.document_ids[:2])
    assert detail["plan"]["kept"] == list(range(before, before + own))
    check_id = make_check(
        database, sample, CheckPlan(plan="turning", probe="weat-6", seeds=[1, 2, 3], sets=2, unit="sentences")
    )
    address = f"{root}/checks/{check_id}"
    page = client.get(address).text
    assert reading.rows(page, "Sets of sentences, predicted and actual change of weat-6")
    chosen = client.get(f"/api/v1{address}/sets/1").json()["documents"]
    names = client.get(f"{address}/sets/1/ids.txt").text.splitlines()
    assert names == chosen
    assert len(set(chosen)) == len(chosen) == 20
    shown = client.get(f"{address}/sets/1").text
    texts = [row[-1] for row in reading.rows(shown, "Predicted to reach the target, set 1")]
    assert len(texts) == 20
    for name, text in zip(chosen, texts, strict=True):
        identifier, number = name.rsplit(":", 1)
        assert f"sentence {number}" in shown, identifier
        assert text


def test_a_smallest_set_is_from_some_sources_and_keeps_documents_by_id(client: TestClient, sample: Sample) -> None:
    """Of five texts the first and the last have the source here, the third has it, too; the others have none."""
    root = f"/audits/{sample.audit_id}"
    form = {**FORM, "plan": "turning", "sets": "2", "seeds": "1", "only_field": "source", "keep": TEXTS[0][0]}
    with_source = [place for place in range(len(sample.document_ids)) if TEXTS[place % 5][0] not in ("bob", "quiet")]
    wanted = sorted(set(range(len(sample.document_ids))) - set(with_source) | {0})
    address = post(client, f"{root}/checks", {**form, "only_value": "<i>here</i>\n"}).headers["location"]
    assert client.get(f"/api/v1{address}").json()["plan"]["kept"] == wanted
    plan: dict[str, Any] = {"plan": "turning", "sets": 2, "seeds": [1]}
    sent = {**plan, "only": {"source": ["<i>here</i>"]}, "keep": [TEXTS[0][0]]}
    assert client.post(f"/api/v1{root}/checks", json=sent, headers=HEADERS).json()["plan"]["kept"] == wanted
    for changes, message in (
        ({"only_value": "<i>here</i>\nnowhere"}, "nowhere"),
        ({"only_value": ""}, "source"),
        ({"only_value": "here", "only_field": ""}, "of no field"),
        ({"only_value": "<i>here</i>", "keep": "nobody"}, "nobody"),
        ({"only_value": "<i>here</i>", "most_percent": "150"}, "up to 100"),
        ({"only_value": "<i>here</i>", "most_percent": "much"}, "up to 100"),
    ):
        refused = post(client, f"{root}/checks", {**form, **changes})
        assert (refused.status_code, message in reading.alerts(refused.text)) == (422, True)
    chosen = {"plan": "chosen", "ids": [TEXTS[1][0], TEXTS[0][0], TEXTS[1][0]], "seeds": [1]}
    assert client.post(f"/api/v1{root}/checks", json=chosen, headers=HEADERS).json()["plan"]["positions"] == [0, 1]
    for wrong in (
        {**plan, "ids": ["bob"]},
        {**chosen, "keep": ["bob"]},
        {**chosen, "ids": []},
        {**plan, "keep": ["x"]},
    ):
        assert client.post(f"/api/v1{root}/checks", json=wrong, headers=HEADERS).status_code == 422


@pytest.mark.parametrize("unit", ["documents", "sentences"])
def test_a_set_is_marked_and_taken_away(client: TestClient, database: Database, sample: Sample, unit: Any) -> None:
    plan = CheckPlan(plan="turning", probe="weat-6", seeds=[1, 2], sets=1, unit=unit)
    check_id = make_check(database, sample, plan)
    address = f"/audits/{sample.audit_id}/checks/{check_id}"
    names = client.get(f"/api/v1{address}/sets/1").json()["documents"]
    taken = post(client, f"{address}/sets/1/take-away").headers["location"]
    found = client.get(f"/api/v1{taken}").json()["plan"]
    assert f"check {check_id}" in found["removed_why"]
    every = [f"{TEXTS[place % 5][0]}-{place // 5}" if place >= 5 else TEXTS[place][0] for place in range(40)]
    if unit == "documents":
        assert [every[place] for place in found["removed"]] == names
        assert post(client, f"{address}/sets/1/mark").status_code == 303
        with database.session() as session:
            assert marks.positions(session, sample.audit_id) == found["removed"]
    else:
        assert [f"{every[place]}:{number + 1}" for place, number in found["removed_sentences"]] == names
        assert post(client, f"{address}/sets/1/mark").status_code == 409
    for page in (client.get(address).text, client.get(f"{address}/sets/1").text):
        links = reading.links(page)
        assert f"{address}/sets/1/take-away" in links
        assert (f"{address}/sets/1/mark" in links) == (unit == "documents")


def test_a_smallest_set_tells_every_score_and_what_was_found(
    client: TestClient, database: Database, sample: Sample
) -> None:
    plan = CheckPlan(plan="turning", probe="weat-6", seeds=[1, 2], sets=2, predict_only=True)
    check_id = make_check(database, sample, plan)
    address = f"/audits/{sample.audit_id}/checks/{check_id}"
    assert client.get(f"/api/v1{address}").json()["found"] == ""
    with database.session() as session:
        check = checks.by_id(session, check_id)
        check.outcome = {**check.outcome, "target": {"before": 1.25, "goal": 0.0}, "moved": ["he and she"]}
        removed = unpack_positions(checks.set_of(session, check_id, 1).documents).tolist()
    detail = client.get(f"/api/v1{address}").json()
    assert "reached" in detail["found"]
    assert "he and she" in detail["found"]
    for row in detail["without"]:
        rows = client.get(f"/api/v1{address}/sets", params={"probe": row["probe"]}).json()["items"]
        controls = [one["actual"] for one in rows if one["control_of"] == 1]
        assert row["predicted"] == pytest.approx(rows[0]["predicted"])
        assert row["control_mean"] == pytest.approx(sum(controls) / 2)
        assert row["added"] == pytest.approx(-sum(sample.influences[row["probe"]][place] for place in removed))
    page = client.get(f"{address}?probe=he+and+she").text
    assert reading.values(page, "found") != []
    assert len(reading.rows(page, "Change of every score without the set found")) == len(detail["without"]) == 2
