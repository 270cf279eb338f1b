"""Characters that a report cannot show are written as their code, U+05D0 for instance, and never as a box.

Those are characters that none of its fonts has, control characters, and marks that turn the direction of writing, which
could make a text look like another one.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont

from skipgram_audit.model.errors import Conflict

PLACES = {
    "fontpkg_noto_sans": "files",
    "fontpkg_noto_sans_arabic": "files",
    "fontpkg_noto_sans_devanagari": "files",
    "justmytype_intl_cjk": "fonts/ofl",
}
"""Package -> its folder of fonts; Latin, Greek and Cyrillic, Arabic, Devanagari, Chinese, Japanese and Korean."""

FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari")
EAST_ASIAN = ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR")
FILES = {
    "Noto Sans": "NotoSans[",
    "Noto Sans Arabic": "NotoSansArabic[",
    "Noto Sans Devanagari": "NotoSansDevanagari[",
    "Noto Sans SC": "NotoSansSC[",
    "Noto Sans TC": "NotoSansTC[",
    "Noto Sans JP": "NotoSansJP[",
    "Noto Sans KR": "NotoSansKR[",
}
"""Family -> how the name of its upright file begins."""

FIRST_OF_LANGUAGE = {"ja": "Noto Sans JP", "ko": "Noto Sans KR", "zh": "Noto Sans SC"}

INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c\u00ad\u2060\ufe0e\ufe0f")
"""Characters that show nothing: scripts need some, others say where lines may end or how a neighbour is read. Marks
that turn what follows them are not among them."""

LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def code_of(character: str) -> str:
    """``U+05D0``."""
    return f"U+{ord(character):04X}"


def font_folders() -> list[Path]:
    """Where the fonts are.

    Raises:
        Conflict: a package of fonts is not installed.
    """
    folders = []
    for package, folder in PLACES.items():
        found = find_spec(package)
        if found is None or found.origin is None:
            raise Conflict(
                f"The fonts of the package {package.replace('_', '-')} are not installed, so no PDF can be made.",
                "Install skipgram-audit again with its dependencies.",
            )
        folders.append(Path(found.origin).parent / folder)
    return folders


def families(language: str) -> list[str]:
    """The families of fonts, the one first that a character is looked for in first.

    Args:
        language: ISO 639: the three languages that share characters write many of them differently.
    """
    first = FIRST_OF_LANGUAGE.get(language.split("-")[0])
    return [*FAMILIES, *sorted(EAST_ASIAN, key=lambda family: family != first)]


@cache
def _characters_of(family: str) -> frozenset[int]:
    """The codes of the characters that a font of this family has."""
    for folder in font_folders():
        for path in folder.rglob("*.ttf"):
            if path.name.startswith(FILES[family]):
                with TTFont(path, lazy=True) as font:
                    return frozenset(font.getBestCmap())
    raise Conflict(f"The font {family} is not installed, so no PDF can be made.", "Install skipgram-audit again.")


def with_codes(text: str) -> str:
    """The text with the code in the place of each character that no font has; line ends stay."""
    return _replaced(text, _is_shown)


def without_controls(text: str) -> str:
    """The text with the code in the place of control characters and marks that turn the direction of writing; for forms
    that bring no fonts along. Line ends stay."""
    return _replaced(text, _is_safe)


def _replaced(text: str, is_shown: Callable[[str], bool]) -> str:
    lines = LINE_ENDS.sub("\n", text).replace("\t", " ")
    if lines.isascii() and lines.replace("\n", "").isprintable():
        return lines
    return "".join(one if one == "\n" or is_shown(one) else code_of(one) for one in lines)


@cache
def _is_safe(character: str) -> bool:
    return character.isprintable() or character in INVISIBLE or unicodedata.category(character) == "Zs"


@cache
def _is_shown(character: str) -> bool:
    if character in INVISIBLE:
        return True
    return _is_safe(character) and any(ord(character) in _characters_of(one) for one in families(""))
