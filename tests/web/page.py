"""Reads values from a page: data- attributes, statistics, rows of tables, links; sentences are tested where they are
made."""

from lxml import html
from lxml.html import HtmlElement


def values(page: str, name: str) -> list[str]:
    """Of the attribute ``data-name`` of all elements, in the page's order."""
    return [str(value) for value in html.fromstring(page).xpath(f"//@data-{name}")]


def stats(page: str) -> dict[str, str]:
    """What is shown as statistics: label -> value, without its note."""
    found = html.fromstring(page).xpath("//div[@class='stat']")
    return {_text(one.xpath("./dt")[0]): _text(one.xpath(".//*[contains(@class, 'stat-value')]")[0]) for one in found}


def rows(page: str, caption: str) -> list[list[str]]:
    """The cells of a table's rows, of the first table with this caption; none when there is no such table."""
    tables = [one for one in html.fromstring(page).xpath("//table") if _text(one.xpath("./caption")[0]) == caption]
    return [[_text(cell) for cell in row.xpath("./th|./td")] for row in tables[0].xpath("./tbody/tr")] if tables else []


def links(page: str) -> list[str]:
    """Where the page's links lead, and its forms."""
    return [str(address) for address in html.fromstring(page).xpath("//a/@href|//form/@action")]


def form_values(page: str, action: str) -> dict[str, str]:
    """The fields of the form that is sent to an address, as they are filled in."""
    (form,) = [one for one in html.fromstring(page).forms if one.action == action]
    return {str(name): str(value) for name, value in form.form_values()}


def alerts(page: str) -> str:
    """What the page says in notices of errors."""
    return " ".join(_text(one) for one in html.fromstring(page).xpath("//*[@role='alert']"))


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
