"""Every answer, refusals and errors included, tells the browser what our pages never do."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skipgram_audit.resources import templates_folder
from skipgram_audit_web.security.headers import CONTENT_SECURITY_POLICY, SECURITY_HEADERS


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/sign-in", "/api/v1/openapi.json", "/static/style.css"])
def test_every_answer_has_the_headers(stranger: TestClient, client: TestClient, path: str) -> None:
    for response in (stranger.get(path), client.get(path), client.get(path, headers={"host": "evil.example"})):
        for name, value in SECURITY_HEADERS.items():
            assert name in response.headers
            if name != "cache-control":
                assert response.headers[name] == value


def test_even_an_unexpected_error_has_the_headers_and_no_trace(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    # Tests share their routes.
    monkeypatch.setattr(app.router, "routes", [*app.router.routes])
    app.get("/broken")(broken)
    app.get("/api/v1/broken")(broken)
    patient = TestClient(app, base_url="http://127.0.0.1:8000", cookies=client.cookies, raise_server_exceptions=False)
    page, answer = patient.get("/broken"), patient.get("/api/v1/broken")
    assert page.status_code == answer.status_code == 500
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.json()["error"]["code"] == "internal_error"
    assert "secret detail" not in page.text + answer.text


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


def test_templates_hold_no_inline_script_or_style() -> None:
    templates = list(templates_folder().rglob("*.html"))
    assert len(templates) > 30
    for path in templates:
        if path.name == "report.html" or path.parent.name == "notebook":  # files of their own, not pages of the server
            continue
        text = path.read_text()
        assert not re.search(r"\sstyle\s*=", text), path
        assert not re.search(r"<style", text), path
        assert not re.search(r"\son\w+\s*=\s*[\"']", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
        assert "|safe" not in text.replace(" ", ""), path


def test_static_files_are_kept_and_pages_are_not(client: TestClient) -> None:
    assert "immutable" in client.get("/static/style.css").headers["cache-control"]
    assert client.get("/sign-in").headers["cache-control"] == "private, no-cache"
