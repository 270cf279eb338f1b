"""The page of a document."""

from html import unescape

import pytest
from fastapi.testclient import TestClient
from lxml import html

from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store.database import Database
from tests.audit_sample import HOSTILE_TEXT, TEXTS, Sample, make_audit
from tests.duplicates_sample import find_duplicates
from tests.web import page as reading
from tests.web.elements import Elements


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=15)


def test_hostile_text_is_shown_as_it_is(client: TestClient, sample: Sample) -> None:
    page = client.get(f"/audits/{sample.audit_id}/documents/{sample.document_ids[2]}").text
    assert "&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt;" in page
    assert "&lt;i&gt;here&lt;/i&gt;" in page
    assert Elements(page).document.strip() == HOSTILE_TEXT


def test_the_text_of_a_document_is_shown_whole(client: TestClient, sample: Sample) -> None:
    for document_id, (_, _, text) in zip(sample.document_ids, TEXTS, strict=False):
        page = client.get(f"/audits/{sample.audit_id}/documents/{document_id}").text
        assert Elements(page).document.strip() == text


def test_a_document_page_colours_by_whether_it_amplifies(client: TestClient, sample: Sample) -> None:
    document_id = sample.document_ids[0]
    positive_score = client.get(f"/audits/{sample.audit_id}/documents/{document_id}?probe=weat-6").text
    influence = sample.influences["weat-6"][0]
    assert reading.values(positive_score, "effect") == ["amplifies" if influence > 0 else "mitigates"]
    negative_score = client.get(f"/audits/{sample.audit_id}/documents/{document_id}?probe=he+and+she").text
    influence = sample.influences["he and she"][0]
    assert reading.values(negative_score, "effect") == ["amplifies" if influence < 0 else "mitigates"]


def test_a_document_without_a_probe_word_says_so(client: TestClient, sample: Sample) -> None:
    page = client.get(f"/audits/{sample.audit_id}/documents/{sample.document_ids[3]}").text
    assert reading.values(page, "effect") == ["none"]
    assert reading.rows(page, "Sentences of this document, the strongest first") == []
    assert DESCRIPTIONS[AuditSettings().estimator].reach in unescape(page)


def neighbours_of(page: str) -> dict[str, str]:
    """Where the page leads: rel -> address."""
    links = [attributes for tag, attributes in Elements(page).found if tag == "a" and "data-keys" in attributes]
    return {str(link["rel"]): str(link["href"]) for link in links}


@pytest.mark.parametrize("view", ["amplifying", "mitigating"])
@pytest.mark.parametrize("probe", ["weat-6", "he and she"])
def test_before_and_after_a_document_stand_those_of_the_ranking_it_was_opened_from(
    client: TestClient, sample: Sample, view: str, probe: str
) -> None:
    """Followed from the first to the last, the documents are those of the ranking's pages in their order."""
    parameters = {"search": "office", "probe": probe, "view": view}
    ranking = client.get(f"/api/v1/audits/{sample.audit_id}/documents", params={**parameters, "limit": 100}).json()
    expected = [item["document_id"] for item in ranking["items"]]
    assert 3 < len(expected) == ranking["matches"] < ranking["total"]
    listed = client.get(f"/audits/{sample.audit_id}/documents", params=parameters).text
    links = [str(attributes.get("href")) for tag, attributes in Elements(listed).found if tag == "a"]
    address = next(link for link in links if f"/documents/{expected[0]}?" in link)
    walked, back = [], []
    while address:
        walked.append(int(address.partition("?")[0].rpartition("/")[2]))
        leads = neighbours_of(client.get(address).text)
        back.append(leads.get("prev", "").partition("?")[0].rpartition("/")[2])
        address = leads.get("next", "")
    assert walked == expected
    assert back == ["", *map(str, expected[:-1])]


def test_a_document_shows_its_place_for_every_probe_at_a_glance(client: TestClient, sample: Sample) -> None:
    """Each place is the one that the ranking numbers, and leads to this document in that probe's light."""
    document_id = sample.document_ids[0]
    page = client.get(f"/audits/{sample.audit_id}/documents/{document_id}?probe=weat-6&minimum_words=3").text
    links = [attributes for tag, attributes in Elements(page).found if tag == "a" and "data-swap" in attributes]
    assert len(links) == 2
    assert [link.get("aria-current") for link in links] == ["page", None]
    for name, score, link in zip(("weat-6", "he and she"), (1.25, -0.5), links, strict=True):
        influence = sample.influences[name][0]
        side = [other for other in sample.influences[name] if other * influence > 0]
        position = 1 + sum(abs(other) > abs(influence) for other in side)
        view = "amplifying" if influence * score > 0 else "mitigating"
        assert (link["data-probe"], link["data-rank"], link["data-view"]) == (name, str(position), view)
        assert float(str(link["data-amplification"])) == pytest.approx(influence * (1 if score > 0 else -1))
        assert "minimum_words=3" in str(link["href"])
        there = client.get(f"/audits/{sample.audit_id}/documents/{document_id}{link['href']}").text
        assert float(reading.values(there, "influence")[0]) == pytest.approx(influence)
        answer = next(one for _, one in Elements(there).found if "data-effect" in one)
        assert (answer["data-rank"], answer["data-view"]) == (str(position), view)
        listed = client.get(f"/audits/{sample.audit_id}/documents", params={"probe": name, "view": view}).text
        assert ranks_of(listed)[document_id] == position
    silent = client.get(f"/audits/{sample.audit_id}/documents/{sample.document_ids[3]}").text
    assert reading.values(silent, "view")[:2] == ["neutral", "neutral"]


def ranks_of(page: str) -> dict[int, int]:
    """Of a list of documents: id -> the rank that it shows."""
    return {
        int(row.xpath(".//input[@name='document']/@value")[0]): int(row.get("data-rank") or 0)
        for row in html.fromstring(page).xpath("//*[@data-rank]")
    }


@pytest.mark.parametrize("view", ["amplifying", "mitigating"])
def test_a_document_has_the_rank_of_the_list_it_was_opened_from(
    client: TestClient, database: Database, view: str
) -> None:
    """Also where near-duplicates are one row; and so have those before and after it."""
    sample = make_audit(database, copies=3)
    find_duplicates(database, sample.corpus_id)
    for parameters in ({"view": view}, {"view": view, "group_duplicates": "on"}):
        listed = ranks_of(client.get(f"/audits/{sample.audit_id}/documents", params=parameters).text)
        assert list(listed.values()) == list(range(1, len(listed) + 1))
        assert listed
        for document_id, rank in listed.items():
            page = client.get(f"/audits/{sample.audit_id}/documents/{document_id}", params=parameters).text
            answer = next(one for _, one in Elements(page).found if "data-effect" in one)
            assert answer["data-rank"] == str(rank)
            beside = {
                str(one["rel"]): int(str(one["data-rank"]))
                for tag, one in Elements(page).found
                if tag == "a" and one.get("rel")
            }
            assert beside.get("prev", 0) == rank - 1
            assert beside.get("next", rank + 1) == rank + 1


def test_a_document_of_another_view_is_walked_in_its_own(client: TestClient, sample: Sample) -> None:
    """Another probe turns what amplifies into what mitigates; the way on must not end there."""
    ranking = client.get(f"/api/v1/audits/{sample.audit_id}/documents", params={"view": "mitigating"}).json()
    first, second = (item["document_id"] for item in ranking["items"][:2])
    page = client.get(f"/audits/{sample.audit_id}/documents/{first}?view=amplifying").text
    assert reading.values(page, "walk") == ["mitigating"]
    assert neighbours_of(page)["next"].startswith(f"/audits/{sample.audit_id}/documents/{second}?")
    assert "prev" not in neighbours_of(page)
    assert client.get(f"/audits/{sample.audit_id}/documents/{first}?field=nothing&value=x").status_code == 422
