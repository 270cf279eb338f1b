"""A logo for the first page of a report: a PNG, or an SVG that holds shapes alone."""

import struct
import zlib

from lxml import etree

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.report.document.blocks import Logo

MOST_BYTES = 512 * 1024
MOST_PIXELS = 4096
"""To a side."""

PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    SVG + name
    for name in (
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "linearGradient",
        "radialGradient", "stop", "title", "desc", "clipPath",
    )
)  # fmt: skip
ATTRIBUTES = frozenset(
    """
    width height viewBox preserveAspectRatio version id transform d x y rx ry cx cy r fx fy x1 y1 x2 y2 points offset
    fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray
    stroke-dashoffset stroke-opacity opacity stop-color stop-opacity gradientUnits gradientTransform spreadMethod
    clip-path clip-rule clipPathUnits color
    """.split()  # noqa: SIM905
)
"""Those that shapes need. Scripts, styles, links, texts and pictures inside a picture have no place among them."""

REMEDY = "Choose a PNG or an SVG of shapes, of at most 512 KiB."


def read_logo(content: bytes) -> Logo:
    """A logo whose content has been looked at; its name and what a browser says of it count for nothing.

    Raises:
        InvalidInput: it is no PNG or SVG, too large, damaged, or an SVG with anything but shapes in it.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"The logo has {len(content):,} bytes; {MOST_BYTES:,} are the most.", REMEDY)
    if content.startswith(PNG):
        return _png(content)
    if b"<svg" in content[:4096]:
        return _svg(content)
    raise InvalidInput("The logo is neither a PNG nor an SVG.", REMEDY)


def _png(content: bytes) -> Logo:
    """Checks each chunk's sum, and that the picture has a size and an end; chunks that show nothing are left out."""
    place, kept = len(PNG), [PNG]
    names: list[bytes] = []
    while place < len(content) and (not names or names[-1] != b"IEND"):
        try:
            (length,) = struct.unpack_from(">I", content, place)
            name, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
            (checksum,) = struct.unpack_from(">I", content, place + 8 + length)
        except struct.error as error:
            raise InvalidInput("The logo is a PNG that is cut off.", REMEDY) from error
        if len(data) != length or zlib.crc32(name + data) != checksum:
            raise InvalidInput("The logo is a damaged PNG.", REMEDY)
        if name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA"):
            kept.append(content[place : place + 12 + length])
        names.append(name)
        place += 12 + length
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or b"IDAT" not in names:
        raise InvalidInput("The logo is a PNG that is cut off.", REMEDY)
    width, height = struct.unpack_from(">II", content, len(PNG) + 8)
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise InvalidInput(f"The logo has {width} × {height} pixels; {MOST_PIXELS} to a side are the most.", REMEDY)
    return Logo("image/png", b"".join(kept))


def _svg(content: bytes) -> Logo:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidInput(f"The logo is an SVG that cannot be read: {error.msg}.", REMEDY) from error
    if root.getroottree().docinfo.doctype:
        raise InvalidInput("The logo is an SVG with a document type, which may hold entities.", REMEDY)
    if root.tag != f"{SVG}svg":
        raise InvalidInput("The logo is no SVG.", REMEDY)
    for element in root.iter():
        if element.tag not in SHAPES:
            name = etree.QName(element).localname if isinstance(element.tag, str) else "entity"
            raise InvalidInput(f"The logo is an SVG with <{name}> in it, and only shapes are taken.", REMEDY)
        for attribute, value in list(element.attrib.items()):
            if attribute not in ATTRIBUTES or ("(" in value and not _is_plain(attribute, value)):
                del element.attrib[attribute]
    return Logo("image/svg+xml", etree.tostring(root))


def _is_plain(attribute: str, value: str) -> bool:
    """Whether a value with parentheses names nothing outside the picture."""
    plain = value.replace(" ", "").lower()
    return attribute.endswith("ransform") or plain.startswith(("rgb(", "rgba(", "hsl(", "url(#"))
