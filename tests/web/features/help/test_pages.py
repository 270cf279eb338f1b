"""The documentation as the application serves it."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html

from skipgram_audit.resources import docs_folder
from skipgram_audit_web.features.help import service
from tests.conftest import settings_on

settings = settings_on("sqlite")
PATHS = [path for paths in service.sections().values() for path in paths]


def test_every_page_of_the_documentation_is_listed_once() -> None:
    there = {str(path.relative_to(docs_folder()).with_suffix("")) for path in docs_folder().rglob("*.md")}
    assert sorted(PATHS) == sorted(there - {"index"})


def test_the_first_page_lists_all_others(client: TestClient) -> None:
    links = set(html.fromstring(client.get("/help").text).xpath("//main//a/@href"))
    assert {f"/help/{path}" for path in PATHS} <= links


def test_every_link_and_picture_of_the_help_leads_somewhere(client: TestClient) -> None:
    pages = {f"/help/{path}": html.fromstring(client.get(f"/help/{path}").text) for path in PATHS}
    addresses = pictures = 0
    for address, page in pages.items():
        article = page.xpath("//article")[0]
        assert len(article.xpath(".//h1")) == 1, address
        assert "generated:" not in article.text_content(), address
        for link in article.xpath(".//a/@href"):
            target, _, anchor = link.partition("#")
            if target.startswith("/help/"):
                assert target in pages, (address, link)
                addresses += 1
            if anchor and not target.startswith("https:"):
                assert pages[target or address].xpath("//*[@id=$id]", id=anchor), (address, link)
        for source in article.xpath(".//img/@src"):
            answer = client.get(source)
            assert answer.headers["content-type"] == "image/png", (address, source)
            pictures += 1
    assert addresses > 50
    assert pictures >= 6


@pytest.mark.parametrize("path", ["nothing", "guide/nothing", "images/nothing.png", "images/..%2f..%2fx.png"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/help/{path}").status_code == 404


def test_a_picture_is_the_file_of_the_guide(client: TestClient) -> None:
    picture: Path = next((docs_folder() / "guide" / "images").glob("*.png"))
    assert client.get(f"/help/images/{picture.name}").content == picture.read_bytes()
