"""A limit on request bodies, so that a form cannot fill the disk; uploads have their own, larger one."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skipgram_audit.model.errors import TooLarge
from skipgram_audit_web.error_handlers import error_response

MAXIMUM_BODY_BYTES = 4 * 1024 * 1024
STREAMED = (("PATCH", "/api/v1/uploads/"), ("POST", "/corpora/new"), ("POST", "/models/new"))
"""These requests stream to disk and are counted there, against the upload limit of the settings."""


class BodyLimit:
    """Refuses a body that says it is too large, and cuts off one that turns out to be."""

    def __init__(self, app: ASGIApp, maximum_bytes: int = MAXIMUM_BODY_BYTES) -> None:
        self.app = app
        self.maximum_bytes = maximum_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or any(
            scope["method"] == method and scope["path"].startswith(prefix) for method, prefix in STREAMED
        ):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > self.maximum_bytes:
            await error_response(request, self._error())(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.maximum_bytes:
                # The framework's own exception: it is the one that passes through the parsing of forms.
                raise HTTPException(413, self._error().message)
            return message

        await self.app(scope, receive_within_limit, send)

    def _error(self) -> TooLarge:
        return TooLarge(
            f"The request is larger than {self.maximum_bytes // 1024} KiB.",
            "Corpora are uploaded in the corpora pages or under /api/v1/uploads.",
            limit=self.maximum_bytes,
        )
