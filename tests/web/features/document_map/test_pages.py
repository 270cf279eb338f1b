"""The map on its page and in the API: not drawn yet, a part in the address, its documents, words and marks; picture."""

from html.parser import HTMLParser

import numpy as np
import pytest
from fastapi.testclient import TestClient
from lxml import html

from skipgram_audit.store import audits, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_map import CELLS, SIDE, Grid, Rectangle, Region
from skipgram_audit.store.models import JobKind, Status
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.features.document_map.figure import Label, map_figure, region_labels
from tests.audit_sample import HOSTILE_TITLE, Sample, make_audit
from tests.library.store.test_document_map import draw
from tests.web import page as reading

HEADERS = {"origin": "http://127.0.0.1:8000"}


@pytest.fixture
def sample(database: Database) -> Sample:
    made = make_audit(database, copies=3)
    draw(database, made)
    return made


def paths(page: str) -> list[str]:
    """The classes of the picture's marks."""
    found: list[str] = []

    class Marks(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            if tag == "path":
                found.append(str(dict(attributes)["class"]))

    Marks().feed(page)
    return found


def test_the_map_has_a_picture_with_a_key_and_a_table_that_leads_to_parts(client: TestClient, sample: Sample) -> None:
    page = client.get(f"/audits/{sample.audit_id}/map").text
    assert {"map-none"} < set(paths(page))
    corner = "left=800&amp;top=800&amp;right=1000&amp;bottom=1000"
    assert f'href="/audits/{sample.audit_id}/map?{corner}&amp;probe=weat-6"' in page
    assert [reading.values(page, name) for name in ("placed", "unplaced", "seed")] == [["14"], ["1"], ["1"]]
    assert '<div class="ranking-row"' not in page


def test_a_part_in_the_address_lists_its_documents(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}/map"
    edges = "left=0&top=0&right=1000&bottom=1000"
    page = client.get(f"{root}?{edges}&probe=he+and+she").text
    assert page.count('<div class="ranking-row"') == 14
    assert HOSTILE_TITLE not in page
    assert '<rect class="map-chosen" x="0" y="0" width="1000" height="1000"/>' in page
    assert [link for link in reading.links(page) if link.startswith(f"{root}/mark?")]
    assert reading.stats(page)["Documents"] == "14"
    assert 'name="left" type="number" min="0" max="1000" value="0"' in page
    empty = client.get(f"{root}?left=5&right=5&top=7&bottom=7").text
    assert reading.values(empty, "empty") == ["documents"]
    turned = client.get(f"{root}?left=1000&right=0&top=&bottom=").text
    assert turned.count('<div class="ranking-row"') == 14
    assert client.get(f"{root}?left=-1").status_code == 422
    assert client.get(f"{root}?probe=weat-1").status_code == 409


def test_a_document_leads_to_what_lies_around_it(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    page = client.get(f"{root}/documents/{sample.document_ids[0]}").text
    around = "left=975&amp;top=975&amp;right=1000&amp;bottom=1000&amp;probe=weat-6"
    assert f'href="{root}/map?{around}"' in page
    assert "/map?" not in client.get(f"{root}/documents/{sample.document_ids[3]}").text


def test_the_api_gives_a_part_with_places(client: TestClient, sample: Sample) -> None:
    answer = client.get(
        f"/api/v1/audits/{sample.audit_id}/map", params={"left": 500, "bottom": 600, "limit": 100}
    ).json()
    assert answer["documents"] == len(answer["items"]) > 0
    assert all(item["right"] >= 500 and item["down"] <= 600 for item in answer["items"])
    assert answer["influence"] == pytest.approx(sum(item["influence"] for item in answer["items"]))
    assert (answer["left"], answer["top"], answer["right"], answer["bottom"]) == (500, 0, 1000, 600)
    assert answer["facts"]["unplaced"] == 1
    assert all(item["excerpt"] for item in answer["items"])
    assert {word["word"] for word in answer["words"]} <= {"office", "rain", "he"}


def test_a_part_is_marked_whole(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    answer = client.post(f"{root}/map/mark?left=500&bottom=600", data={"back": f"{root}/map"}, headers=HEADERS)
    assert answer.headers["location"] == f"{root}/map"
    part = client.get(f"/api/v1{root}/map", params={"left": 500, "bottom": 600}).json()
    marked = client.get(f"/api/v1{root}/marked").json()
    assert {item["document_id"] for item in marked["items"]} == {item["document_id"] for item in part["items"]}
    assert client.post(f"{root}/map/mark", headers=HEADERS).status_code == 422


def test_a_map_is_drawn_when_asked_for_and_once(client: TestClient, database: Database, silent: None) -> None:
    made = make_audit(database)
    root = f"/audits/{made.audit_id}"
    assert reading.values(client.get(f"{root}/map").text, "empty") == ["map"]
    refused = client.get(f"/api/v1{root}/map")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    started = client.post(f"/api/v1{root}/map", headers=HEADERS)
    assert started.status_code == 202
    assert client.post(f"{root}/map", headers=HEADERS).headers["location"] == f"{root}/map"
    assert client.post(f"/api/v1{root}/map", headers=HEADERS).json() == started.json()
    assert f'data-job="/api/v1/jobs/{started.json()["job_id"]}"' in client.get(f"{root}/map").text
    with database.session() as session:
        job = jobs.latest(session, JobKind.MAP, made.audit_id)
        assert job is not None
        jobs.end(session, job.id, Status.FAILED, "The files are gone.", "Run it again.")
        assert audits.get(session, made.audit_id).status == Status.DONE
    assert "The files are gone." in reading.alerts(client.get(f"{root}/map").text)
    draw(database, made)
    assert client.post(f"/api/v1{root}/map", headers=HEADERS).status_code == 409


def test_marks_go_by_sign_size_and_number_of_documents() -> None:
    documents, influence = np.zeros((CELLS, CELLS), np.int64), np.zeros((CELLS, CELLS))
    for column, (count, total) in enumerate([(1, 0.0), (4, 0.1), (4, -0.2), (4, 0.3), (4, 8.0)]):
        documents[2, column], influence[2, column] = count, total
    figure = map_figure(Grid(documents, influence), 1)
    assert figure.full == 4
    # The sizes of the four sums are cut at 0.25, 2.225 and 5.69.
    assert [level.least for level in figure.levels] == pytest.approx([0, 0.25, 2.225, 5.69])
    marks = {one.css_class: one.path for one in figure.marks}
    assert set(marks) == {"map-none", "map-amplifying-1", "map-amplifying-2", "map-amplifying-4", "map-mitigating-1"}
    assert marks["map-mitigating-1"].startswith("M50.0 40.0l10.0 10.0")
    assert marks["map-amplifying-1"] == "M21.0 41.0h18.0v18.0h-18.0z"
    turned = {one.css_class for one in map_figure(Grid(documents, influence), -1).marks}
    assert turned == {"map-none", "map-mitigating-1", "map-mitigating-2", "map-mitigating-4", "map-amplifying-1"}
    nothing = map_figure(Grid(documents * 0, influence * 0), 1)
    assert (nothing.marks, nothing.levels) == ([], [])


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workflow library takes work and never carries it out."""

    class Workflows:
        def enqueue(self, *_: object) -> None: ...
        def destroy(self) -> None: ...

    monkeypatch.setattr(JobQueue, "_connect", lambda self: Workflows())


def region(documents: int, middle: tuple[float, float], *words: str) -> Region:
    return Region(Rectangle(0, 0, 200, 200), documents, 0.1, list(words), middle)


def test_regions_are_named_by_their_first_words_where_their_documents_lie() -> None:
    [label] = region_labels([region(50, (400.0, 300.0), "war", "army", "battle")])
    assert label == Label("war, army", 400.0, 300.0)


def test_a_name_that_would_cover_that_of_a_larger_region_is_left_out() -> None:
    small, large, apart = (
        region(20, (410.0, 310.0), "small"), region(50, (400.0, 300.0), "large"), region(20, (400.0, 340.0), "apart"),
    )  # fmt: skip
    assert [label.text for label in region_labels([small, large, apart])] == ["large", "apart"]


def test_names_stay_within_the_picture_and_small_regions_have_none() -> None:
    corner = region(500, (0.0, float(SIDE)), "international", "x" * 40)
    [label] = region_labels([corner, region(1, (500.0, 500.0), "one"), region(90, (500.0, 500.0))])
    assert label.x - label.width / 2 >= 0
    assert label.y < SIDE
    assert "…" in label.text


def test_the_picture_names_its_regions(client: TestClient, sample: Sample) -> None:
    page = html.fromstring(client.get(f"/audits/{sample.audit_id}/map").text)
    names = page.xpath("//*[@class='map-label chart-halo']/text()")
    assert names
    assert {word for name in names for word in name.split(", ")} <= {"office", "rain", "he"}
