import struct
import zlib

import pytest

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.report.document.build import build_document
from skipgram_audit.report.document.html import as_html
from skipgram_audit.report.document.logo import MOST_BYTES, PNG, read_logo
from skipgram_audit.report.document.pdf import as_pdf
from tests.library.report.material_sample import make_material

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int = 2, height: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x10\x20\x30" * 2 for _ in range(2))
    parts = [chunk(b"IHDR", header), chunk(b"tEXt", b"Comment\0secret"), chunk(b"IDAT", zlib.compress(rows))]
    return PNG + b"".join(parts) + chunk(b"IEND", b"")


@pytest.mark.parametrize("content", [png(), SVG.format('<path d="M0 0h9v9z" fill="#123456"/>').encode()])
def test_a_logo_is_on_the_first_page(content: bytes) -> None:
    logo = read_logo(content)
    document = build_document(make_material(), logo=logo)
    assert f"data:{logo.media_type};base64," in as_html(document)
    assert as_pdf(document).startswith(b"%PDF")


def test_what_shows_nothing_is_left_out_of_a_png() -> None:
    assert b"secret" not in read_logo(png()).content
    assert read_logo(png() + b"trailing").content == read_logo(png()).content


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>", "<text>a</text>", '<image href="https://e.example/a.png"/>', "<foreignObject/>",
        "<style>rect{fill:url(https://e.example)}</style>", '<use href="#a"/>', "<animate/>", "<a/>",
    ],
)  # fmt: skip
def test_an_svg_of_anything_but_shapes_is_refused(inside: str) -> None:
    with pytest.raises(InvalidInput, match="only shapes"):
        read_logo(SVG.format(inside).encode())


def test_attributes_that_lead_elsewhere_are_dropped() -> None:
    inside = 'onload="alert(1)" fill="url(https://e.example/a)" style="a:b" transform="scale(2)"'
    content = read_logo(SVG.format(f'<rect width="9" height="9" {inside}/>').encode()).content.decode()
    assert "transform" in content
    for word in ("onload", "e.example", "style"):
        assert word not in content


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a", png()[:40], png().replace(b"\x10\x20", b"\x11\x20", 1)[:-6], png(5000, 1), b"<svg", b"<svg/>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;").encode(), png() + b"x" * MOST_BYTES,
    ],
)  # fmt: skip
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_logo(content)
