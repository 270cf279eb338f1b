"""What proves who you are: a key in the data folder, one-time sign-in links, signed sessions, tokens for programs.

- A sign-in link holds a random token. Only its hash is stored, as a file's name; following the link deletes the file,
  which succeeds exactly once, whichever process made the link.
- A session and a program's token are signed with the key, so they outlive restarts. Deleting the key ends them all.
"""

import hashlib
import os
import secrets
import time
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from skipgram_audit.settings import Settings

SIGN_IN_SECONDS = 24 * 3600
SESSION_SECONDS = 30 * 24 * 3600
PROGRAM_SECONDS = 365 * 24 * 3600


class Secrets:
    """The secrets of one data folder.

    Args:
        folder: the data folder; it is created if need be.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._links = folder / "sign-in-links"
        key = _read_or_create_key(folder / "secret.key")
        self._sessions = URLSafeTimedSerializer(key, salt="session")
        self._programs = URLSafeTimedSerializer(key, salt="program")

    def new_sign_in_token(self) -> str:
        """A token that signs in once, within a day."""
        self._links.mkdir(mode=0o700, exist_ok=True)
        self._forget_old_links()
        token = secrets.token_urlsafe(32)
        (self._links / _hash(token)).touch(mode=0o600)
        return token

    def use_sign_in_token(self, token: str) -> bool:
        """Whether the token signs in; it never does a second time."""
        link = self._links / _hash(token)
        try:
            age = time.time() - link.stat().st_mtime
            link.unlink()
        except FileNotFoundError:
            return False
        return age <= SIGN_IN_SECONDS

    def new_session(self) -> str:
        return self._sessions.dumps(secrets.token_urlsafe(16))

    def is_session(self, value: str) -> bool:
        return _is_signed(self._sessions, value, SESSION_SECONDS)

    def new_program_token(self) -> str:
        """A bearer token for API clients, valid for a year."""
        return self._programs.dumps(secrets.token_urlsafe(16))

    def is_program_token(self, value: str) -> bool:
        return _is_signed(self._programs, value, PROGRAM_SECONDS)

    def _forget_old_links(self) -> None:
        for link in self._links.iterdir():
            if time.time() - link.stat().st_mtime > SIGN_IN_SECONDS:
                link.unlink(missing_ok=True)


def sign_in_address(settings: Settings) -> str:
    """A fresh one-time link that signs a browser in."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{settings.port}/sign-in?token={Secrets(settings.data_folder).new_sign_in_token()}"


def _is_signed(serializer: URLSafeTimedSerializer, value: str, seconds: int) -> bool:
    try:
        serializer.loads(value, max_age=seconds)
    except BadSignature:
        return False
    return True


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _read_or_create_key(path: Path) -> str:
    """The key of the data folder. Web server and command may create it at the same moment: the first one wins."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
