"""Every page of the application: which there are, how links lead to them, and what each must be.

Pages are the GET routes outside ``/api``. The crawl follows links and looks at the first page of each route that they
lead to, so a new page is looked at as soon as something links to it; one that nothing leads to stays in ``unvisited``.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Page, ViewportSize
from starlette.routing import compile_path

NO_PAGES = {
    "/healthz", "/models/uploads/{upload_id}", "/audits/{audit_id}/downloads/{filename}",
    "/audits/{audit_id}/report/descriptions/{name}",
}  # fmt: skip
"""GET routes that answer with a word or a file, or send the browser on; so do those that end in the name of a file."""

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
WIDTHS = "[document.documentElement.scrollWidth, document.body.scrollWidth]"
ADDRESSES = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href.split('#')[0])"
FOREIGN = """() => [...document.querySelectorAll("body *")].filter((element) =>
    element.matches("img:not([src^='/help/images/']), iframe, object, embed, script, style, b, i, [style]")
    || [...element.attributes].some((attribute) => attribute.name.startsWith("on"))
).map((element) => element.outerHTML.slice(0, 200))"""
CUT = """() => {
    const measure = document.createElement("canvas").getContext("2d");
    const tooLong = (input) => {
        const style = getComputedStyle(input);
        measure.font = style.font;
        const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return input.clientWidth > 0 && measure.measureText(input.placeholder).width > room;
    };
    const scrolled = [...document.querySelectorAll("nav, nav *")].filter((one) =>
        !one.matches(".visually-hidden") && getComputedStyle(one).overflowX !== "visible"
        && one.scrollWidth > one.clientWidth + 1);
    const hints = [...document.querySelectorAll("input[placeholder]")].filter(tooLong);
    return [...scrolled, ...hints].map((one) => one.outerHTML.slice(0, 200));
}"""
"""Links of a menu, and hints in fields, that end at an edge in the middle."""
AXE_OPTIONS = {"resultTypes": ["violations"]}
CONTRAST_ALONE = {**AXE_OPTIONS, "runOnly": ["color-contrast"]}


@cache
def axe() -> Axe:
    return Axe()


def page_routes(app: FastAPI) -> dict[str, re.Pattern[str]]:
    """Path and pattern of every page, in the order in which they are tried."""
    routes = [route for route in iter_route_contexts(app.routes) if "GET" in (route.methods or ())]
    paths = [str(route.path) for route in routes if not str(route.path).startswith("/api/")]
    assert set(paths) >= NO_PAGES
    files = {path for path in paths if PurePosixPath(path).suffix}
    return {path: compile_path(path)[0] for path in paths if path not in NO_PAGES | files}


@dataclass
class Crawl:
    """Visits pages by following links.

    Attributes:
        routes: of page_routes.
        judge: says what is wrong with a page that is given an address to open.
        visited: routes that were looked at.
        troubles: what was wrong, with the page's address.
    """

    page: Page
    routes: dict[str, re.Pattern[str]]
    judge: Callable[[Page, str], Iterator[str]]
    visited: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    def follow(self, start: str) -> None:
        """Looks at the first page of every route that links lead to from ``start``."""
        waiting = deque([start])
        while waiting:
            address = waiting.popleft()
            if self._route(address) in set(self.routes) - self.visited:
                self.look_at(address)
                waiting.extend(self.page.locator("a[href]").evaluate_all(ADDRESSES))

    def look_at(self, address: str) -> None:
        """Opens a page and writes down what is wrong with it."""
        route = self._route(address)
        assert route is not None, address
        self.visited.add(route)
        self.troubles += [f"{address}: {trouble}" for trouble in self.judge(self.page, address)]

    def unvisited(self) -> set[str]:
        return set(self.routes) - self.visited

    def _route(self, address: str) -> str | None:
        path = urlsplit(address).path
        return next((route for route, pattern in self.routes.items() if pattern.match(path)), None)


def barriers(page: Page, address: str) -> Iterator[str]:
    """What keeps people out of a page, everything in it unfolded: violations of any of axe-core's rules on a phone and,
    for contrast, in the dark; and more width than the screen has."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    yield from _barriers(page, AXE_OPTIONS)
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    yield from _barriers(page, CONTRAST_ALONE)


def _barriers(page: Page, options: dict[str, list[str]]) -> Iterator[str]:
    screen = page.evaluate("window.innerWidth")
    if max(page.evaluate(WIDTHS)) > screen:
        yield f"is wider than {screen} px"
    for place in page.evaluate(CUT):
        yield f"at {screen} px cuts off {place}"
    for violation in axe().run(page, options=options).response["violations"]:
        places = "; ".join(node["html"][:200] for node in violation["nodes"][:3])
        yield f"at {screen} px {violation['id']} ({violation['impact']}), {len(violation['nodes'])} times: {places}"


def brought_along(page: Page, address: str) -> Iterator[str]:
    """Elements and attributes of a page that none of our templates writes: a corpus brought them along."""
    page.goto(address)
    for trouble in page.evaluate(FOREIGN):
        yield f"has {trouble}"
