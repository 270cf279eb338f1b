"""Signing in by the printed link, and out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from skipgram_audit_web.security.guard import cookie_name
from skipgram_audit_web.security.secrets import SESSION_SECONDS, Secrets
from skipgram_audit_web.web import CurrentSettings, render, see_other

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def sign_in(request: Request, settings: CurrentSettings, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Exchanges the one-time token for a session.

    The answer is a page that moves on by itself, not a redirect: when the link was clicked on another site's page
    (mail, chat), browsers leave a SameSite=Strict cookie out of the redirected request, and the user would seem not to
    be signed in. A move that starts on our own page carries the cookie.
    """
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=503)
    secrets: Secrets = request.app.state.secrets
    if not token and secrets.is_session(request.cookies.get(cookie_name(settings), "")):
        return see_other("/")
    if not token or not secrets.use_sign_in_token(token):
        return render(request, "security/sign_in.html", status_code=401 if token else 200, failed=bool(token))
    response = render(request, "security/signed_in.html")
    response.set_cookie(
        cookie_name(settings),
        secrets.new_session(),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        path="/",
    )
    return response


@router.post("/sign-out")
def sign_out(settings: CurrentSettings) -> Response:
    """Forgets this browser's session."""
    response = see_other("/sign-in")
    response.delete_cookie(cookie_name(settings), path="/", httponly=True, samesite="strict")
    return response
