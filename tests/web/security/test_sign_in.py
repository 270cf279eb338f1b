"""Signing in by the printed link: once, by whichever process made the link, and for longer than the server lives."""

import os
import stat
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from fastapi import FastAPI
from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit_web.main import create_app
from skipgram_audit_web.security.guard import cookie_name
from skipgram_audit_web.security.secrets import SIGN_IN_SECONDS, Secrets, sign_in_address
from tests.web import page as reading


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_a_link_signs_in_once(stranger: TestClient, settings: Settings) -> None:
    link = path_of(sign_in_address(settings))
    first = stranger.get(link)
    assert first.status_code == 200
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert stranger.get("/api/v1/openapi.json").status_code == 200
    stranger.cookies.clear()
    second = stranger.get(link)
    assert second.status_code == 401
    assert reading.values(second.text, "sign-in") == ["failed"]
    assert stranger.get("/api/v1/openapi.json").status_code == 401


def test_a_prefetching_browser_does_not_use_the_link_up(stranger: TestClient, settings: Settings) -> None:
    link = path_of(sign_in_address(settings))
    assert stranger.get(link, headers={"sec-purpose": "prefetch;prerender"}).status_code == 503
    assert stranger.get(link).status_code == 200


def test_an_old_link_does_not_sign_in(settings: Settings) -> None:
    secrets = Secrets(settings.data_folder)
    token = secrets.new_sign_in_token()
    (link,) = (settings.data_folder / "sign-in-links").iterdir()
    assert token not in link.name
    old = time.time() - SIGN_IN_SECONDS - 1
    os.utime(link, (old, old))
    assert not secrets.use_sign_in_token(token)


def test_invented_tokens_do_not_sign_in(stranger: TestClient) -> None:
    for token in ("", "x", "../../secret.key", "%00"):
        response = stranger.get("/sign-in", params={"token": token})
        assert "set-cookie" not in response.headers


def test_sessions_outlive_a_restart(client: TestClient, settings: Settings) -> None:
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000", cookies=client.cookies) as restarted:
        assert restarted.get("/api/v1/openapi.json").status_code == 200


def test_a_forged_session_is_none(stranger: TestClient, app: FastAPI, settings: Settings) -> None:
    program = app.state.secrets.new_program_token()
    for value in ("x", program, app.state.secrets.new_session()[:-1]):
        stranger.cookies.set(cookie_name(settings), value)
        assert stranger.get("/api/v1/openapi.json").status_code == 401


def test_signing_out_takes_the_cookie_away(client: TestClient) -> None:
    response = client.post("/sign-out")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")
    assert "max-age=0" in response.headers["set-cookie"].lower()


def test_the_key_is_readable_by_the_owner_only_and_shared_by_processes(settings: Settings) -> None:
    one, other = Secrets(settings.data_folder), Secrets(settings.data_folder)
    assert other.is_session(one.new_session())
    assert stat.S_IMODE((settings.data_folder / "secret.key").stat().st_mode) == 0o600


def test_the_link_names_an_address_that_a_browser_can_open(settings: Settings) -> None:
    for host, shown in (("127.0.0.1", "127.0.0.1:8000"), ("0.0.0.0", "127.0.0.1:8000"), ("::1", "[::1]:8000")):
        address = sign_in_address(settings.model_copy(update={"host": host}))
        assert urlsplit(address).netloc == shown
        assert len(parse_qs(urlsplit(address).query)["token"][0]) > 40


def test_the_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    for number, make in enumerate((lambda folder: Settings(data_folder=folder).create_data_folder(), Secrets)):
        folder = tmp_path / str(number) / "data"
        make(folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
