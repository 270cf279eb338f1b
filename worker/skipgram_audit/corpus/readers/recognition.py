"""Encodings that bytes give away for certain: those of two and four bytes, and those that shift within seven bits.

Read as UTF-8, the latter are valid ASCII, and every word would be wrong without a message.
"""

import base64
import codecs
import re
import unicodedata
from dataclasses import dataclass

ESCAPES_OF_ISO_2022 = re.compile(rb"\x1b\$(?:[@AB]|[()*+][A-Z@])")
"""What comes before letters of two bytes in any of ISO 2022's encodings."""

_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_KOREAN = re.compile(rb"\x1b\$\)C")
_CHINESE = re.compile(rb"\x1b\$(?:\)[AGE]|\*H|\+[I-M])")
_JAPANESE_CODECS = ("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004", "iso2022_jp_ext")
_HZ = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)~\}")
_UTF7_MARK = re.compile(rb"\+/v[89+/]")
_UTF7 = re.compile(rb"\+([A-Za-z0-9+/]{3,})-?")
_LEAST_SHIFTS, _LEAST_HZ_BYTES = 2, 8
_UNKNOWN_CHARACTERS = 0.01


@dataclass(frozen=True)
class Recognised:
    """An encoding.

    Attributes:
        name: as people call it.
        codec: Python's name; empty where there is none and the file cannot be read.
        certain: whether the bytes can be nothing else: marks, escapes and zero bytes are, ASCII that could be a text is
            not.
    """

    name: str
    codec: str
    certain: bool = True

    @property
    def wide(self) -> bool:
        return self.codec.startswith(("utf-16", "utf-32"))


def recognised(head: bytes) -> Recognised | None:
    """The encoding that the beginning of a file gives away, or None: UTF-8, or one of those that must be chosen."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Recognised(name.upper(), name)
    if b"\0" in head:
        return _wide_without_mark(head)
    if not head.isascii():
        return None
    return _iso_2022(head) or _shifting(head)


def _wide_without_mark(head: bytes) -> Recognised | None:
    for codec, places in (("utf-32-le", (3, 2)), ("utf-32-be", (0, 1))):
        highest, high = (head[place::4] for place in places)
        if len(head) >= 4 and not any(highest) and max(high, default=0) <= 0x10 and _is_text(head, codec):
            return Recognised(codec.upper(), codec)
    best = max(("utf-16-le", "utf-16-be"), key=lambda codec: _ascii_count(head, codec))
    return Recognised(best.upper(), best) if _ascii_count(head, best) and _is_text(head, best) else None


def _ascii_count(head: bytes, codec: str) -> int:
    """How many characters of the text are ASCII, as ends of lines and spaces are in every script."""
    return sum(character < "\x7f" for character in head[: len(head) // 2 * 2].decode(codec, errors="replace"))


def _is_text(head: bytes, codec: str) -> bool:
    """Whether the bytes decode to characters that exist."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    known = sum(
        unicodedata.category(character) not in ("Cn", "Co", "Cc") or character in "\r\n\t" for character in text
    )
    return bool(text) and "\0" not in text and len(text) - known <= max(1, _UNKNOWN_CHARACTERS * len(text))


def _iso_2022(head: bytes) -> Recognised | None:
    if _KOREAN.search(head):
        return Recognised("ISO-2022-KR", "iso2022_kr")
    if _CHINESE.search(head):
        return Recognised("ISO-2022-CN", "")
    if ESCAPES_OF_ISO_2022.search(head) or re.search(rb"\x1b\([JI]", head):
        return Recognised("ISO-2022-JP", next((one for one in _JAPANESE_CODECS if _decodes(head, one)), "iso2022_jp"))
    return None


def _shifting(head: bytes) -> Recognised | None:
    """HZ or UTF-7, where all that looks like a shift is one."""
    chinese = _HZ.findall(head)
    if len(b"".join(chinese)) >= _LEAST_HZ_BYTES and head.count(b"~{") == len(chinese) and _decodes(head, "hz"):
        return Recognised("HZ (GB 2312 in seven bits)", "hz", certain=False)
    if _UTF7_MARK.match(head):
        return Recognised("UTF-7", "")
    shifts = _UTF7.findall(head)
    only_shifts = head.replace(b"+-", b"").count(b"+") == len(shifts) >= _LEAST_SHIFTS
    return Recognised("UTF-7", "", certain=False) if only_shifts and all(map(_is_utf7_shift, shifts)) else None


def _is_utf7_shift(shift: bytes) -> bool:
    """Base 64 of UTF-16 that holds letters beyond ASCII."""
    try:
        data = base64.b64decode(shift + b"=" * (-len(shift) % 4))
        text = data[: len(data) // 2 * 2].decode("utf-16-be")
    except ValueError:
        return False
    return any(ord(one) > 127 for one in text) and all(unicodedata.category(one)[0] not in "C" for one in text)


def _decodes(head: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
