"""The pages and the API of what-ifs: the answer at once, what is kept of it, and its check."""

import math
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from lxml import html

from skipgram_audit.auditing import folder as layout
from skipgram_audit.model.calibration import Calibration, CalibrationPoint, fitted
from skipgram_audit.model.rewriting import RewriteOutcome, RewrittenScore
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, jobs, marks, rewritings, what_ifs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from tests.audit_sample import TEXTS, Sample, make_audit
from tests.conftest import settings_on
from tests.duplicates_sample import find_duplicates
from tests.library.store.test_document_map import draw
from tests.web import page as reading
from tests.web.features.words.test_pages import write_tables

settings = settings_on("sqlite")
HEADERS = {"origin": "http://127.0.0.1:8000"}


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=8)


def post(client: TestClient, address: str, form: dict[str, str] | None = None) -> Any:
    return client.post(address, data=form or {}, headers=HEADERS)


def ask(client: TestClient, sample: Sample, **question: Any) -> Any:
    return client.post(f"/api/v1/audits/{sample.audit_id}/what-ifs", json=question, headers=HEADERS)


def after(answer: dict[str, Any]) -> dict[str, float]:
    return {one["probe"]: one["after"] for one in answer["probes"]}


def test_the_answer_at_once_is_the_sum_of_the_stored_influences(client: TestClient, sample: Sample) -> None:
    ids = [TEXTS[0][0], f"{TEXTS[1][0]}-3"]
    positions = [0, 16]
    found = ask(client, sample, ids=ids).json()["at_once"]
    assert found["method"] == "sum"
    for name, before in (("weat-6", 1.25), ("he and she", -0.5)):
        change = -sum(sample.influences[name][position] for position in positions)
        assert change != 0
        assert after(found)[name] == pytest.approx(before + change)
    title = ask(client, sample, ids=ids).json()["title"]
    assert all(one in title for one in ids)
    many = [f"{TEXTS[0][0]}-{number}" for number in range(1, 6)]
    listed = ask(client, sample, ids=many).json()["title"]
    assert listed.startswith("5 documents")
    assert many[0] in listed
    form = {"source": "ids", "weight": "0"}
    files = {"file": ("mine.txt", "\n".join(many))}
    sent = client.post(f"/audits/{sample.audit_id}/what-ifs", data=form, files=files, headers=HEADERS)
    assert "mine.txt" in client.get(sent.headers["location"]).text
    again = ask(client, sample, ids=[*ids[::-1], ids[0]]).json()["at_once"]
    assert after(again) == after(found)
    assert "1 id" in again["notes"][0]
    twice = ask(client, sample, ids=ids, weight=2.0).json()["at_once"]
    assert after(twice)["weat-6"] - 1.25 == pytest.approx(1.25 - after(found)["weat-6"])


def test_cells_are_named_where_a_phone_shows_no_headings(client: TestClient, sample: Sample) -> None:
    number = ask(client, sample, ids=[TEXTS[0][0]]).json()["id"]
    for address in (f"/audits/{sample.audit_id}/what-ifs/{number}", f"/audits/{sample.audit_id}/what-ifs"):
        page = html.fromstring(client.get(address).text)
        [table] = page.xpath("//table[contains(@class, 'table-stacked')]")
        headings = [one.text_content() for one in table.xpath("./thead//th")]
        rows = [row.xpath("./td/@data-label") for row in table.xpath("./tbody/tr")]
        assert rows
        assert all(row == headings[1:] for row in rows)


@pytest.mark.parametrize(("weight", "message"), [("", "missing"), ("two", "not a number"), ("7", "weight is 7")])
def test_a_weight_that_cannot_be_is_told(client: TestClient, sample: Sample, weight: str, message: str) -> None:
    form = {"source": "ids", "ids": TEXTS[0][0], "weight": weight}
    page = post(client, f"/audits/{sample.audit_id}/what-ifs", form)
    assert page.status_code == 422
    assert message in reading.alerts(page.text)


def test_a_set_comes_from_marks_a_view_a_filter_and_the_strongest(
    client: TestClient, database: Database, sample: Sample
) -> None:
    root = f"/audits/{sample.audit_id}/what-ifs"
    with database.session() as session:
        marks.mark(session, audits.get(session, sample.audit_id), sample.document_ids[:3])
    order = np.argsort(sample.influences["weat-6"])
    wanted = {
        f"{root}?source": [0, 1, 2],
        f"{root}/view?probe=weat-6&view=amplifying": sorted(order[::-1][:4].tolist()),
        f"{root}/filter?field=source&absent=on": [
            number for number in range(40) if TEXTS[number % 5][0] in ("quiet", "bob")
        ],
    }
    for address, positions in wanted.items():
        form = {"source": "marked"} if "source" in address and "filter" not in address else {"first": "4"}
        answer = post(client, address.split("?source")[0] if address.endswith("?source") else address, form)
        assert answer.status_code == 303, answer.text
        with database.session() as session:
            row = what_ifs.get(session, sample.audit_id, int(answer.headers["location"].rsplit("/", 1)[1]))
            assert what_ifs.positions_of(row).tolist() == positions
    strongest = ask(client, sample, strongest=4, probe="weat-6").json()
    assert strongest["documents"] == 4
    assert len(reading.values(client.get(root).text, "tried")) == 8


@pytest.mark.parametrize("grouped", [{}, {"group_duplicates": "on"}])
def test_the_rows_of_a_list_are_those_that_marking_takes(
    client: TestClient, database: Database, sample: Sample, grouped: dict[str, str]
) -> None:
    """Where near-duplicates are folded, a row is all documents of its group: the eight copies of a text."""
    find_duplicates(database, sample.corpus_id)
    root = f"/audits/{sample.audit_id}"
    parameters = {"probe": "weat-6", "view": "amplifying", **grouped}
    sent: dict[str, Any] = {"params": parameters, "data": {"first": "1"}, "headers": HEADERS}
    assert client.post(f"{root}/marked/view", **sent).status_code == 303
    asked = client.post(f"{root}/what-ifs/view", **sent).headers["location"]
    with database.session() as session:
        found = what_ifs.positions_of(what_ifs.get(session, sample.audit_id, int(asked.rsplit("/", 1)[1]))).tolist()
        assert found == marks.positions(session, sample.audit_id)
    assert len(found) == (8 if grouped else 1)


@pytest.mark.parametrize("name", ["stable", "group_duplicates"])
def test_filters_of_a_ranking_are_no_set_of_documents(client: TestClient, sample: Sample, name: str) -> None:
    address = f"/audits/{sample.audit_id}/what-ifs"
    narrowed = {name: "on", "minimum_words": "1"}
    answer = client.post(f"/api/v1{address}", params=narrowed, json={}, headers=HEADERS)
    assert (answer.status_code, name in answer.json()["error"]["message"]) == (422, True)
    assert client.post(f"{address}/filter", params=narrowed, headers=HEADERS).status_code == 422


def test_a_part_of_the_map_is_a_set(client: TestClient, database: Database) -> None:
    made = make_audit(database, copies=3)
    draw(database, made)
    edges = {"left": 0, "top": 0, "right": 500, "bottom": 1000}
    there = client.get(f"/api/v1/audits/{made.audit_id}/map", params=edges).json()["documents"]
    answer = client.post(f"/api/v1/audits/{made.audit_id}/what-ifs", params=edges, json={"weight": 2}, headers=HEADERS)
    assert (answer.json()["documents"], answer.json()["weight"]) == (there, 2)
    both: dict[str, Any] = {"params": edges, "json": {"ids": [TEXTS[0][0]]}, "headers": HEADERS}
    assert client.post(f"/api/v1/audits/{made.audit_id}/what-ifs", **both).status_code == 422


def test_the_same_documents_are_asked_of_with_another_weight_marked_and_taken_away(
    client: TestClient, database: Database, sample: Sample
) -> None:
    asked = ask(client, sample, strongest=3, probe="weat-6").json()
    address = f"/audits/{sample.audit_id}/what-ifs/{asked['id']}"
    with database.session() as session:
        positions = what_ifs.positions_of(what_ifs.get(session, sample.audit_id, asked["id"])).tolist()
    again = post(client, f"{address}/again", {"weight": "0.5"}).headers["location"]
    half = client.get(f"/api/v1{again}").json()
    assert (half["documents"], half["weight"]) == (3, 0.5)
    change = after(asked["at_once"])["weat-6"] - 1.25
    assert after(half["at_once"])["weat-6"] == pytest.approx(1.25 + change / 2)
    third = client.get(f"/api/v1{post(client, f'{again}/again', {'weight': '2'}).headers['location']}").json()
    assert third["title"] == asked["title"] + ", counted 2 times"
    assert post(client, f"{address}/again", {"weight": "7"}).status_code == 422
    assert post(client, f"{again}/take-away").status_code == 409
    assert post(client, f"{address}/mark").status_code == 303
    taken = post(client, f"{address}/take-away").headers["location"]
    plan = client.get(f"/api/v1{taken}").json()["plan"]
    assert (plan["method"], plan["removed"]) == ("remove", positions)
    assert f"what-if {asked['id']}" in plan["removed_why"]
    with database.session() as session:
        assert marks.positions(session, sample.audit_id) == positions
    links = reading.links(client.get(address).text)
    assert {f"{address}/again", f"{address}/mark", f"{address}/take-away"} <= set(links)
    assert f"{again}/take-away" not in reading.links(client.get(again).text)


def test_the_prediction_takes_the_place_of_the_first_answer(
    client: TestClient, database: Database, sample: Sample
) -> None:
    asked = ask(client, sample, strongest=3, probe="weat-6").json()
    address = f"/audits/{sample.audit_id}/what-ifs/{asked['id']}"
    assert asked["job"]["status"] == "waiting"
    page = client.get(address).text
    assert reading.values(page, "method") == ["sum"]
    assert reading.values(page, "job") != []
    answer = WhatIfAnswer.model_validate({**asked["at_once"], "method": "predicted"})
    answer.probes[0].after, answer.probes[0].after_by_seed = 0.75, [0.5, 1.0]
    with database.session() as session:
        what_ifs.save_prediction(session, asked["id"], answer)
    page = client.get(address).text
    assert reading.values(page, "method") == ["predicted"]
    assert reading.values(page, "after")[0] == "0.75"
    assert reading.values(page, "job") == []


def test_a_calibration_gives_an_interval(
    client: TestClient, database: Database, settings: Settings, sample: Sample
) -> None:
    generator = np.random.default_rng(0)
    points = [
        CalibrationPoint(first_order=x, share=0.05, change=0.5 * x + 0.01 * float(generator.normal()))
        for x in generator.normal(0, 0.5, 30).tolist()
    ]
    curve = fitted("weat-6", 1.25, (-1.9, 1.9), points)
    found = Calibration(estimator="mean-field", seed=1, sets=30, smallest=1, largest=9, seconds=1, probes=[curve])
    with database.session() as session:
        folder = settings.audit_folder(audits.get(session, sample.audit_id).storage_name)
    (folder / layout.ARTIFACTS).mkdir(parents=True)
    layout.save_calibration(folder, found)
    asked = ask(client, sample, strongest=2, probe="weat-6").json()
    [one] = [one for one in asked["at_once"]["probes"] if one["probe"] == "weat-6"]
    assert asked["at_once"]["method"] == "calibrated"
    assert one["low"] < one["after"] < one["high"]
    assert one["sets_like"] == 30
    with database.session() as session:
        assert jobs.latest(session, JobKind.CALIBRATION, sample.audit_id) is None


def test_an_audit_without_a_calibration_gets_one_once(client: TestClient, database: Database, sample: Sample) -> None:
    for _ in range(2):
        assert ask(client, sample, strongest=2, probe="weat-6").status_code == 201
    with database.session() as session:
        waiting = [job for job in jobs.active(session) if job.kind == JobKind.CALIBRATION]
    assert len(waiting) == 1


def test_confirming_starts_a_check_of_the_same_documents(
    client: TestClient, database: Database, sample: Sample
) -> None:
    asked = ask(client, sample, strongest=3, probe="weat-6").json()
    root = f"/audits/{sample.audit_id}/what-ifs"
    address = f"{root}/{asked['id']}"
    assert post(client, f"{address}/confirm").status_code == 303
    confirmed = client.get(f"/api/v1{address}").json()
    check = client.get(f"/api/v1/audits/{sample.audit_id}/checks/{confirmed['check_id']}").json()
    with database.session() as session:
        positions = what_ifs.positions_of(what_ifs.get(session, sample.audit_id, asked["id"])).tolist()
    assert check["plan"]["positions"] == positions
    assert (check["plan"]["sets"], check["plan"]["keep_vectors"]) == (3, False)
    assert f"/checks/{confirmed['check_id']}" in " ".join(reading.links(client.get(address).text))
    assert post(client, f"{address}/confirm").status_code == 409
    for is_api in (False, True):
        other = f"/audits/{sample.audit_id}/what-ifs/{ask(client, sample, strongest=2, probe='weat-6').json()['id']}"
        assert 'name="keep_vectors"' in client.get(other).text
        if is_api:
            sent = client.post(f"/api/v1{other}/confirm", json={"keep_vectors": True}, headers=HEADERS)
        else:
            sent = client.post(f"{other}/confirm", data={"keep_vectors": "on"}, headers=HEADERS)
        assert not sent.is_error
        number = client.get(f"/api/v1{other}").json()["check_id"]
        plan = client.get(f"/api/v1/audits/{sample.audit_id}/checks/{number}").json()["plan"]
        assert plan["keep_vectors"] is True
    for weight, copies in ((2.0, 1), (3.0, 2)):
        more = ask(client, sample, strongest=3, probe="weat-6", weight=weight).json()
        number = client.post(f"/api/v1{root}/{more['id']}/confirm", headers=HEADERS).json()["rewriting_id"]
        made = client.get(f"/api/v1/audits/{sample.audit_id}/rewritings/{number}").json()["plan"]
        assert (made["method"], made["positions"], made["copies"]) == ("add", positions, copies)
        assert post(client, f"{root}/{more['id']}/confirm").status_code == 409
        assert f"/audits/{sample.audit_id}/rewritings/{number}" in reading.links(
            client.get(f"{root}/{more['id']}").text
        )
    weighted = ask(client, sample, strongest=3, probe="weat-6", weight=0.5).json()
    refused = client.post(f"/api/v1/audits/{sample.audit_id}/what-ifs/{weighted['id']}/confirm", headers=HEADERS)
    assert refused.status_code == 409
    assert client.delete(f"/api/v1{address}", headers=HEADERS).status_code == 204
    assert client.get(f"/api/v1{address}").status_code == 404


@pytest.mark.parametrize(
    ("question", "status", "message"),
    [
        ({}, 422, "Nothing was asked"),
        ({"marked": True}, 422, "Nothing is marked"),
        ({"ids": ["nobody"]}, 422, "nobody"),
        ({"ids": []}, 422, "no document"),
        ({"strongest": 39, "probe": "weat-6"}, 422, "39"),
        ({"marked": True, "strongest": 3}, 422, "More than one kind"),
        ({"texts": ["He went to the office."]}, 404, "pairs of words"),
        ({"strongest": 3, "weight": 3.5}, 422, ""),
        ({"strongest": 3, "weight": 1.0}, 422, "weight of 1"),
        ({"texts": ["He went to the office."], "weight": 0.5}, 422, "0.5"),
        ({"marked": True, "probe": "weat-6"}, 422, "probe"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    client: TestClient, sample: Sample, question: dict[str, Any], status: int, message: str
) -> None:
    answer = ask(client, sample, **question)
    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]


def test_a_set_of_everything_is_refused(client: TestClient, sample: Sample) -> None:
    everything = [f"{name}-{copy}" if copy else name for copy in range(8) for name, _, _ in TEXTS]
    answer = ask(client, sample, ids=everything)
    assert answer.status_code == 422
    page = post(client, f"/audits/{sample.audit_id}/what-ifs", {"source": "ids", "ids": "\n".join(everything)})
    assert page.status_code == 422
    assert "All documents go" in reading.alerts(page.text)


def test_a_set_that_holds_all_of_a_probes_word_has_no_score(
    client: TestClient, settings: Settings, database: Database
) -> None:
    """The tables say that "home" occurs nine times and, in the second document, three times: with one it is none."""
    sample = make_audit(database)
    write_tables(settings, sample, pairs=True)
    folder = next(settings.audits_folder.iterdir()) / "words"
    np.save(folder / "document_sentences.npy", np.array([0, 3, 5, 5, 5, 5], np.int64))
    words = {"home": 0, "office": 1}
    counts = np.load(folder / "counts.npy")
    tokens = np.load(folder / "tokens.npy")
    counts[words["home"]] = int((tokens == words["home"]).sum())
    np.save(folder / "counts.npy", counts)
    found = ask(client, sample, ids=["bob"]).json()["at_once"]["probes"]
    [one] = [one for one in found if one["probe"] == "he and she"]
    assert one["after"] is None
    assert "home" in one["reason"]


def test_a_text_that_is_added_counts_its_known_pairs(
    client: TestClient, settings: Settings, database: Database
) -> None:
    """home beside office: N 4, S 0.75 in the tables, so each expected update adds 0.75 / 4, from either side."""
    sample = make_audit(database)
    write_tables(settings, sample, pairs=True)
    found = ask(client, sample, texts=["home office xyzzy"]).json()
    assert "xyzzy" in found["at_once"]["notes"][0]
    [one] = [one for one in found["at_once"]["probes"] if one["probe"] == "weat-6"]
    updates = 1.0 * 0.5  # kept with 1 and 0.5, side by side
    assert one["first_order"] == pytest.approx(2 * updates * 0.75 / 4)
    assert "“home office xyzzy”" in found["title"]
    page = post(client, f"/audits/{sample.audit_id}/what-ifs", {"source": "text", "text": "office home", "weight": "2"})
    assert page.status_code == 303
    form, file = {"source": "text", "text": ""}, {"text_file": ("new.txt", "office home office")}
    sent = client.post(f"/audits/{sample.audit_id}/what-ifs", data=form, files=file, headers=HEADERS)
    uploaded = client.get(f"/api/v1{sent.headers['location']}").json()
    assert (uploaded["texts"], "office home office" in uploaded["title"]) == (1, True)
    broken = {"text_file": ("new.txt", b"office \xff home")}
    refused = client.post(f"/audits/{sample.audit_id}/what-ifs", data=form, files=broken, headers=HEADERS)
    assert "new.txt" in reading.alerts(refused.text)
    titles = [one["title"] for one in client.get(f"/api/v1/audits/{sample.audit_id}/what-ifs").json()]
    assert len(set(titles)) == 3
    refused = ask(client, sample, texts=["home of\0fice home office"])
    assert (refused.status_code, "NUL" in refused.json()["error"]["message"]) == (422, True)


def test_a_text_that_is_added_is_confirmed_by_a_training_with_it(
    client: TestClient, settings: Settings, database: Database
) -> None:
    sample = make_audit(database)
    write_tables(settings, sample, pairs=True)
    asked = ask(client, sample, texts=["home office xyzzy"]).json()
    address = f"/audits/{sample.audit_id}/what-ifs/{asked['id']}"
    number = client.post(f"/api/v1{address}/confirm", headers=HEADERS).json()["rewriting_id"]
    with database.session() as session:
        row = rewritings.get(session, sample.audit_id, number)
        assert row.plan["added"] == ["home office xyzzy"]
        assert len(row.trained_seeds) == 4
    page = client.get(address).text
    assert f"/audits/{sample.audit_id}/rewritings/{number}" in reading.links(page)
    found = RewrittenScore(probe="weat-6", kind="weat", before=[1.25], trained_before=[1.2, 1.3], trained=[0.9, 1.2])
    outcome = RewriteOutcome(scores=[found], seeds=[1], trained_seeds=[1, 2])
    with database.session() as session:
        rewritings.save(session, number, outcome, {})
    actual = client.get(f"/api/v1{address}").json()["actual"]["weat-6"]
    assert actual["actual"] == pytest.approx(-0.2)
    assert actual["actual_error"] == pytest.approx(0.1)
    [cells] = [row for row in reading.rows(client.get(address).text, "Scores now and expected") if "weat-6" in row[0]]
    assert cells[-1].startswith("+1.05")


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_a_set_that_does_the_opposite_of_its_influences_is_told(
    client: TestClient, database: Database, sample: Sample, side: float
) -> None:
    """Predicted is a tenth of the score, to the side of what the influences add up to, or to the other."""
    found = ask(client, sample, ids=[TEXTS[0][0]]).json()
    probes = [
        WhatIfScore.model_validate(
            one | {"after": one["before"] + side * math.copysign(0.1 * one["before"], one["first_order"])}
        )
        for one in found["at_once"]["probes"]
    ]
    answer = WhatIfAnswer(method="predicted", documents=1, share=0.1, probes=probes)
    with database.session() as session:
        what_ifs.save_prediction(session, found["id"], answer)
    root = f"/audits/{sample.audit_id}/what-ifs"
    page = client.get(f"{root}/{found['id']}").text
    assert ("misled" in reading.values(page, "notice")) == (side < 0)
    assert bool(reading.values(client.get(root).text, "misled")) == (side < 0)
    assert bool(client.get(f"/api/v1{root}/{found['id']}").json()["misleading"]) == (side < 0)
