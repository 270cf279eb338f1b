"""The pages of probes, as a browser uses them."""

import html
import json
import re

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import built_in_probes, parse_probe_file
from skipgram_audit.store.database import Database
from tests.web import page as reading
from tests.web.features.probes.sample import DEFINITION, FORM, make_corpus


def stored(client: TestClient, name: str) -> dict[str, object]:
    return next(probe for probe in client.get("/api/v1/probes").json()["probes"] if probe["definition"]["name"] == name)


def id_of(client: TestClient, name: str) -> int:
    return int(str(stored(client, name)["id"]))


def test_the_list_shows_own_and_built_in_probes(client: TestClient) -> None:
    page = client.get("/probes").text
    assert "None yet" in page
    assert all(name in page for name in built_in_probes())
    client.post("/probes", data=FORM)
    page = client.get("/probes").text
    assert page.index("work and home") < page.index("weat-1")


def test_the_form_makes_a_probe(client: TestClient) -> None:
    assert client.get("/probes/new").status_code == 200
    response = client.post("/probes", data=FORM)
    assert response.status_code == 303
    assert stored(client, "work and home")["definition"] == DEFINITION
    page = client.get(response.headers["location"]).text
    assert all(word in page for word in ("Küche", "NASA", "Where they belong"))


def wrong_fields(page: str) -> list[str]:
    """The fields that have a complaint."""
    return [found.removesuffix("-error") for found in re.findall(r'id="(\w+-error)"', page)]


@pytest.mark.parametrize(
    ("changes", "fields", "named"),
    [
        ({"name": ""}, ["name"], ""),
        ({"name": "<b>"}, ["name"], ""),
        ({"name": "weat-6"}, ["name"], "'weat-6'"),
        ({"name": "WEAT-6"}, ["name"], "'WEAT-6'"),
        ({"first_target_name": ""}, ["first_target_name"], ""),
        ({"second_target_name": "She"}, ["second_target_name"], ""),
        ({"first_attribute_words": " , ;\n"}, ["first_attribute_words"], ""),
        ({"first_target_words": "she, she"}, ["first_target_words"], "repeats she"),
        ({"second_target_words": "he, SHE"}, [], "contain she"),
        ({"second_target_words": "x" * 101}, [], "100"),
        ({"first_target_words": "she"}, ["first_target_words"], ""),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_written(
    client: TestClient, changes: dict[str, str], fields: list[str], named: str
) -> None:
    response = client.post("/probes", data={**FORM, **changes})
    assert response.status_code == 422
    page = html.unescape(response.text)
    assert wrong_fields(page) == fields
    assert named in page
    assert "NASA" in page
    assert len(client.get("/api/v1/probes").json()["probes"]) == 10


def test_an_own_probe_can_be_edited_and_deleted(client: TestClient) -> None:
    address = client.post("/probes", data=FORM).headers["location"]
    assert "Küche" in client.get(f"{address}/edit").text
    response = client.post(address, data={**FORM, "name": "renamed", "first_attribute_words": "home, sofa, bed"})
    assert response.headers["location"] == address
    definition = stored(client, "renamed")["definition"]
    assert isinstance(definition, dict)
    assert definition["attributes"]["Home"] == ["home", "sofa", "bed"]
    assert client.post(address, data={**FORM, "name": "weat-2"}).status_code == 422
    assert client.post(f"{address}/delete").headers["location"] == "/probes"
    assert client.get(address).status_code == 404


def test_built_in_probes_can_be_copied_but_not_changed(client: TestClient) -> None:
    probe_id = id_of(client, "weat-6")
    page = client.get(f"/probes/{probe_id}").text
    assert f"/probes/{probe_id}/edit" not in reading.links(page)
    assert f"/probes/new?copy={probe_id}" in reading.links(page)
    assert client.get(f"/probes/{probe_id}/edit").status_code == 403
    assert client.post(f"/probes/{probe_id}", data=FORM).status_code == 403
    assert client.post(f"/probes/{probe_id}/delete").status_code == 403
    form = client.get("/probes/new", params={"copy": probe_id}).text
    assert 'value="weat-6 copy"' in form
    assert "executive" in form


def test_words_that_no_corpus_can_hold_are_named_before_an_audit(client: TestClient, database: Database) -> None:
    probe_id = id_of(client, "weat-9")
    corpus_id = make_corpus(database)
    for parameters in ({}, {"corpus": corpus_id}):
        assert 'data-never-found="short-term"' in client.get(f"/probes/{probe_id}", params=parameters).text
    covered = client.get(f"/api/v1/probes/{probe_id}/coverage", params={"corpus": corpus_id}).json()["sets"]
    assert [item["never_found"] for item in covered] == [[], [], ["short-term"], []]
    sent = FORM | {"first_attribute_words": "home, family, short-term, C++"}
    refused = client.post("/probes", data=sent)
    assert refused.status_code == 422
    assert "&#39;C++&#39;" in refused.text
    saved = client.post("/probes", data=sent | {"keep_never_found": "on"})
    assert saved.status_code == 303, reading.alerts(saved.text)
    assert 'data-never-found="short-term C++"' in client.get(saved.headers["location"]).text
    assert "checked" in client.get("/probes/new", params={"copy": probe_id}).text


def test_files_go_in_and_out(client: TestClient) -> None:
    probe_id = id_of(client, "weat-8")
    download = client.get(f"/probes/{probe_id}/probe.toml")
    assert parse_probe_file(download.content, "probe.toml") == built_in_probes()["weat-8"]
    assert "attachment" in download.headers["content-disposition"]
    content = json.dumps(DEFINITION).encode()
    response = client.post("/probes/upload", files={"file": ("mine.json", content)})
    assert response.status_code == 303
    assert stored(client, "work and home")["definition"] == DEFINITION
    again = client.post("/probes/upload", files={"file": ("mine.json", content)})
    assert again.status_code == 409
    broken = client.post("/probes/upload", files={"file": ("mine.toml", b"name = ")})
    assert broken.status_code == 422
    assert "mine.toml" in reading.alerts(broken.text)
    binary = client.post("/probes/upload", files={"file": ("mine.toml", bytes(range(256)))})
    assert binary.status_code == 422


def test_coverage_marks_each_word(client: TestClient, database: Database) -> None:
    corpus_id = make_corpus(database)
    address = client.post("/probes", data=FORM).headers["location"]
    page = client.get(address, params={"corpus": corpus_id, "casefold": "true"}).text
    assert "small &lt;corpus&gt;" in page
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    text = re.sub(r"\s+", " ", text)
    assert "he 5" in text
    assert "NASA 1" in text
    assert "Küche missing" in text
    assert "too-few-words" in reading.values(page, "notice")
    page = client.get(address, params={"corpus": corpus_id}).text
    exact = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "he 3" in exact
    assert "NASA missing" in exact
    assert "too-few-words" in reading.values(page, "notice")


MEMBERSHIP_FORM = {
    "name": "near which",
    "kind": "membership",
    "first_target_name": "Jobs",
    "first_target_words": "doctor, lawyer",
    "first_attribute_name": "Men",
    "first_attribute_words": "he, man, boy",
    "second_attribute_name": "Women",
    "second_attribute_words": "she, woman, girl",
    "third_attribute_name": "Places",
    "third_attribute_words": "town, village, farm",
}


def test_the_form_makes_a_probe_of_another_kind(client: TestClient) -> None:
    chosen = client.post("/probes/form", data=MEMBERSHIP_FORM)
    page = html.unescape(chosen.text)
    assert chosen.status_code == 200
    assert "The group: words" in page
    assert 'id="fifth_attribute_words"' in page
    assert 'id="second_target_words"' not in page
    assert "Places" in page
    assert len(client.get("/api/v1/probes").json()["probes"]) == 10
    address = client.post("/probes", data=MEMBERSHIP_FORM).headers["location"]
    definition = stored(client, "near which")["definition"]
    assert isinstance(definition, dict)
    assert list(definition["attributes"]) == ["Men", "Women", "Places"]
    shown = html.unescape(client.get(address).text)
    described = KINDS["membership"]
    assert described.title in shown
    assert described.no_test
    assert described.no_test in shown
    assert "town" in client.get(f"{address}/edit").text
    changed = client.post(f"{address}/form", data={**MEMBERSHIP_FORM, "kind": "sc-weat"}).text
    assert 'id="third_attribute_words"' not in changed
    assert 'name="third_attribute_words" value="town, village, farm"' in changed
    assert reading.values(changed, "notice") == ["unused-lists"]


@pytest.mark.parametrize(
    ("changes", "fields", "named"),
    [
        ({"kind": "rnsb"}, {"second_target_name", "second_target_words"}, "'rnsb'"),
        ({"third_attribute_name": ""}, {"third_attribute_name"}, ""),
        ({"third_attribute_name": "Men"}, {"third_attribute_name"}, ""),
        (
            {"second_attribute_name": "", "second_attribute_words": ""},
            {"second_attribute_name", "second_attribute_words"},
            "",
        ),
        ({"third_attribute_words": "he"}, set(), "'Men' and 'Places'"),
        ({"first_target_words": "he"}, set(), "compared with itself"),
        (
            {"kind": "direct-bias", "parameter_exponent": "x"},
            {"second_target_name", "second_target_words", "parameter_exponent"},
            "",
        ),
    ],
)
def test_a_wrong_form_of_another_kind_says_what_is_wrong(
    client: TestClient, changes: dict[str, str], fields: set[str], named: str
) -> None:
    response = client.post("/probes", data={**MEMBERSHIP_FORM, **changes})
    assert response.status_code == 422
    assert set(wrong_fields(response.text)) == fields
    assert named in html.unescape(response.text)


def lacking(page: str) -> list[tuple[str, ...]]:
    """Lists or pairs with too few words: name, needed, found."""
    return list(zip(*(reading.values(page, name) for name in ("lacking", "needed", "found")), strict=True))


def test_parameters_and_pairs_go_through_the_form(client: TestClient, database: Database) -> None:
    form = {
        "name": "leanings",
        "kind": "direct-bias",
        "first_target_name": "He",
        "first_target_words": "he, king",
        "second_target_name": "She",
        "second_target_words": "home, queen",
        "first_attribute_name": "Things",
        "first_attribute_words": "nasa",
        "parameter_exponent": "2",
    }
    address = client.post("/probes", data=form).headers["location"]
    definition = stored(client, "leanings")["definition"]
    assert isinstance(definition, dict)
    assert definition["parameters"] == {"exponent": 2.0}
    assert 'value="2"' in client.get(f"{address}/edit").text
    wrong = client.post("/probes", data={**form, "name": "other", "parameter_exponent": "0.5"}).text
    assert 'id="parameter_exponent-error"' in wrong
    corpus_id = make_corpus(database)
    covered = client.get(address, params={"corpus": corpus_id, "casefold": "true"}).text
    assert lacking(covered) == [("He and She", "2", "1"), ("Things", "1", "0")]
    client.post(address, data={**form, "first_target_words": "king, he", "second_target_words": "home, queen"})
    covered = client.get(address, params={"corpus": corpus_id, "casefold": "true"}).text
    assert lacking(covered) == [("He and She", "2", "0"), ("Things", "1", "0")]
