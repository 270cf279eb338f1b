"""The tags of a page in order, and the text of a document on it."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """Start tags with their attributes in order, and the text of the element of class document-text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.document = ""
        self._depth = 0
        self._skip = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))
        if self._depth or dict(attributes).get("class") == "document-text":
            self._depth += 1
        self._skip = tag == "sup"

    def handle_endtag(self, tag: str) -> None:
        self._depth -= self._depth > 0
        self._skip = False

    def handle_data(self, data: str) -> None:
        if self._depth and not self._skip:
            self.document += data
