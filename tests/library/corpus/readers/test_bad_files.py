"""Files that cannot be read say why, where, and what to do; bombs are stopped while they inflate."""

import gzip
import io
import json
import os
import tracemalloc
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from skipgram_audit.corpus.readers import (
    MissingField,
    NoDocuments,
    OverLimit,
    ReaderLimits,
    UnreadableFile,
    WrongEncoding,
    detect_format,
    preview,
)
from tests.library.corpus.readers.files import LIMITS, read, write

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize("file_format", ["txt", "csv", "tsv", "jsonl", "parquet", "zip"])
def test_an_empty_file(tmp_path: Path, file_format: str) -> None:
    with pytest.raises(UnreadableFile, match="empty"):
        read(write(tmp_path / "a", b""), format=file_format)
    with pytest.raises((UnreadableFile, NoDocuments)):
        read(write(tmp_path / "a.gz", b""), format=file_format)


@pytest.mark.parametrize("file_format", ["txt", "csv", "tsv", "jsonl", "parquet", "zip"])
def test_a_binary_file(tmp_path: Path, file_format: str) -> None:
    path = write(tmp_path / "a", b"\x7fELF\0\1\2" + os.urandom(5000))
    with pytest.raises(UnreadableFile):
        read(path, format=file_format)
    with pytest.raises(UnreadableFile, match="program"):
        detect_format(path, f"a.{file_format}")


def test_a_wrong_encoding_is_told_with_line_and_byte(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"line {number} with words"}) for number in range(5000)]
    before = "\n".join(lines).encode() + b"\n"
    path = write(tmp_path / "a.jsonl", before + '{"text": "naïve"}\n'.encode("cp1252"))
    with pytest.raises(WrongEncoding, match=rf"Line 5,001, byte {len(before) + 12:,} .* \(0xef\)") as caught:
        read(path, format="jsonl")
    assert "encoding" in caught.value.remedy
    assert caught.value.details == {"encoding": "utf-8", "line": 5001, "byte": len(before) + 12}
    assert read(path, format="jsonl", encoding="cp1252")[0][-1].text == "naïve"


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "cp932", "euc-kr"])
def test_damage_in_encodings_of_several_bytes_is_told_as_well(tmp_path: Path, encoding: str) -> None:
    good = ("words and words\n" * 2000).encode(encoding)
    damage = b"\x00\xdc\x41\x00" if encoding == "utf-16" else b"\x81\x20"
    with pytest.raises(WrongEncoding, match=f"Line 2,001, byte {len(good):,}"):
        read(write(tmp_path / "a.txt", good + damage), format="txt", encoding=encoding)


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "base64", "idna", "unicode_escape", "utf-7", "", "a\0b"])
def test_an_encoding_that_is_none(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(WrongEncoding):
        read(write(tmp_path / "a.txt", "words"), format="txt", encoding=encoding)


def test_a_file_over_the_cap(tmp_path: Path) -> None:
    with pytest.raises(OverLimit, match="at most 3 are read"):
        read(write(tmp_path / "a.txt", "words"), ReaderLimits(maximum_bytes=3), format="txt")


def zip_bomb(size: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"a " * (size // 2))
    return stream.getvalue()


def parquet_bomb() -> bytes:
    """A dictionary of one long text, named by a million rows."""
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["word " * 20_000]))
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": values}), stream, compression="zstd")
    return stream.getvalue()


BOMBS = {
    "zip": zip_bomb(50 * MEBIBYTE),
    "zip.gz": zip_bomb(50 * MEBIBYTE),
    "txt.gz": b"a " * (25 * MEBIBYTE),
    "txt.zst": b"a " * (25 * MEBIBYTE),
    "jsonl.zst": b'{"text": "' + b"a " * (25 * MEBIBYTE) + b'"}',
    "parquet": parquet_bomb(),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stopped_while_it_inflates(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / f"a.{name}", BOMBS[name])
    assert path.stat().st_size < 200_000
    file_format = name.split(".")[0]
    tracemalloc.start()
    try:
        with pytest.raises((OverLimit, NoDocuments)) as caught:
            read(path, format=file_format)
        if file_format != "parquet":
            assert isinstance(caught.value, OverLimit)
            assert caught.value.details == {"maximum_ratio": 200}
        assert tracemalloc.get_traced_memory()[1] < 60 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_a_cap_on_inflated_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.gz", os.urandom(40_000).hex())
    with pytest.raises(OverLimit, match="more than 50,000 bytes"):
        read(path, ReaderLimits(maximum_inflated_bytes=50_000), format="txt")


def test_an_archive_with_too_many_entries(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(11):
            archive.writestr(f"{number}.txt", "words")
    data = bytearray(stream.getvalue())
    end = data.rfind(b"PK\x05\x06")
    data[end + 8 : end + 12] = b"\x01\0\x01\0"  # the archive lies about its number of entries
    path = write(tmp_path / "a.zip", bytes(data))
    with pytest.raises(OverLimit, match="more than 10 entries"):
        read(path, ReaderLimits(maximum_entries=10), format="zip")
    assert len(read(path, ReaderLimits(maximum_entries=11), format="zip")[0]) == 11


@pytest.mark.parametrize("name", ["a.gz", "a.zst"])
def test_a_compressed_file_that_is_cut_off(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, "\n".join(os.urandom(20).hex() for _ in range(20_000)))
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(UnreadableFile, match="damaged or cut off"):
        read(path, format="txt")


def test_a_compressed_file_of_several_members(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))
    (tmp_path / "a.zst").write_bytes(zstandard.compress(b"one\n") + zstandard.compress(b"two\n"))
    for name in ("a.gz", "a.zst"):
        assert [document.text for document in read(tmp_path / name, format="txt")[0]] == ["one", "two"]


def test_a_file_compressed_twice(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="more than once"):
        detect_format(write(tmp_path / "a.txt.gz", gzip.compress(b"words")), "a.txt.gz.gz")


@pytest.mark.parametrize("file_format", ["zip", "parquet"])
def test_a_file_that_is_cut_off(tmp_path: Path, file_format: str) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"text": ["words"] * 100}), stream)
    data = {"zip": zip_bomb(1000), "parquet": stream.getvalue()}[file_format]
    with pytest.raises(UnreadableFile):
        read(write(tmp_path / "a", data[: len(data) // 2]), format=file_format)


def test_an_encrypted_or_damaged_entry_is_skipped(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("secret.txt", "damaged.txt", "good.txt"):
            archive.writestr(name, f"words of {name}")
    data = bytearray(stream.getvalue())
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    place = data.index(b"words of damaged")
    data[place] ^= 1
    documents, skipped = read(write(tmp_path / "a.zip", bytes(data)), format="zip")
    assert [document.id for document in documents] == ["good.txt"]
    assert skipped == [("entry secret.txt", "encrypted"), ("entry damaged.txt", "damaged")]


@pytest.mark.parametrize("file_format", ["csv", "tsv"])
def test_a_table_without_the_named_column(tmp_path: Path, file_format: str) -> None:
    delimiter = {"csv": ",", "tsv": "\t"}[file_format]
    path = write(tmp_path / "a", delimiter.join(["id", "body"]) + "\n" + delimiter.join(["1", "words"]) + "\n")
    with pytest.raises(MissingField, match=r"no column 'text'\. Its columns are: id, body\.") as caught:
        read(path, format=file_format)
    assert caught.value.details == {"missing": "text", "columns": ["id", "body"]}


def test_parquet_without_the_named_column(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["words"]}), tmp_path / "a.parquet")
    with pytest.raises(MissingField, match="no column 'text'"):
        read(tmp_path / "a.parquet", format="parquet")


def test_one_word_documents_are_read(tmp_path: Path) -> None:
    documents, skipped = read(write(tmp_path / "a.txt", "one\ntwo\n"), format="txt")
    assert [document.text for document in documents] == ["one", "two"]
    assert skipped == []


def test_a_whole_file_of_skipped_rows_is_told_with_the_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"body": "words"}\n{"body": "words"}\nnonsense\n')
    with pytest.raises(NoDocuments, match="3 rows were skipped") as caught:
        read(path, format="jsonl")
    assert caught.value.details == {"skipped": {"no text field": 2, "not valid JSON": 1}}
    assert "no text field: 2; not valid JSON: 1" in caught.value.message


def test_an_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no format 'pages'"):
        read(write(tmp_path / "a", "words"), format="pages")


def test_a_line_of_many_megabytes_does_not_fill_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "words"}\n{"text": "')
        for _ in range(80):
            file.write(b"x" * MEBIBYTE)
        file.write(b'"}\n{"text": "words"}\n')
    tracemalloc.start()
    try:
        documents, skipped = read(path, ReaderLimits(maximum_document_bytes=MEBIBYTE), format="jsonl")
        assert tracemalloc.get_traced_memory()[1] < 40 * MEBIBYTE
    finally:
        tracemalloc.stop()
    assert [document.id for document in documents] == ["1", "3"]
    assert skipped == [("line 2", "line longer than a document may be")]


def test_previews_of_bad_files_raise_only_errors_of_their_own(tmp_path: Path) -> None:
    for content in (
        b"a" * 10,
        b"PK\x03\x04" + b"x" * 40,
        b"PAR1" + b"x" * 40,
        b'{"a": 1}\n',
        b"a,b\n1,2\n",
        b"\xff\xfea",
    ):
        path = write(tmp_path / "a", content)
        found = preview(path, "a", None, LIMITS)
        assert found.problem or found.documents
