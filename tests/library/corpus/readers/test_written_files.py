"""What well-known writers write is read back text by text and id by id, whatever stands in the cells.

A grid of writers, delimiters, quotation marks, ends of lines and encodings; cells are drawn by hypothesis. In every
case documents and skipped rows must add up to the rows that were written.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skipgram_audit.corpus.readers import RowAccount, SourceDocument, read_documents, suggest_options
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS

Row = tuple[str, str]
EXAMPLES = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SPECIAL = "\",;|\t\\\r\n'\u2028\u0085\x0b\x1c\ufeff é😀 "
CHARACTERS = st.one_of(
    st.sampled_from(SPECIAL + "abc 12"), st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1b")
)
TEXTS = st.text(CHARACTERS, max_size=40).map(lambda text: "w" + text)
"""With a letter, so that there is a word in it; what a document without words is, is tested elsewhere."""


def ids_of(rows: Sequence[str]) -> list[Row]:
    return [(f"d-{number}", text) for number, text in enumerate(rows)]


class Read:
    """Everything that came out of a file."""

    def __init__(self, content: bytes, options: ReaderOptions | None, filename: str) -> None:
        self.skipped: list[tuple[str, str]] = []
        accounts: list[RowAccount] = []
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / filename
            path.write_bytes(content)
            self.options = options or suggest_options(path, filename, LIMITS)
            self.documents: list[SourceDocument] = list(
                read_documents(path, self.options, LIMITS, lambda *row: self.skipped.append(row), None, accounts.append)
            )
        (self.account,) = accounts
        assert self.account.in_file == len(self.documents) + len(self.skipped)
        assert self.account.documents == len(self.documents)
        assert sum(self.account.skipped.values()) == len(self.skipped)

    @property
    def rows(self) -> list[Row]:
        return [(document.id, document.text) for document in self.documents]


def written_by_csv(rows: Sequence[Row], **form: Any) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, **form)
    writer.writerows([("id", "text"), *rows])
    return stream.getvalue()


def written_by_pandas(rows: Sequence[Row], **form: Any) -> str:
    return str(pandas.DataFrame(rows, columns=["id", "text"]).to_csv(index=False, **form))


FORMS: dict[str, Callable[[Sequence[Row]], str]] = {
    "excel": lambda rows: written_by_csv(rows, dialect="excel"),
    "excel-tab": lambda rows: written_by_csv(rows, dialect="excel-tab"),
    "unix": lambda rows: written_by_csv(rows, dialect="unix"),
    "all quoted": lambda rows: written_by_csv(rows, quoting=csv.QUOTE_ALL),
    "strings quoted": lambda rows: written_by_csv(rows, quoting=csv.QUOTE_NONNUMERIC),
    "semicolon": lambda rows: written_by_csv(rows, delimiter=";", quoting=csv.QUOTE_ALL),
    "pipe": lambda rows: written_by_csv(rows, delimiter="|", lineterminator="\n", quoting=csv.QUOTE_ALL),
    "Excel's sep line": lambda rows: "sep=;\r\n" + written_by_csv(rows, delimiter=";", quoting=csv.QUOTE_ALL),
    "lone carriage returns": lambda rows: written_by_csv(rows, lineterminator="\r", quoting=csv.QUOTE_ALL),
    "backslash": lambda rows: written_by_csv(rows, doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL),
    "pandas": lambda rows: written_by_pandas(rows, quoting=csv.QUOTE_ALL),
    "pandas, minimal": lambda rows: written_by_pandas(rows),
    "pandas, tabs": lambda rows: written_by_pandas(rows, sep="\t"),
    "pandas, backslash": lambda rows: written_by_pandas(
        rows, doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL
    ),
}
OPTIONS = {
    "excel-tab": {"delimiter": "\t"},
    "semicolon": {"delimiter": ";"},
    "pipe": {"delimiter": "|"},
    "backslash": {"escape": "backslash"},
    "pandas, tabs": {"delimiter": "\t"},
    "pandas, backslash": {"escape": "backslash"},
}
BARE_CARRIAGE_RETURNS = ("pandas, minimal", "pandas, tabs")
"""Before Python 3.13 the csv module leaves a carriage return without quotation marks where rows end in a line feed;
what it writes then has lost the difference."""

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030")


@pytest.mark.parametrize("form", FORMS)
@EXAMPLES
@given(texts=st.lists(TEXTS, min_size=1, max_size=12))
def test_any_cell_comes_back_from_a_table(form: str, texts: list[str]) -> None:
    if form in BARE_CARRIAGE_RETURNS:
        texts = [text.replace("\r", " ") for text in texts]
    rows = ids_of(texts)
    options = ReaderOptions(format="csv", **OPTIONS.get(form, {}))
    found = Read(FORMS[form](rows).encode(), options, "table.csv")
    assert found.rows == rows
    assert found.account.notes == ()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", FORMS)
def test_form_and_encoding_of_a_table_are_found(form: str, encoding: str) -> None:
    texts = [
        'She said "no", twice; then left.',
        "First paragraph, of 1999.\n\nSecond paragraph; it has | bars.",
        "Tabs\tand \\ backslashes, naïve 😀.",
        'Ends in "quotes"',
        "plain",
    ]
    rows = ids_of(texts * 20)
    chosen = None if encoding != "gb18030" else ReaderOptions(format="csv", encoding=encoding)
    if chosen is not None and OPTIONS.get(form):
        chosen = ReaderOptions(format="csv", encoding=encoding, **OPTIONS[form])
    found = Read(FORMS[form](rows).encode(encoding), chosen, "table.csv")
    assert found.rows == rows
    assert found.account.as_dict() == {"in_file": 100, "documents": 100, "skipped": {}, "notes": [], "remarks": []}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be"])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@EXAMPLES
@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_any_text_comes_back_from_json_lines(encoding: str, ascii_only: bool, end: str, texts: list[str]) -> None:
    rows = ids_of(texts)
    lines = [json.dumps({"id": key, "text": text}, ensure_ascii=ascii_only) + end for key, text in rows]
    found = Read("".join(lines).encode(encoding), ReaderOptions(format="jsonl", encoding=encoding), "rows.jsonl")
    assert found.rows == rows


@pytest.mark.parametrize("indent", [None, 1])
@EXAMPLES
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_comes_back_from_a_json_array(indent: int | None, texts: list[str]) -> None:
    rows = ids_of(texts)
    content = json.dumps([{"id": key, "text": text} for key, text in rows], ensure_ascii=False, indent=indent)
    assert Read(content.encode(), None, "rows.json").rows == rows


@pytest.mark.parametrize("orient", ["records", "lines"])
def test_json_of_pandas(orient: str) -> None:
    rows = ids_of(['He said "no".', "A\u2028B\n\tC", "naïve 😀"] * 20_000)
    frame = pandas.DataFrame(rows, columns=["id", "text"])
    content = frame.to_json(orient="records", lines=orient == "lines")
    assert Read(content.encode(), None, "rows.json").rows == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@EXAMPLES
@given(texts=st.lists(TEXTS.map(lambda text: text.replace("\n", " ").replace("\r", " ")), min_size=1, max_size=5))
def test_any_line_comes_back_from_a_text_file(encoding: str, end: str, texts: list[str]) -> None:
    content = "".join(text + end for text in texts).encode(encoding)
    found = Read(content, ReaderOptions(format="txt", encoding=encoding), "lines.txt")
    assert found.rows == [(str(number), text) for number, text in enumerate(texts, start=1)]


@EXAMPLES
@given(text=TEXTS)
def test_any_text_file_comes_back_as_one_document(text: str) -> None:
    found = Read(text.encode(), ReaderOptions(format="txt", document_per="file"), "whole.txt")
    assert found.rows == [("1", text)]


def damaged(content: str) -> Iterator[str]:
    """The content with a quotation mark more, or less, at many places."""
    for place in range(0, len(content), max(1, len(content) // 60)):
        yield content[:place] + '"' + content[place:]
    for place in [place for place, character in enumerate(content) if character == '"'][:60]:
        yield content[:place] + content[place + 1 :]


@pytest.mark.parametrize("form", ["excel", "all quoted", "pandas, minimal", "backslash"])
def test_a_quotation_mark_too_many_or_too_few_costs_few_rows(form: str) -> None:
    """No document is made of the pieces of others, and what is missing was told."""
    texts = ["One plain text", "Two, with a comma", 'Three "quoted" words', "Four\nwith lines, three\nof them", "Five"]
    rows = ids_of(texts * 12)
    options = ReaderOptions(format="csv", **OPTIONS.get(form, {}))
    content = FORMS[form](rows)
    header = content.index("\n") + 1
    for changed in damaged(content[header:]):
        found = Read((content[:header] + changed).encode(), options, "table.csv")
        originals = dict(rows)
        unlike = [key for key, text in found.rows if originals.get(key, "").replace('"', "") != text.replace('"', "")]
        assert len(unlike) <= 1, changed
        assert len(found.rows) >= len(rows) - 3, (changed, found.skipped)
        if len(found.rows) < len(rows):
            assert found.skipped
