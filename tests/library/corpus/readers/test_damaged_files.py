"""200 damaged files of every format: each gives documents and counted rows, or an error of ours, and nothing else."""

import contextlib
import gzip
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from skipgram_audit.corpus.readers import NoDocuments, SourceDocument, preview
from skipgram_audit.corpus.readers.errors import LostRows
from skipgram_audit.model.engine_errors import EngineError
from tests.library.corpus.readers.files import LIMITS, read

FILES = 200
ROWS = [
    {"id": f"d{number}", "title": f"Title {number}", "text": f"Wört{number} says, «she» works at home; he does not."}
    for number in range(1, 13)
]
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def as_table(delimiter: str) -> bytes:
    def cell(value: str, number: int) -> str:
        return '"' + value.replace('"', '""') + '"' if delimiter in value or number % 3 == 0 else value

    lines = [delimiter.join(ROWS[0])]
    lines += [delimiter.join(cell(value, number) for value in row.values()) for number, row in enumerate(ROWS)]
    return "".join(f"{line}\n" for line in lines).encode()


def as_json_lines() -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()


def as_txt() -> bytes:
    return "".join(row["text"] + "\n" for row in ROWS).encode()


def as_parquet() -> bytes:
    stream = io.BytesIO()
    table = pa.Table.from_pylist([row | {"more": {"body": row["text"]}} for row in ROWS])
    pq.write_table(table, stream, row_group_size=5, compression="none", use_dictionary=["title"])
    return stream.getvalue()


def as_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, row in enumerate(ROWS):
            kind = zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED
            archive.writestr(f"folder/{row['id']}.txt", row["text"], kind)
        archive.writestr("page.html", as_html())
        archive.writestr("__MACOSX/folder/._d1.txt", b"\x00\x05\x16\x07")
    return stream.getvalue()


def as_html() -> bytes:
    paragraphs = "".join(f"<p class='she'>{row['text']} &amp; <b>so</b> on</p>\n" for row in ROWS)
    return f"<!doctype html><title>Page</title><body>{paragraphs}<script>var x;</script></body>".encode()


def as_docx() -> bytes:
    """With its parts as they are, so that damage gets through to the XML; without the parts that have no text."""
    document = docx.Document()
    for row in ROWS:
        document.add_paragraph(row["text"])
    written, small = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as archive, zipfile.ZipFile(small, "w") as kept:
        kept.writestr("[Content_Types].xml", archive.read("[Content_Types].xml"))
        kept.writestr("_rels/.rels", RELATIONS)
        kept.writestr("word/document.xml", archive.read("word/document.xml"))
    return small.getvalue()


FORMATS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "txt": ("txt", as_txt),
    "csv": ("csv", lambda: as_table(",")),
    "tsv": ("tsv", lambda: as_table("\t")),
    "jsonl": ("jsonl", as_json_lines),
    "parquet": ("parquet", as_parquet),
    "zip": ("zip", as_zip),
    "docx": ("docx", as_docx),
    "html": ("html", as_html),
    "jsonl.gz": ("jsonl", lambda: gzip.compress(as_json_lines(), mtime=0)),
    "txt.zst": ("txt", lambda: zstandard.compress(as_txt())),
}


def damaged(data: bytes, draw: random.Random) -> bytes:
    """One to three of: cut off, bytes changed, bytes put in, a piece taken out, a piece twice."""
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(data) + 1)
        piece = data[place : place + draw.randint(1, 200)]
        kind = draw.choice(("cut", "flip", "insert", "delete", "repeat"))
        if kind == "cut":
            data = data[: max(1, place)]
        elif kind == "flip":
            changed = bytearray(data)
            for _ in range(draw.randint(1, 8)):
                changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
            data = bytes(changed)
        elif kind == "insert":
            data = data[:place] + draw.choice((draw.randbytes(5), b'"', b"\n", b"\0", b"<", b"\xff\xfe")) + data[place:]
        elif kind == "delete":
            data = data[:place] + data[place + len(piece) :] or b"x"
        else:
            data = data[:place] + piece * 2 + data[place + len(piece) :]
    return data


def damaged_inside(package: bytes, draw: random.Random) -> bytes:
    """A Word document whose package is whole, but not its text: sums over its parts do not give that away."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as archive, zipfile.ZipFile(stream, "w") as changed:
        for name in archive.namelist():
            content = archive.read(name)
            changed.writestr(name, damaged(content, draw) if name == "word/document.xml" else content)
    return stream.getvalue()


def expected_rows(name: str, data: bytes) -> int | None:
    """How many rows a file has by another way of counting; None where there is none."""
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True) as stream:
            data = stream.read()
    if name.startswith(("txt", "jsonl")):
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        return text.count("\n") + (not text.endswith("\n"))
    if name == "parquet":
        return int(pq.read_metadata(io.BytesIO(data)).num_rows)
    if name == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(not entry.is_dir() and "__MACOSX" not in entry.filename for entry in archive.infolist())
    return 1 if name in ("docx", "html") else None


def outcome(path: Path, file_format: str) -> tuple[list[SourceDocument], int] | EngineError:
    """The documents and the number of skipped rows, or why the file cannot be read."""
    try:
        documents, skipped = read(path, format=file_format)
    except NoDocuments as error:
        return [], sum(error.details["skipped"].values())
    except EngineError as error:
        return error
    return documents, len(skipped)


@pytest.mark.parametrize("name", FORMATS)
def test_no_damage_crashes_a_reader_or_loses_a_row(tmp_path: Path, name: str) -> None:
    file_format, make = FORMATS[name]
    whole = make()
    path = tmp_path / name
    path.write_bytes(whole)
    assert len(read(path, format=file_format)[0]) == {"docx": 1, "html": 1, "zip": len(ROWS) + 1}.get(name, len(ROWS))
    read_to_the_end = 0
    for number in range(FILES):
        damage = damaged_inside if name == "docx" and number % 2 else damaged
        data = damage(whole, random.Random(f"{name} {number}"))
        path.write_bytes(data)
        with contextlib.suppress(EngineError):
            preview(path, f"upload.{name}", None, LIMITS)
        found = outcome(path, file_format)
        if isinstance(found, EngineError):
            assert not isinstance(found, LostRows)
            assert found.message
            assert found.remedy
            continue
        documents, skipped = found
        read_to_the_end += 1
        rows = expected_rows(name, data)
        if rows is not None:
            assert len(documents) + skipped == rows, number
        else:
            texts = "\n".join(document.text for document in documents)
            lost = [row["id"] for row in ROWS if row["text"].encode() in data and row["text"] not in texts]
            assert not lost or skipped or not documents, (number, lost)
    assert read_to_the_end > 0


def test_damaged_text_of_parquet_is_told_with_its_column_and_row_group(tmp_path: Path) -> None:
    data = as_parquet()
    place = data.index("Wört7".encode())
    path = tmp_path / "a.parquet"
    path.write_bytes(data[: place + 1] + b"\xff" + data[place + 2 :])
    with pytest.raises(EngineError, match=r"Column 'text' .* row group 2, row 7"):
        read(path, format="parquet")
    assert "'text'" in preview(path, "a.parquet", None, LIMITS).problem


def test_a_zip_with_damaged_entries_has_a_preview(tmp_path: Path) -> None:
    """Its sizes and sums are right, but what is packed is not."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "words " * 100)
    data = bytearray(stream.getvalue())
    start = 30 + len("a.txt")
    data[start : start + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(zlib.error), zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.read("a.txt")
    (tmp_path / "a.zip").write_bytes(data)
    found = preview(tmp_path / "a.zip", "a.zip", None, LIMITS)
    assert found.skipped == (("entry a.txt", "damaged"),)
    assert found.problem
