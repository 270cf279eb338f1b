"""The server-made charts as pictures of a document: whole for pages, and as shapes and labels for a PDF.

A PDF sets the labels itself, as it sets all text: with fonts that have every character, and with each script shaped as
it should be. Colours come from the stylesheet of the pages.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lxml import etree

from skipgram_audit.report.card import AssociationPlot, ProbeCard
from skipgram_audit.report.check_figure import CheckFigure
from skipgram_audit.report.document.characters import code_of
from skipgram_audit.report.overview import OverviewPanel
from skipgram_audit.report.templating import make_environment
from skipgram_audit.resources import static_folder

SVG = "http://www.w3.org/2000/svg"
VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")
RULE = re.compile(r"^ *(\.(?:chart|bar-)[^{}]*)\{([^}]*)\}", re.MULTILINE)
KEEPS_COLOUR = "chart-label"
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that an SVG file cannot hold."""


@dataclass(frozen=True)
class Label:
    """Text in a picture, in its units; y is that of the base line."""

    x: float
    y: float
    text: str
    size: float
    anchor: Literal["start", "middle", "end"]
    bold: bool
    italic: bool
    strong: bool
    """In the colour of text, and not in that of what is beside it."""


@dataclass(frozen=True)
class Picture:
    """A chart.

    Attributes:
        svg: the whole, for a page whose stylesheet colours it.
        shapes: an SVG file of its own without any text.
    """

    width: float
    height: float
    svg: str
    shapes: str
    labels: tuple[Label, ...]


def overview(panel: OverviewPanel) -> Picture:
    """Every probe of one kind with its score, interval, seeds and null."""
    return _picture("audits/trust.html", "overview_panel", panel)


def associations(plot: AssociationPlot) -> Picture:
    """The words of one role, each with its association."""
    return _picture("figures.html", "dot_plot", plot.plot, plot.title, plot.low, plot.high)


def histogram(card: ProbeCard) -> Picture:
    """Documents by influence."""
    return _picture("figures.html", "histogram", card.histogram_plot, "Documents by influence", card.direction)


def concentration(card: ProbeCard) -> Picture:
    """The share of influence in the strongest documents."""
    return _picture("figures.html", "concentration", card.concentration_plot, "Concentration of influence")


def predicted_actual(figure: CheckFigure) -> Picture:
    """Predicted against actual change, a mark a removal set."""
    return _picture("checks/figure.html", "predicted_actual", figure, "Predicted and actual change", "")


@cache
def _macros(template: str) -> Any:
    return make_environment().get_template(template).make_module()


def _picture(template: str, macro: str, *arguments: Any) -> Picture:
    return picture_of(str(getattr(_macros(template), macro)(*arguments)))


def picture_of(svg: str) -> Picture:
    """The picture of a chart as the templates draw it."""
    written = NO_XML.sub(lambda found: code_of(found[0]), svg.strip())
    root = etree.fromstring(written.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for link in root.iter("a"):
        link.tag = "g"
        link.attrib.pop("aria-label", None)
    root.set("role", "img")
    whole = etree.tostring(root, encoding="unicode")
    _, _, width, height = (float(one) for one in root.get("viewBox").split())
    labels = []
    for text in list(root.iter("text")):
        labels.append(_label(text))
        text.getparent().remove(text)
    for title in list(root.iter("title")):
        title.getparent().remove(title)
    for name in ("role", "aria-label"):
        root.attrib.pop(name, None)
    root.set("xmlns", SVG)
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    style = etree.SubElement(root, "style")
    style.text = stylesheet()
    root.insert(0, style)
    return Picture(width, height, whole, etree.tostring(root, encoding="unicode"), tuple(labels))


def _label(text: Any) -> Label:
    strong = KEEPS_COLOUR in (text.get("class") or "").split()
    return Label(
        x=float(text.get("x")),
        y=float(text.get("y")),
        text=text.text or "",
        size=float(text.get("font-size")),
        anchor=text.get("text-anchor", "start"),
        bold=int(text.get("font-weight", "400")) >= 600,
        italic=text.get("font-style") == "italic",
        strong=strong,
    )


@cache
def stylesheet() -> str:
    """The rules for charts in the colours of a light page, with every variable replaced by its value."""
    style = (static_folder() / "style.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z0-9-]+): ([^;]+);", style[: style.index("}")]))
    # Those that follow belong to media other than a light screen.
    light = style.split("@media (forced-colors", 1)[0]
    rules = [f"{selector.strip()} {{{_with_values(body, colours)}}}" for selector, body in RULE.findall(light)]
    return "\n".join(rules)


def _with_values(body: str, colours: Mapping[str, str]) -> str:
    # SVG spells the keyword with a capital, and renderers of files want it so.
    return VARIABLE.sub(lambda found: colours[found[1]], body).replace("currentcolor", "currentColor")
