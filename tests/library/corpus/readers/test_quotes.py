"""Quotation marks in tables: texts of many lines stay whole, stray marks cost their own row and no other."""

import csv
import io
import random
import re
from pathlib import Path

import pytest

from skipgram_audit.corpus.readers import Interface, ReaderLimits, UnreadableFile, preview
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS, read, write
from tests.library.corpus.readers.test_written_files import Read
from tests.library.samples import news_texts

CSV = ReaderOptions(format="csv")


def table(changes: dict[int, str], rows: int = 60, header: str = "id,text") -> bytes:
    """Rows ``7,text 7`` with some of them replaced; row n is in line n + 1."""
    lines = [header, *(changes.get(number, f"{number},text {number}") for number in range(1, rows + 1))]
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize(
    ("changes", "skipped"),
    [
        ({10: '10,"never closed'}, [("line 11", "a quotation mark that is never closed")]),
        ({60: '60,"never closed'}, [("line 61", "a quotation mark that is never closed")]),
        ({1: '1,"never closed'}, [("line 2", "a quotation mark that is never closed")]),
        ({10: '10,"opens', 50: '50,closes"'}, [("line 11", "a quotation mark that would swallow the next rows")]),
        (
            {10: '10,"opens', 11: '11,text 11 closes"'},
            [("line 11", "a quotation mark that would swallow the next rows")],
        ),
        ({10: '10,"opens', 50: '50,"opens'}, None),
        ({10: '10,"opens', 50: '50,"quoted, well"'}, [("line 11", "a quotation mark that is never closed")]),
        ({10: '10,"abc"d'}, [("line 11", "quotation marks that do not match")]),
        ({10: '"10,text'}, [("line 11", "a quotation mark that is never closed")]),
        ({10: '10,"He said "no" twice"'}, [("line 11", "quotation marks that do not match")]),
        ({10: r'10,"He said \"no\" twice"'}, [("line 11", 'quotation marks that do not match, with \\" in them')]),
        ({10: '10,in the "middle'}, []),
        ({10: '10,at the end"'}, []),
        ({10: '10,"doubled "" inside"'}, []),
        ({10: '10,"doubled ""at the end"""'}, []),
    ],
)
def test_a_stray_quotation_mark_costs_its_own_row(changes: dict[int, str], skipped: list[tuple[str, str]]) -> None:
    found = Read(table(changes), CSV, "a.csv")
    if skipped is None:
        assert [place for place, _ in found.skipped] == [f"line {number + 1}" for number in changes]
    else:
        assert found.skipped == skipped
    gone = {place.removeprefix("line ") for place, _ in found.skipped}
    assert [document.id for document in found.documents] == [str(n) for n in range(1, 61) if str(n + 1) not in gone]


def test_texts_of_many_lines_are_whole_and_raise_no_alarm() -> None:
    texts = {n: "\n\n".join(f"Paragraph {part}, which has commas." for part in range(n % 7 + 1)) for n in range(1, 61)}
    found = Read(table({n: f'{n},"{text}"' for n, text in texts.items()}), CSV, "a.csv")
    assert [document.text for document in found.documents] == list(texts.values())
    assert (found.skipped, found.account.notes) == ([], ())


@pytest.mark.parametrize("columns", ["id text", "text id", "id text label", "text label", "text"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_news_cut_into_lines_after_commas_raises_no_alarm(columns: str, quoting: int, delimiter: str) -> None:
    """Every line of such a text has one comma: as many as a row of two columns has."""
    draw = random.Random(1)
    rows = []
    for number, text in enumerate(news_texts()[:120]):
        pieces = re.split(r"(?<=[.,]) ", text)
        joined = "".join(piece + draw.choice([" ", "\n", "\n\n"]) for piece in pieces).strip()
        rows.append({"id": f"n-{number}", "text": joined, "label": draw.choice(["pos", "neg"])})
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    names = columns.split()
    writer.writerows([names, *([row[name] for name in names] for row in rows)])
    found = Read(stream.getvalue().encode(), None, "news.csv")
    assert [document.text for document in found.documents] == [row["text"] for row in rows]
    assert (found.skipped, found.account.notes) == ([], ())


@pytest.mark.parametrize("rows", [2, 6, 60])
def test_one_text_of_many_lines_with_one_comma_each_is_whole(rows: int) -> None:
    """Its lines have as many commas as rows have, but do not begin like rows."""
    text = "\n".join(["First, one comma"] * 5)
    found = Read(table({2: f'2,"{text}"'}, rows), CSV, "a.csv")
    assert found.documents[1].text == text
    assert len(found.documents) == rows


def test_a_broken_text_of_many_lines_makes_no_documents_of_its_pieces() -> None:
    text = '30,"He said "no" to me.\nSecond paragraph, with a comma.\n\nThird, with one more."'
    found = Read(table({30: text}), CSV, "a.csv")
    assert [document.id for document in found.documents] == [str(n) for n in range(1, 61) if n != 30]
    assert [place for place, _ in found.skipped] == ["line 31", "line 32", "line 33", "line 34"]
    assert {reason for _, reason in found.skipped} == {
        "quotation marks that do not match", "a piece of another row", "empty line",
    }  # fmt: skip


def test_a_row_unlike_the_others_is_kept_and_noted() -> None:
    """A text with an end of line in it and without quotation marks: its second line has as many commas as a row."""
    found = Read(table({30: "30,text\nof two lines, without quotes"}), CSV, "a.csv")
    assert found.account.notes == (("line 32", "this row is unlike the others: it may be a piece of a text"),)
    assert len(found.documents) == 61


@pytest.mark.parametrize("broken", [None, 40, 101, 103, 150])
def test_ids_of_another_form_are_rows_as_well(broken: int | None) -> None:
    changes = {n: f"b_{n},text {n}" for n in range(101, 201)}
    if broken:
        changes[broken] = f'{changes.get(broken, "40,text")[:5]},"never closed'
    found = Read(table(changes, 200), CSV, "a.csv")
    assert len(found.documents) >= (194 if broken else 200)
    assert found.account.notes == ()


def test_a_long_cell_of_a_single_column_is_kept_and_noted() -> None:
    rows = ["text", *(f"text {n}" for n in range(200))]
    rows[50], rows[120] = '"text 50', 'text 120"'
    found = Read("\n".join(rows).encode(), ReaderOptions(format="csv", id_field=None), "a.csv")
    assert found.account.notes == (("lines 51-121", "one quoted cell goes on over 71 lines"),)
    assert any("--quote none" in sentence for sentence in found.account.advice(Interface.COMMAND_LINE))
    assert not any("--" in sentence for sentence in found.account.advice(Interface.PAGE))


def test_a_cell_beyond_the_limit_is_one_row_if_it_is_a_text(tmp_path: Path) -> None:
    limits = ReaderLimits(maximum_document_bytes=500)
    text = "\n".join(f"Line {n} of a long text" for n in range(100))
    path = write(tmp_path / "a.csv", table({30: f'30,"{text}"'}))
    documents, skipped = read(path, limits, format="csv")
    assert [document.id for document in documents] == [str(n) for n in range(1, 61) if n != 30]
    assert skipped[0][1] == "text longer than a document may be"


def test_quotation_marks_as_plain_characters() -> None:
    content = table({10: '10,"never closed', 50: '50,He said "no"'})
    found = Read(content, ReaderOptions(format="csv", quoted=False), "a.csv")
    assert found.rows[9] == ("10", '"never closed')
    assert found.rows[49] == ("50", 'He said "no"')


def test_a_backslash_is_seen_and_only_taken_off_what_it_escapes() -> None:
    changes = {n: rf'{n},"He said \"{n}, no\" and C:\new \\ \, end"' for n in range(1, 61, 2)} | {4: r"4,\N"}
    found = Read(table(changes), None, "a.csv")
    assert found.options.escape == "backslash"
    assert found.rows[0] == ("1", r'He said "1, no" and C:\new \ , end')
    assert found.skipped == [("line 5", "empty text")]


def test_a_backslash_at_the_end_of_an_ordinary_cell_changes_nothing() -> None:
    found = Read(table({n: f'{n},"C:\\folder\\"' for n in range(1, 61)}), None, "a.csv")
    assert (found.options.escape, found.rows[0]) == ("", ("1", "C:\\folder\\"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_ends_of_lines_are_found(delimiter: str, end: str) -> None:
    content = table({}).decode().replace(",", delimiter).replace("\n", end)
    for filename in ("a.csv", "a.tsv"):
        found = Read(content.encode(), None, filename)
        assert found.rows[-1] == ("60", "text 60")
        assert found.account.in_file == 60


def test_mixed_ends_of_lines_and_blank_lines_are_counted() -> None:
    found = Read(b"\n\nid,text\r\n1,one\r2,two\n\r\n3,three\r\r\n4,four", CSV, "a.csv")
    assert [text for _, text in found.rows] == ["one", "two", "three", "four"]
    assert found.account.skipped == {"empty line": 2}


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_a_line_that_names_the_delimiter_is_no_row(line: str) -> None:
    content = f"{line}\r\nid;text\r\n1;one, two\r\n".encode()
    for options in (None, CSV, ReaderOptions(format="csv", delimiter=";")):
        assert Read(content, options, "a.csv").rows == [("1", "one, two")]


def test_a_header_with_a_stray_quotation_mark_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        Read(table({}, header='id,"text'), CSV, "a.csv")
    assert "--quote none" in caught.value.remedy_on(Interface.COMMAND_LINE)
    assert "--" not in caught.value.remedy_on(Interface.PAGE)


def test_the_preview_finds_a_stray_mark_beyond_the_first_documents(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", table({50: '50,"never closed'}))
    found = preview(path, "a.csv", None, LIMITS, Interface.COMMAND_LINE)
    assert (found.rows, found.whole_file) == (60, True)
    assert found.skipped == (("line 51", "a quotation mark that is never closed"),)
    assert found.skipped_reasons == {"a quotation mark that is never closed": 1}
    assert any("--quote none" in sentence for sentence in found.advice)
