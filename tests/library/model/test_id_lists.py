"""Lists of ids are read exactly: whatever an id holds, a list that was written names it and no other."""

import io
import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.id_lists import read_id_list, write_id_list

IDS = st.text(
    st.one_of(
        st.sampled_from(" \t\n\r\u2028\u2029\x0b\x0c\x85\u00a0\ufeff\"'[],\\-=ae\u0301é"), st.characters(codec="utf-8")
    ),
    min_size=1,
    max_size=12,
).filter(lambda identifier: "\0" not in identifier)  # no document has such an id


@given(st.lists(IDS, min_size=1, max_size=6, unique=True))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, ids: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "ids.txt"
    path.write_bytes(write_id_list(ids).encode())
    assert list(read_id_list(path).ids) == ids


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.txt",
            b' lead\n\ttab\t\n\n\xe2\x80\xa8u2028\r\n\'x\n"q"\nlast',
            [" lead", "\ttab\t", "\u2028u2028", "'x", '"q"', "last"],
        ),
        ("a.txt", b"\xef\xbb\xbfone\ntwo\n", ["one", "two"]),
        ("a.txt", "één\r\ntwo\r\n".encode("utf-16"), ["één", "two"]),
        ("a.txt", b'["two\\nlines", " x"]', ["two\nlines", " x"]),
        ("a.txt", b'["not", json\n[1]\n', ['["not", json', "[1]"]),
        ("a.json", b'\n["a\\u2028b",\n "c"]\n', ["a\u2028b", "c"]),
        ("a.jsonl", b'"a\\nb"\n\n" c"\n', ["a\nb", " c"]),
        ("a.txt", b"a\rb\x0bc\x85\n".replace(b"\x85", "\x85".encode()), ["a\rb\x0bc\x85"]),
        ("a.txt", b"007\n7\n7.0\n", ["007", "7", "7.0"]),
    ],
)
def test_lines_and_json(tmp_path: Path, name: str, content: bytes, expected: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert list(read_id_list(path).ids) == expected


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"\n\r\n", "names no document"),
        ("a.txt", "one\n".encode("utf-16-le"), "NUL"),
        ("a.txt", b"one\ntwo\nna\xefve\n", "line 3"),
        ("a.json", b"one\ntwo\n", "not an array of strings"),
        ("a.json", b"[1, 2]", "not an array of strings.*not a text"),
        ("a.json", b'["a" "b"]', "broken after"),
        ("a.json", b"[" * 100_000, "array of strings"),
        ("a.jsonl", b'"a"\n"b\n', "broken after"),
        ("a.jsonl", b'{"id": "a"}\n', "not a string a line"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message) as caught:
        read_id_list(path)
    assert caught.value.remedy


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_id_list(tmp_path / "none.txt")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_id_list(tmp_path)


def test_repeats_are_told_and_count_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a\nb\na\n a\n")
    found = read_id_list(path)
    assert found.ids == ("a", "b", " a")
    assert found.repeated == ("a",)
    assert "'a'" in found.notes()[0]


def test_standard_input_and_pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(" é\nb".encode()), encoding="latin-1"))
    assert read_id_list(Path("-")).ids == (" é", "b")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(json.dumps(["x\ny"]).encode(),))
    writer.start()
    assert read_id_list(pipe).ids == ("x\ny",)
    writer.join()
