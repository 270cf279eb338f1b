from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.costs import MeasuredPhase
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, costs, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, Check, CorpusWord, Job, JobKind, Status
from skipgram_audit_web.features.audits import service as audits_service
from tests.audit_sample import Sample, make_audit, make_corpus
from tests.check_sample import make_check
from tests.stored_files import audit_folder
from tests.web import page as reading
from tests.web.elements import Elements

OUR_TAGS = {"pre"}
"""The manifest on the result page."""

FORM = {
    **{name: str(value) for name, value in AuditSettings().model_dump().items()},
    "seeds": "1, 2",
    "casefold": "on",
    "shuffle_documents": "on",
    "name": "Mine",
}
HEADERS = {"origin": "http://127.0.0.1:8000"}


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=15)


def pages_of(sample: Sample) -> list[str]:
    root = f"/audits/{sample.audit_id}"
    documents = [f"{root}/documents/{document_id}" for document_id in sample.document_ids[:5]]
    return [
        "/audits",
        "/audits/new",
        root,
        f"{root}/documents",
        f"{root}/documents?view=mitigating&probe=he+and+she",
        f"{root}/documents?view=neutral",
        f"{root}/documents?search=%3Cscript%3E",
        f"{root}/documents?search=%3Cb%3Enothing",
        f"{root}/groups?probe=he+and+she&field=source",
        f"{root}/sentences",
        f"{root}/sentences?view=mitigating",
        *documents,
        f"{documents[2]}?probe=he+and+she",
        f"{documents[0]}?probe=weat-1",
    ]


def test_the_form_tells_what_the_audit_takes(client: TestClient, database: Database) -> None:
    """A first guess before anything is measured; then what the machine took, for the choices as they stand."""
    corpus, _ = make_corpus(database)
    with database.session() as session:
        session.add(CorpusWord(corpus_id=corpus, word="word", folded="word", count=10_000_000))
    form = FORM | {"corpus": str(corpus), "probes": ["weat-6"]}
    first = tell_cost(client, form)
    assert {"About", "first", "guess:"} <= set(first.split())
    assert unescape(client.get("/audits/new", params=form).text).count(first) == 1
    assert "With one probe: About" in unescape(client.get(f"/audits/new?corpus={corpus}").text)
    with database.session() as session:
        guessed = audits_service.cost_of(session, corpus, AuditSettings(), ["weat-6"])
        costs.keep(session, [MeasuredPhase(one.kind, one.guess, 40 * one.guess) for one in guessed.phases])
    later = tell_cost(client, form)
    assert {"1", "audit", "here."} <= set(later.split())
    assert tell_cost(client, form | {"seeds": "1, 2, 3, 4, 5, 6, 7, 8"}) != later
    assert tell_cost(client, form | {"epochs": "many"}) == "Epochs: a whole number is needed"
    assert "no probe named" in tell_cost(client, form | {"probes": ["nothing"]})


def tell_cost(client: TestClient, form: dict[str, Any]) -> str:
    return str(client.post("/audits/cost", data=form, headers=HEADERS).json()["text"])


def test_no_page_runs_what_a_corpus_brings_along(client: TestClient, sample: Sample) -> None:
    for address in pages_of(sample):
        answer = client.get(address)
        assert answer.status_code == 200, address
        elements = Elements(answer.text).found
        scripts = [attributes.get("src") for tag, attributes in elements if tag == "script"]
        assert all(source and source.startswith("/static/") for source in scripts), address
        assert not {tag for tag, _ in elements} & {"img", "b", "i", "mark", "pre", "style"} - OUR_TAGS, address
        for _, attributes in elements:
            assert "style" not in attributes, address
            assert not [name for name in attributes if name.startswith("on")], address


def test_the_order_that_the_mean_field_does_not_know_is_told(client: TestClient, database: Database) -> None:
    audit_id = make_audit(database).audit_id
    told = DESCRIPTIONS["mean-field"].without_order
    assert told
    assert told not in unescape(client.get(f"/audits/{audit_id}").text)
    with database.session() as session:
        audit = audits.get(session, audit_id)
        audit.settings = {**audit.settings, "shuffle_documents": False}
    assert told in unescape(client.get(f"/audits/{audit_id}").text)


def cards_of(database: Database, sample: Sample) -> list[ProbeCard]:
    with database.session() as session:
        probes = audits.get(session, sample.audit_id).probes
        return [ProbeCard(audits.outcome_of(session, probe), number) for number, probe in enumerate(probes, start=1)]


def test_the_result_shows_a_verdict_for_each_probe_and_all_of_the_chosen_one(
    client: TestClient, database: Database, sample: Sample
) -> None:
    cards = cards_of(database, sample)
    for number, card in enumerate(cards[:2], start=1):
        page = client.get(f"/audits/{sample.audit_id}", params={"probe": card.outcome.name}).text
        elements = Elements(page).found
        charts = [attributes for tag, attributes in elements if tag == "svg" and attributes.get("class") == "chart"]
        assert len(charts) == 6  # the overview; targets, attributes, words left out, influence, concentration
        assert all(chart["aria-label"] for chart in charts)
        assert reading.values(page, "chosen") == [card.outcome.name]
        assert reading.values(page, "verdict")[:3] == [item.verdict.answer for item in cards]
        assert reading.values(page, "evidence") == [one.name for one in card.verdict.evidence]
        assert reading.values(page, "support") == [one.support.value for one in card.verdict.evidence]
        shown = unescape(page)
        told = (card.verdict.sentence, card.left_out_sentence, card.concentration)
        for sentence in (*told, card.agreement(len(sample.document_ids))):
            assert sentence
            assert sentence in shown
        assert page.count('<span class="tag tag-warning">turns the sign</span>') == 1, number
    first, second, third = reading.rows(page, "Probes of this audit")
    assert [*first[:2], *first[3:7]] == [
        "weat-6", cards[0].verdict.title, cards[0].interval, "0.04", cards[0].null, "0.018",
    ]  # fmt: skip
    assert second[3] == cards[1].interval
    assert third[:3] == ["weat-1", cards[2].verdict.title, cards[2].outcome.reason]


def test_a_probe_that_was_not_measured_says_why_and_another_is_chosen_first(
    client: TestClient, database: Database, sample: Sample
) -> None:
    assert reading.values(client.get(f"/audits/{sample.audit_id}").text, "chosen") != ["weat-1"]
    page = client.get(f"/audits/{sample.audit_id}?probe=weat-1").text
    assert unescape(page).count(cards_of(database, sample)[2].outcome.reason) >= 2
    assert client.get(f"/audits/{sample.audit_id}?probe=nothing").status_code == 404


def test_the_check_to_start_with_is_one_click_away_and_its_result_takes_the_place(
    client: TestClient, database: Database, sample: Sample
) -> None:
    page = client.get(f"/audits/{sample.audit_id}").text
    assert reading.values(page, "next-step") == ["offered"]
    checks = f"/audits/{sample.audit_id}/checks"
    answer = post(client, checks, reading.form_values(page, checks))
    assert answer.status_code == 303
    with database.session() as session:
        check = session.query(Check).one()
        plan = CheckPlan.model_validate(check.plan)
    assert (plan.plan, plan.probe, plan.sets) == ("extremes", "weat-6", 3)
    assert plan.seeds == [1, 2, 3, 4]


def test_the_check_that_follows_an_audit_is_shown_while_it_runs_and_when_it_is_done(
    client: TestClient, database: Database, sample: Sample
) -> None:
    """On the audit's page, and in the lists of audits."""
    plan = CheckPlan(plan="extremes", probe="weat-6", documents=1, sets=3)
    running = make_check(database, sample, plan, finished=False)
    page = client.get(f"/audits/{sample.audit_id}").text
    assert reading.values(page, "next-step") == ["running"]
    assert f"/audits/{sample.audit_id}/checks/{running}/cancel" in reading.links(page)
    assert reading.values(client.get("/audits").text, "checked") == []
    done = make_check(database, sample, plan)
    for address in ("/audits", "/"):
        listed = client.get(address).text
        assert reading.values(listed, "checked") == ["weat-6"]
        assert f"/audits/{sample.audit_id}/checks/{done}" in reading.links(listed)
    page = client.get(f"/audits/{sample.audit_id}").text
    assert reading.values(page, "next-step") == ["confirmed"]
    assert reading.values(page, "together") == []
    make_check(database, sample, CheckPlan(plan="halves", probe="weat-6", sets=14, seeds=[1, 2, 3]), noise=0.5)
    assert reading.values(client.get(f"/audits/{sample.audit_id}").text, "together")
    # The other probe has no check of its own; its page says that one is on its way.
    assert reading.values(client.get(f"/audits/{sample.audit_id}?probe=he+and+she").text, "next-step") == ["running"]


def test_the_form_asks_for_a_check_and_tells_what_it_takes(client: TestClient, database: Database) -> None:
    corpus, _ = make_corpus(database)
    form = FORM | {"corpus": str(corpus), "probes": ["weat-6"]}
    assert "Then the check" not in tell_cost(client, form)
    assert "Then the check" in tell_cost(client, form | {"standard_check": "on"})
    for changes, wished in (({}, False), ({"standard_check": "on"}, True)):
        audit_id = int(post(client, "/audits", form | changes).headers["location"].rsplit("/", 1)[1])
        with database.session() as session:
            assert audits.get(session, audit_id).standard_check is wished
        assert reading.form_values(client.get(f"/audits/new?again={audit_id}").text, "/audits").get(
            "standard_check"
        ) == ("on" if wished else None)
    first = client.get(f"/audits/new?corpus={corpus}").text
    assert reading.form_values(first, "/audits")["standard_check"] == "on"


def test_a_standard_error_that_the_estimator_does_not_give_is_not_told(
    client: TestClient, database: Database, sample: Sample
) -> None:
    page = client.get(f"/audits/{sample.audit_id}").text
    before = reading.rows(page, "Probes of this audit")
    assert all(" to " in row[3] for row in before[:2])
    assert float(reading.stats(page)["Standard error"]) > 0
    with database.session() as session:
        for probe in audits.get(session, sample.audit_id).probes:
            probe.standard_error = None
    page = client.get(f"/audits/{sample.audit_id}").text
    after = reading.rows(page, "Probes of this audit")
    assert [row[3] for row in after[:2]] == ["–", "–"]
    assert [row[2] for row in after] == [row[2] for row in before]
    assert reading.stats(page)["Standard error"] == "–"
    groups = client.get(f"/audits/{sample.audit_id}/groups", params={"probe": "weat-6", "field": "source"})
    assert groups.status_code == 200
    assert "±" not in groups.text


def test_a_saturated_score_is_told_where_the_mean_field_estimates(
    client: TestClient, database: Database, sample: Sample
) -> None:
    with database.session() as session:
        for probe in audits.get(session, sample.audit_id).probes:
            probe.influence_sum, probe.surrogate_score, probe.standard_error = 0.01, 1.5, 0.1
    assert reading.values(client.get(f"/audits/{sample.audit_id}").text, "saturated") == [""]
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        audit.settings = {**audit.settings, "estimator": "replay"}
    assert reading.values(client.get(f"/audits/{sample.audit_id}").text, "saturated") == []


def test_an_unknown_probe_or_document_is_not_found(client: TestClient, sample: Sample) -> None:
    assert client.get(f"/audits/{sample.audit_id}/documents?probe=nonsense").status_code == 404
    assert client.get(f"/audits/{sample.audit_id}/documents/999999").status_code == 404
    assert client.get("/audits/999").status_code == 404
    assert client.get(f"/audits/{sample.audit_id}/documents?cursor=%27%20OR%201").status_code == 422


def post(client: TestClient, address: str, data: dict[str, Any] | None = None) -> Any:
    return client.post(address, data=data or {}, headers=HEADERS)


def job_of(database: Database, audit_id: int) -> Job:
    with database.session() as session:
        job = jobs.latest(session, JobKind.AUDIT, audit_id)
        assert job is not None
        return job


def test_the_form_starts_an_audit_with_its_defaults(client: TestClient, database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    answer = post(client, "/audits", {**FORM, "corpus": str(corpus_id), "probes": ["weat-6", "weat-8"]})
    assert answer.status_code == 303
    audit_id = int(answer.headers["location"].rsplit("/", 1)[1])
    with database.session() as session:
        audit = audits.get(session, audit_id)
        assert audit.name == "Mine"
        assert AuditSettings.model_validate(audit.settings) == AuditSettings()
        assert [probe.name for probe in audit.probes] == ["weat-6", "weat-8"]
    assert job_of(database, audit_id).status == Status.WAITING
    page = client.get(f"/audits/{audit_id}").text
    assert set(reading.values(page, "status")) == {"waiting"}
    assert '<meta http-equiv="refresh"' in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"probes": []}, "probe"),
        ({"probes": ["gone"]}, "gone"),
        ({"epochs": "0"}, "Epochs: "),
        ({"seeds": "1, 1"}, "Seeds: "),
        ({"corpus": ""}, "corpus"),
        ({"corpus": "999"}, "999"),
    ],
)
def test_a_form_that_cannot_be_started_is_shown_again(
    client: TestClient, database: Database, changes: dict[str, Any], message: str
) -> None:
    corpus_id, _ = make_corpus(database)
    answer = post(client, "/audits", {**FORM, "corpus": str(corpus_id), "probes": ["weat-6"], **changes})
    assert answer.status_code in (404, 422)
    assert message in reading.alerts(answer.text)
    assert 'value="Mine"' in answer.text
    with database.session() as session:
        assert session.query(AuditRow).count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"batch_tokens": "2048", "estimator": "unrolled"}, "estimator"),
        ({"step_size": "0.01", "minimum_step_size": "0.02"}, "minimum_step_size"),
        ({"epochs": "0"}, "epochs"),
    ],
)
def test_a_problem_stands_at_its_field(
    client: TestClient, database: Database, changes: dict[str, str], field: str
) -> None:
    corpus_id, _ = make_corpus(database)
    page = post(client, "/audits", {**FORM, "corpus": str(corpus_id), "probes": ["weat-6"], **changes}).text
    assert f'<p class="field-error" id="{field}-error">' in page
    assert page.count('class="field-error"') == 1
    described = [str(one.get("aria-describedby", "")).split() for _, one in Elements(page).found]
    assert sum(f"{field}-error" in one for one in described) == 1
    assert "settings:" not in page


def test_without_a_corpus_the_form_says_what_to_do(client: TestClient) -> None:
    assert reading.values(client.get("/audits/new").text, "empty") == ["corpora"]
    assert reading.values(client.get("/audits").text, "empty") == ["audits"]


def test_a_waiting_audit_is_cancelled_started_again_and_deleted(
    client: TestClient, database: Database, settings: Settings
) -> None:
    corpus_id, _ = make_corpus(database)
    answer = post(client, "/audits", {**FORM, "corpus": str(corpus_id), "probes": ["weat-6"]})
    address = answer.headers["location"]
    audit_id = int(address.rsplit("/", 1)[1])
    assert post(client, f"{address}/delete").status_code == 409
    assert post(client, f"{address}/cancel").status_code == 303
    assert reading.values(client.get(address).text, "status") == ["cancelled"]
    assert post(client, f"{address}/cancel").status_code == 409
    assert post(client, f"{address}/restart").status_code == 303
    assert job_of(database, audit_id).status == Status.WAITING
    assert post(client, f"{address}/restart").status_code == 409
    assert post(client, f"{address}/cancel").status_code == 303
    folder = audit_folder(settings, database, audit_id)
    folder.mkdir(parents=True)
    (folder / "corpus.npz").write_text("x")
    assert post(client, f"{address}/delete").status_code == 303
    assert not folder.exists()
    assert client.get(address).status_code == 404


def test_a_failed_audit_says_why_and_what_to_do(client: TestClient, database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    address = post(client, "/audits", {**FORM, "corpus": str(corpus_id), "probes": ["weat-6"]}).headers["location"]
    audit_id = int(address.rsplit("/", 1)[1])
    with database.session() as session:
        job = jobs.latest(session, JobKind.AUDIT, audit_id)
        assert job is not None
        jobs.end(session, job.id, Status.FAILED, "Only 1 word occurs at least 5 times.", "Lower the minimum count.")
    page = client.get(address).text
    assert reading.values(page, "status") == ["failed"]
    assert "Only 1 word occurs at least 5 times. Lower the minimum count." in reading.alerts(page)
    assert f"{address}/restart" in reading.links(page)
    assert client.get(f"{address}/documents").status_code == 409
