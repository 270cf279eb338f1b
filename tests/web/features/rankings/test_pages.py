"""The pages of a ranking: lists, filters, groups."""

import csv
import io
import re

import pytest
from fastapi.testclient import TestClient
from lxml import html
from lxml.html import HtmlElement

from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe
from tests.audit_sample import Sample, make_audit
from tests.web import page as reading
from tests.web.elements import Elements

ORIGIN = {"origin": "http://127.0.0.1:8000"}


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=15)


def test_paging_walks_through_a_view_and_back(client: TestClient, database: Database) -> None:
    sample = make_audit(database, copies=60)
    count = sum(influence > 0 for influence in sample.influences["weat-6"])
    assert count > 100
    addresses = [f"/audits/{sample.audit_id}/documents?view=amplifying"]
    rows = []
    while True:
        page = client.get(addresses[-1]).text
        rows.append(page.count('<div class="ranking-row"'))
        links = {str(item.get("rel")): item.get("href") for tag, item in Elements(page).found if tag == "a"}
        assert ("prev" in links) == (len(addresses) > 1)
        if "next" not in links:
            break
        addresses.append(str(links["next"]))
    assert sum(rows) == count
    assert rows[0] == 50


def test_an_unmeasured_probe_has_no_ranking(client: TestClient, sample: Sample) -> None:
    answer = client.get(f"/audits/{sample.audit_id}/documents?probe=weat-1")
    assert answer.status_code == 409
    assert reading.values(answer.text, "error") == ["conflict"]


def test_filters_stay_in_the_address_and_matches_are_counted(
    client: TestClient, database: Database, sample: Sample
) -> None:
    address = (
        f"/audits/{sample.audit_id}/documents?probe=weat-6&view=amplifying&search=office&field=source"
        "&value=%3Ci%3Ehere%3C%2Fi%3E&minimum_words=&maximum_words=40&stable=on"
    )
    page = client.get(address).text
    links = [str(item["href"]) for tag, item in Elements(page).found if tag == "a" and "href" in item]
    tabs = [link for link in links if "view=mitigating" in link or "/sentences?" in link]
    assert len(tabs) == 2
    for link in tabs:
        assert {"search=office", "field=source", "stable=on", "maximum_words=40"} <= set(link.split("?")[1].split("&"))
        assert client.get(link).status_code == 200
    assert 'value="office"' in page
    assert f"/audits/{sample.audit_id}/documents?probe=weat-6&view=amplifying" in links
    assert client.get(f"/audits/{sample.audit_id}/documents?field=nonsense&value=x").status_code == 422
    assert client.get(f"/audits/{sample.audit_id}/documents?minimum_words=x").status_code == 422


def test_a_search_that_is_refused_is_corrected_where_it_is_told(client: TestClient, sample: Sample) -> None:
    """What was written and all other choices are in the form."""
    address = f"/audits/{sample.audit_id}/documents"
    asked = {"search": "<b>war OR", "view": "mitigating", "minimum_words": "2"}
    answer = client.get(address, params=asked)
    assert answer.status_code == 422
    (form,) = html.fromstring(answer.text).xpath(f"//form[@action='{address}']")
    assert dict(form.form_values()) == asked
    assert client.get(address, params=asked | {"search": "war"}).status_code == 200


def test_a_group_leads_to_its_documents(client: TestClient, sample: Sample) -> None:
    page = client.get(f"/audits/{sample.audit_id}/groups?probe=weat-6&field=source").text
    assert "&lt;i&gt;here&lt;/i&gt;" in page
    assert {row[0] for row in reading.rows(page, "Influence by source")} == {"No source", "<i>here</i>"}
    links = [link for link in reading.links(page) if "/documents?" in link and "field=" in link]
    assert len(links) == 2
    for link in links:
        ranking = client.get(link).text
        assert '<div class="ranking-row"' in ranking
    assert client.get(f"/audits/{sample.audit_id}/groups?field=nonsense").status_code == 422
    assert client.get(f"/audits/{sample.audit_id}/groups?probe=weat-1").status_code == 409


def test_a_corpus_without_metadata_has_no_groups(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        audits.get(session, sample.audit_id).corpus.metadata_fields = []
    assert reading.values(client.get(f"/audits/{sample.audit_id}/groups").text, "empty") == ["metadata"]
    assert client.get(f"/api/v1/audits/{sample.audit_id}/groups").status_code == 422


def rows_of(page: str) -> list[HtmlElement]:
    return list(html.fromstring(page).xpath("//*[@data-rank]"))


@pytest.mark.parametrize(("probe", "turn"), [("weat-6", 1), ("he and she", -1)])
def test_plus_and_the_right_side_amplify_whatever_the_scores_sign(
    client: TestClient, sample: Sample, probe: str, turn: int
) -> None:
    for kind in ("documents", "sentences"):
        for view, sign in (("amplifying", "+"), ("mitigating", "\N{MINUS SIGN}")):
            page = client.get(f"/audits/{sample.audit_id}/{kind}", params={"probe": probe, "view": view}).text
            assert reading.values(page, "direction") == [str(turn)]
            assert ("score + influence" in page) == (turn < 0)
            rows = rows_of(page)
            assert len(rows) > 3
            texts = [row.xpath(".//div[contains(@class, 'ranking-value')]/text()")[0] for row in rows]
            bound = {"+": "< 0.", "\N{MINUS SIGN}": "> \N{MINUS SIGN}0."}[sign]
            assert all(text.startswith((sign, bound)) for text in texts), texts
            assert len({len(text.partition(".")[2]) for text in texts}) == 1, "all have the same number of decimals"
            assert {row.xpath(".//svg/@aria-label")[0] for row in rows} == {view}


def test_a_row_shows_the_strongest_sentence_with_the_probes_words_and_what_was_searched_for(
    client: TestClient, sample: Sample
) -> None:
    root = f"/api/v1/audits/{sample.audit_id}"
    words = {"he", "she", "his", "her", "home", "office", "family", "career"}
    seen = 0
    for view, sign in (("amplifying", 1), ("mitigating", -1)):
        parameters = {"probe": "he and she", "view": view, "search": "office"}
        page = client.get(f"/audits/{sample.audit_id}/documents", params=parameters).text
        for row in rows_of(page):
            document_id = row.xpath(".//input[@name='document']/@value")[0]
            document = client.get(f"{root}/documents/{document_id}", params={"probe": "he and she"}).json()
            strongest = max(document["sentences"], key=lambda one: -sign * one["influence"])
            [shown] = row.xpath(".//p[@class='snippet']")
            assert shown.text_content() == document["text"][strongest["start"] : strongest["end"]]
            marked = {one.text_content().lower() for one in shown.xpath(".//strong[@class='probe-word']")}
            assert marked == words & set(re.findall(r"\w+", shown.text_content().lower()))
            hits = [one.text_content() for one in shown.xpath(".//mark")]
            assert hits == re.findall("office", shown.text_content())
            seen += len(hits)
    assert seen > 0


def test_a_group_is_marked_whole_and_checked_without(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    address = f"{root}/groups?probe=weat-6&field=source"
    page = client.get(address).text
    assert reading.links(page).count(f"{root}/groups/mark") == 2
    documents = {row[0]: int(row[5]) for row in reading.rows(page, "Influence by source")}
    form = {"probe": "weat-6", "field": "source", "value": "<i>here</i>", "back": address}
    answer = client.post(f"{root}/groups/mark", data=form | {"action": "mark"}, headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    marked = client.get(f"/api/v1{root}/marked").json()
    assert marked["count"] == documents["<i>here</i>"] > 0
    assert 'value="check"' in page
    assert 'value="check"' not in client.get(address).text, "the others that are marked would go, too"
    client.delete(f"/api/v1{root}/marked", headers=ORIGIN)
    form = {"probe": "weat-6", "field": "source", "absent": "on", "action": "check"}
    answer = client.post(f"{root}/groups/mark", data=form, headers=ORIGIN)
    assert answer.headers["location"] == f"{root}/checks/new?plan=chosen&probe=weat-6"
    assert client.get(answer.headers["location"]).status_code == 200
    assert client.get(f"/api/v1{root}/marked").json()["count"] == documents["No source"] > 0
    for wrong in ({"field": "source"}, {"field": "nonsense", "value": "x"}):
        assert client.post(f"{root}/groups/mark", data=wrong, headers=ORIGIN).status_code == 422


def test_groups_have_error_bars_and_a_file(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        session.get_one(AuditProbe, sample.probe_ids["weat-6"]).standard_error = 0.1
    root = f"/audits/{sample.audit_id}/groups"
    groups = client.get(f"/api/v1{root}?probe=weat-6&field=source&order=share").json()["items"]
    shares = [group["share"] for group in groups]
    assert shares == sorted(shares, reverse=True)
    page = client.get(f"{root}?probe=weat-6&field=source&order=share").text
    assert [float(error) for error in reading.values(page, "error")] == pytest.approx(
        [group["standard_error"] for group in groups if group["standard_error"]]
    )
    assert reading.values(page, "error")
    assert set(reading.values(page, "sort")) == {"influence", "mean", "documents"}
    answer = client.get(f"{root}.csv?probe=weat-6&field=source&order=share")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["source"] for row in rows] == [group["value"] or "" for group in groups]
    assert [float(row["influence"]) for row in rows] == [group["influence"] for group in groups]
    assert client.get(f"{root}.csv?field=nonsense").status_code == 422


def test_headings_sort_a_ranking_and_are_kept_by_its_links(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/documents?probe=weat-6&view=amplifying"
    for kind, key in (("documents", "words"), ("sentences", "title"), ("documents", "field:source")):
        page = client.get(f"/audits/{sample.audit_id}/{kind}?probe=weat-6&view=amplifying").text
        head = {str(one.get("data-sort")): one for one in html.fromstring(page).xpath("//a[@data-sort]")}
        assert head["influence"].getparent().get("aria-sort") == "descending"
        first = client.get(str(head[key].get("href"))).text
        once = html.fromstring(first).xpath(f"//a[@data-sort='{key}']")[0]
        turned = client.get(str(once.get("href"))).text
        again = html.fromstring(turned).xpath(f"//a[@data-sort='{key}']")[0]
        orders = [str(one.getparent().get("aria-sort")) for one in (once, again)]
        assert sorted(orders) == ["ascending", "descending"]
        assert len(html.fromstring(turned).xpath("//@aria-sort")) == 1
        assert len(rows_of(turned)) == len(rows_of(first)) > 10
    page = client.get(f"{root}&sort=-words").text
    lengths = [int(found) for found in re.findall(r"(\d+) words", page)]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) > 1
    assert 'name="sort" value="-words"' in page
    tabs = [link for link in reading.links(page) if "view=mitigating" in link or "/sentences?" in link]
    assert tabs
    assert all("sort=-words" in link for link in tabs)
    assert client.get(f"{root}&sort=colour").status_code == 422
    assert client.get(f"{root}&sort=field:nonsense").status_code == 422


def test_the_values_of_a_field_are_suggested(client: TestClient, sample: Sample) -> None:
    page = html.fromstring(client.get(f"/audits/{sample.audit_id}/documents?field=source&value=x").text)
    assert [one.get("value") for one in page.xpath("//datalist[@id='values']/option")] == ["<i>here</i>"]
    address = page.xpath("//select[@id='field']/@data-values")[0]
    found = client.get(f"{address}?field=source").json()
    assert found == {"field": "source", "total": 1, "items": [{"value": "<i>here</i>", "documents": 45}]}
    assert client.get(f"{address}?field=nonsense").status_code == 422


def test_rows_show_the_metadata_of_documents(client: TestClient, sample: Sample) -> None:
    page = html.fromstring(client.get(f"/audits/{sample.audit_id}/documents").text)
    shown = {" ".join(one.text_content().split()) for one in page.xpath("//p[contains(@class, 'metadata')]")}
    assert "source: <i>here</i>" in shown
