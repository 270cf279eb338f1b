"""The page of a document."""

from html import unescape

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.formatting import scientific
from skipgram_audit.store.database import Database
from tests.audit_sample import HOSTILE_TEXT, TEXTS, Sample, make_audit
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
    assert reading.stats(positive_score)["Effect"] == ("amplifies" if influence > 0 else "mitigates")
    negative_score = client.get(f"/audits/{sample.audit_id}/documents/{document_id}?probe=he+and+she").text
    influence = sample.influences["he and she"][0]
    assert reading.stats(negative_score)["Effect"] == ("amplifies" if influence < 0 else "mitigates")


def test_a_document_without_a_probe_word_says_so(client: TestClient, sample: Sample) -> None:
    page = client.get(f"/audits/{sample.audit_id}/documents/{sample.document_ids[3]}").text
    assert reading.stats(page)["Effect"] == "none"
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
        assert f"{scientific(influence)}, {position} of {len(side)} {view}" in page
        assert "minimum_words=3" in str(link["href"])
        there = client.get(f"/audits/{sample.audit_id}/documents/{document_id}{link['href']}").text
        assert reading.stats(there)["Influence"] == scientific(influence)
    silent = client.get(f"/audits/{sample.audit_id}/documents/{sample.document_ids[3]}").text
    assert silent.count('<span class="number small">no influence</span>') == 2


def test_a_document_of_another_view_is_walked_in_its_own(client: TestClient, sample: Sample) -> None:
    """Another probe turns what amplifies into what mitigates; the way on must not end there."""
    ranking = client.get(f"/api/v1/audits/{sample.audit_id}/documents", params={"view": "mitigating"}).json()
    first, second = (item["document_id"] for item in ranking["items"][:2])
    page = client.get(f"/audits/{sample.audit_id}/documents/{first}?view=amplifying").text
    assert reading.values(page, "walk") == ["mitigating"]
    assert neighbours_of(page)["next"].startswith(f"/audits/{sample.audit_id}/documents/{second}?")
    assert "prev" not in neighbours_of(page)
    assert client.get(f"/audits/{sample.audit_id}/documents/{first}?field=nothing&value=x").status_code == 422
