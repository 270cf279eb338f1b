"""Rankings through the API."""

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from tests.audit_sample import Sample, make_audit
from tests.conftest import settings_on

settings = settings_on("sqlite", "postgres")


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=3)


@pytest.mark.parametrize(("probe", "sign"), [("weat-6", 1), ("he and she", -1)])
def test_views_go_by_whether_a_text_amplifies(client: TestClient, sample: Sample, probe: str, sign: int) -> None:
    address = f"/api/v1/audits/{sample.audit_id}/documents"
    seen = {}
    for view in ("amplifying", "mitigating", "neutral"):
        ranking = client.get(address, params={"probe": probe, "view": view}).json()
        seen[view] = [item["influence"] for item in ranking["items"]]
        assert ranking["total"] == len(seen[view])
    assert all(seen.values())
    assert all(value * sign > 0 for value in seen["amplifying"])
    assert all(value * sign < 0 for value in seen["mitigating"])
    assert seen["neutral"] == [0.0] * 3
    for view, kind in (("amplifying", "documents"), ("mitigating", "documents"), ("mitigating", "sentences")):
        items = client.get(f"/api/v1/audits/{sample.audit_id}/{kind}", params={"probe": probe, "view": view}).json()[
            "items"
        ]
        assert [item["rank_in_view"] for item in items] == list(range(1, len(items) + 1))
        ranks = [item["rank"] for item in items]
        assert ranks == sorted(ranks, reverse=(view == "amplifying") != (sign > 0))
    document = client.get(f"{address}/{items[0]['document_id']}", params={"probe": probe}).json()
    own = next(
        one
        for one in client.get(address, params={"probe": probe, "view": document["view"]}).json()["items"]
        if one["document_id"] == document["document_id"]
    )
    assert (document["rank"], document["rank_in_view"]) == (own["rank"], own["rank_in_view"])
    for view in ("amplifying", "mitigating"):
        assert [abs(value) for value in seen[view]] == sorted(map(abs, seen[view]), reverse=True)
    assert sorted(value for values in seen.values() for value in values) == pytest.approx(
        sorted(sample.influences[probe])
    )


def test_pages_follow_their_cursors(client: TestClient, sample: Sample) -> None:
    address = f"/api/v1/audits/{sample.audit_id}/sentences"
    whole = client.get(address, params={"view": "mitigating"}).json()
    items, cursor = [], None
    while True:
        part = client.get(address, params={"view": "mitigating", "limit": 4, **({"cursor": cursor} if cursor else {})})
        items += part.json()["items"]
        cursor = part.json()["next"]
        if cursor is None:
            break
    assert items == whole["items"]
    assert len(items) > 4
    assert client.get(address, params={"limit": 501}).status_code == 422
    assert client.get(address, params={"view": "neutral"}).status_code == 422


def test_filters_narrow_a_ranking_and_are_counted(client: TestClient, sample: Sample) -> None:
    address = f"/api/v1/audits/{sample.audit_id}"
    for kind in ("documents", "sentences"):
        whole = client.get(f"{address}/{kind}").json()
        some = client.get(f"{address}/{kind}", params={"search": "office", "minimum_words": 5}).json()
        assert whole["matches"] == whole["total"] == some["total"]
        assert some["matches"] == len(some["items"]) < whole["total"]
        assert {item["external_id"].split("-")[0] for item in some["items"]} <= {"alice", "größe"}


def test_groups_hold_every_document_once(client: TestClient, sample: Sample) -> None:
    answer = client.get(f"/api/v1/audits/{sample.audit_id}/groups", params={"field": "source"}).json()
    assert (answer["probe"], answer["field"], answer["total"]) == ("weat-6", "source", 2)
    assert {item["value"]: item["documents"] for item in answer["items"]} == {"<i>here</i>": 9, None: 6}
    assert sum(item["share"] for item in answer["items"]) == pytest.approx(1.0)
    assert sum(item["influence"] for item in answer["items"]) == pytest.approx(sum(sample.influences["weat-6"]))
