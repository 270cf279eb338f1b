"""Each rule of the guard, as a request that keeps it and a request that breaks it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skipgram_audit_web.security.guard import host_name

UNSAFE = "/sign-out"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "[::1]:8000"])
def test_allowed_hosts_are_answered(stranger: TestClient, host: str) -> None:
    assert stranger.get("/healthz", headers={"host": host}).json() == {"status": "ok"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::2]", "", "localhost@evil.example"])
def test_other_hosts_are_refused(client: TestClient, host: str) -> None:
    response = client.get("/healthz", headers={"host": host})
    assert response.status_code == 400
    assert client.get("/api/v1/probes", headers={"host": host}).json()["error"]["code"] == "wrong_host"


def test_host_names_lose_port_and_brackets() -> None:
    assert [host_name(host) for host in ("A:1", "[::1]:80", "b")] == ["a", "::1", "b"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://127.0.0.1:8000"},
        {},
    ],
)
def test_our_own_pages_and_programs_may_change_things(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post(UNSAFE, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "null"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_sites_pages_may_not(client: TestClient, method: str, headers: dict[str, str]) -> None:
    assert client.request(method, UNSAFE, headers=headers).status_code == 403
    response = client.request(method, "/api/v1/probes", headers=headers)
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "forbidden"


@pytest.mark.parametrize("path", ["/", "/corpora", "/probes", "/api/v1/openapi.json", "/nothing/here", "/static/../x"])
def test_everything_needs_a_session(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 401


def test_every_route_but_the_open_ones_needs_a_session(stranger: TestClient, app: FastAPI) -> None:
    open_paths = {"/healthz", "/sign-in"}
    paths = set(app.openapi()["paths"]) | {"/", "/corpora", "/probes", "/audits", "/sign-out"}
    assert len(paths - open_paths) > 30
    for path in paths - open_paths:
        for method in ("GET", "POST", "PUT", "DELETE"):
            assert stranger.request(method, path.replace("{", "").replace("}", "")).status_code == 401, path


def test_open_paths_need_none(stranger: TestClient) -> None:
    assert stranger.get("/healthz").status_code == 200
    assert stranger.get("/static/style.css").status_code == 200
    assert stranger.get("/sign-in").status_code == 200


def test_strangers_are_told_how_to_get_in(stranger: TestClient) -> None:
    page = stranger.get("/corpora")
    assert "skipgram-audit sign-in-link" in page.text
    assert page.headers["content-type"].startswith("text/html")
    answer = stranger.get("/api/v1/probes")
    assert answer.json()["error"]["code"] == "not_signed_in"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_programs_may_use_a_bearer_token(stranger: TestClient, app: FastAPI) -> None:
    token = app.state.secrets.new_program_token()
    path = "/api/v1/openapi.json"
    assert stranger.get(path, headers={"authorization": f"Bearer {token}"}).status_code == 200
    session = app.state.secrets.new_session()
    for wrong in (f"Bearer {token}x", f"Basic {token}", f"Bearer {session}", "Bearer", "Bearer ü"):
        assert stranger.get(path, headers={b"authorization": wrong.encode()}).status_code == 401
