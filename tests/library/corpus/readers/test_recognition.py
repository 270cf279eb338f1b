"""Encodings that bytes give away are recognised; read as UTF-8 they would be garbage without a message."""

from pathlib import Path
from typing import Any

import pytest

from skipgram_audit.corpus.readers import Interface, WrongEncoding, preview
from skipgram_audit.corpus.readers.recognition import recognised
from tests.library.corpus.readers.files import LIMITS, read, write

JAPANESE = "日本語の文章です。\n二行目の文章。\n"
RECOGNISED = {
    "utf-16": JAPANESE,
    "utf-16-le": JAPANESE,
    "utf-16-be": "Привет, мир и слова.\n" * 3,
    "utf-32": JAPANESE,
    "utf-32-le": JAPANESE,
    "utf-32-be": "Plain words.\nMore.\n",
    "iso2022_jp": JAPANESE,
    "iso2022_jp_1": "日本語の丂文字。\n" + JAPANESE,
    "iso2022_kr": "한국어 문장입니다.\n둘째 줄 문장.\n",
    "hz": "中文句子。\n第二行。\n",
}


@pytest.mark.parametrize("encoding", RECOGNISED)
def test_an_encoding_is_recognised_and_read(tmp_path: Path, encoding: str) -> None:
    text = RECOGNISED[encoding]
    path = write(tmp_path / "a.txt", text.encode(encoding))
    found = preview(path, "a.txt", None, LIMITS)
    assert [document.text for document in found.documents] == text.splitlines()
    assert found.problem == ""
    assert found.encodings[0].encoding == found.options.encoding
    assert found.encodings[0].sample.strip()
    assert not any("\0" in item.sample for item in found.encodings)


@pytest.mark.parametrize("encoding", RECOGNISED)
def test_it_is_refused_by_name_as_utf8(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "a.txt", RECOGNISED[encoding].encode(encoding))
    name = {"iso2022": "ISO-2022", "hz": "HZ"}.get(encoding.split("_")[0], encoding[:6].upper())
    ways: tuple[dict[str, Any], ...] = ({}, {"document_per": "file"})
    for options in ways:
        with pytest.raises(WrongEncoding, match=name) as caught:
            read(path, format="txt", **options)
        assert "--encoding" in caught.value.remedy_on(Interface.COMMAND_LINE)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("UTF-7", "Le garçon mange à la maison. Zoë sieht Türen.\n".encode("utf-7")),
        ("ISO-2022-CN", b"\x1b$)A\x0e=;;;\x0f words and words\n"),
    ],
)
def test_an_encoding_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = write(tmp_path / "a.txt", content)
    with pytest.raises(WrongEncoding, match=name) as caught:
        read(path, format="txt")
    assert "iconv" in caught.value.remedy
    assert name in preview(path, "a.txt", None, LIMITS).problem


def test_shifts_far_into_a_file_are_found(tmp_path: Path) -> None:
    before = b"plain words\n" * 20_000
    path = write(tmp_path / "a.txt", before + JAPANESE.encode("iso2022_jp"))
    with pytest.raises(WrongEncoding, match=r"line 20,001 .*ISO-2022-JP"):
        read(path, format="txt")
    documents, _ = read(path, format="txt", encoding="iso2022_jp")
    assert documents[-1].text == "二行目の文章。"


@pytest.mark.parametrize(
    "text",
    [
        "Plain words.",
        "1+1=2 and a+b-c, C++ and +49-30-1234.",
        "A+B- grades, Google+-like.",
        r"See Fig.~{\em 3} and ~{x}.",
        "~{no~} shift",
        "Terminal \x1b[31mred\x1b[0m words",
        "naïve café",
        "日本語",
    ],
)
def test_other_texts_are_taken_for_nothing_else(tmp_path: Path, text: str) -> None:
    assert recognised(text.encode()) is None
    assert read(write(tmp_path / "a.txt", text), format="txt")[0][0].text == text
