"""Who may ask for what. Every request passes these rules, in this order, before any route sees it.

1. The Host header names an allowed host. A page of another site that makes its own name point at 127.0.0.1 (DNS
   rebinding) is refused here.
2. A request that may change something comes from our own pages: browsers say so in Sec-Fetch-Site, older ones in
   Origin, and neither can be forged by a page. Programs send neither and are let through to rule 3.
   Source: OWASP, Cross-Site Request Forgery Prevention, "Fetch Metadata" and "verifying origin".
3. Everything but the health check, the static files and the sign-in needs a session cookie or a bearer token.
"""

from starlette.datastructures import URL, Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from skipgram_audit.model.errors import AuditError, Forbidden
from skipgram_audit.settings import Settings
from skipgram_audit_web.error_handlers import error_response
from skipgram_audit_web.security.secrets import Secrets
from skipgram_audit_web.web import render, wants_json

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OPEN_PATHS = ("/healthz", "/sign-in")


class NotSignedIn(AuditError):
    code, status = "not_signed_in", 401


class WrongHost(AuditError):
    code, status = "wrong_host", 400


def cookie_name(settings: Settings) -> str:
    """Cookies do not know ports: with the port in the name, two servers on one machine do not sign each other out."""
    return f"skipgram_audit_{settings.port}"


class Guard:
    """The rules as ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings, secrets: Secrets) -> None:
        self.app = app
        self._allowed_hosts = {host.strip("[]").lower() for host in settings.allowed_hosts}
        self._cookie = cookie_name(settings)
        self._secrets = secrets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._refusal(request)
        await (answer or self.app)(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        try:
            self._check_host(request.headers)
            if request.method not in SAFE_METHODS:
                check_origin(request)
        except AuditError as error:
            return error_response(request, error)
        path = request.url.path
        if path in OPEN_PATHS or path.startswith("/static/") or self._is_signed_in(request):
            return None
        return _not_signed_in(request)

    def _check_host(self, headers: Headers) -> None:
        name = host_name(headers.get("host", ""))
        if name not in self._allowed_hosts:
            raise WrongHost(
                f"This server does not answer to the name {name[:100]!r}.",
                "Use 127.0.0.1 or localhost, or add the name to SKIPGRAM_AUDIT_ALLOWED_HOSTS.",
            )

    def _is_signed_in(self, request: Request) -> bool:
        session = request.cookies.get(self._cookie)
        if session is not None and self._secrets.is_session(session):
            return True
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and self._secrets.is_program_token(token.strip())


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def check_origin(request: Request) -> None:
    """Rule 2.

    Raises:
        Forbidden: a browser says that the request comes from another site's page.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site in ("same-origin", "none")
    elif origin is not None:
        ours = URL(origin).netloc == request.headers.get("host") and origin != "null"
    else:
        ours = True
    if not ours:
        raise Forbidden("This request comes from another site's page.", "Do it from a page of Skip-gram Audit.")


def _not_signed_in(request: Request) -> Response:
    if not wants_json(request):
        return render(request, "security/sign_in.html", status_code=401, failed=False)
    error = NotSignedIn(
        "You are not signed in.",
        "Send the session cookie, or a bearer token as printed by `skipgram-audit api-token`.",
    )
    response = error_response(request, error)
    response.headers["www-authenticate"] = "Bearer"
    return response
