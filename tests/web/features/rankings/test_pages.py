"""The pages of a ranking: lists, filters, groups."""

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from tests.audit_sample import Sample, make_audit
from tests.web import page as reading
from tests.web.elements import Elements


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
        rows.append(page.count('<li class="ranking-row"'))
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


def test_a_group_leads_to_its_documents(client: TestClient, sample: Sample) -> None:
    page = client.get(f"/audits/{sample.audit_id}/groups?probe=weat-6&field=source").text
    assert "&lt;i&gt;here&lt;/i&gt;" in page
    assert {row[0] for row in reading.rows(page, "Influence by source")} == {"No source", "<i>here</i>"}
    links = [
        str(item["href"]) for tag, item in Elements(page).found if tag == "a" and "field=" in str(item.get("href"))
    ]
    assert len(links) == 2
    for link in links:
        ranking = client.get(link).text
        assert '<li class="ranking-row"' in ranking
    assert client.get(f"/audits/{sample.audit_id}/groups?field=nonsense").status_code == 422
    assert client.get(f"/audits/{sample.audit_id}/groups?probe=weat-1").status_code == 409


def test_a_corpus_without_metadata_has_no_groups(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        audits.get(session, sample.audit_id).corpus.metadata_fields = []
    assert reading.values(client.get(f"/audits/{sample.audit_id}/groups").text, "empty") == ["metadata"]
    assert client.get(f"/api/v1/audits/{sample.audit_id}/groups").status_code == 422
