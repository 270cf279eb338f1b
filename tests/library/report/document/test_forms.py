"""One document in three forms: the same every time, in every script, and with no text taken for markup."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import outloud
import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from skipgram_audit.model.mitigations import COLUMNS
from skipgram_audit.model.outcome import LeftOutWord
from skipgram_audit.model.report_options import SECTIONS, ReportOptions
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.report.document.blocks import (
    Block,
    Bullets,
    Code,
    Document,
    Facts,
    Formula,
    Paragraph,
    Section,
    Table,
)
from skipgram_audit.report.document.build import build_document
from skipgram_audit.report.document.characters import with_codes, without_controls
from skipgram_audit.report.document.formulas import FORMULAS
from skipgram_audit.report.document.html import as_html
from skipgram_audit.report.document.markdown import as_markdown, inline
from skipgram_audit.report.document.pdf import as_pdf, breakable, is_right_to_left, sentence, shown
from skipgram_audit.resources import templates_folder
from tests.library.report.material_sample import HOSTILE, SCRIPTS, checked, make_material, rewritten, tried
from tests.mitigation_sample import sample_table

OPTIONS = ReportOptions(
    title=HOSTILE,
    authors=(SCRIPTS, HOSTILE),
    notes=f"{HOSTILE}\n{SCRIPTS}",
    licence=HOSTILE,
    consent=SCRIPTS,
    day=date(2026, 2, 3),
)
ANY = st.text(max_size=60)


@pytest.fixture(scope="module")
def document() -> Document:
    """Hostile and foreign texts everywhere, two checks, and every section."""
    checks = [checked("mine", number=4), checked("mine", "halves", number=2)]
    material = make_material(
        checks=checks,
        what_ifs=[tried(HOSTILE)],
        mitigations=[sample_table()],
        rewritings=[rewritten(HOSTILE)],
        corpus_name=HOSTILE,
    )
    material.manifest["corpus"]["filename"] = HOSTILE
    return build_document(material, OPTIONS)


@pytest.fixture(scope="module")
def pdf(document: Document) -> bytes:
    return as_pdf(document)


def sections_of(parts: Sequence[Section]) -> dict[str, Section]:
    """Anchor -> section, at any depth."""
    found = {one.anchor: one for one in parts}
    for one in parts:
        found |= sections_of(one.sections)
    return found


def words_of(section: Section) -> str:
    return " ".join(one.text for one in section.blocks if isinstance(one, Paragraph))


def test_parts_have_the_numbers_of_their_addresses(document: Document) -> None:
    found = sections_of(document.sections)
    assert {"check-4", "check-2"} <= set(found)
    assert "check-1" not in found
    rows = next(one for one in found["what-ifs"].blocks if isinstance(one, Table)).rows
    assert rows[0][0].startswith("7: ")


def test_a_removal_that_was_checked_is_a_way_to_reduce_a_bias() -> None:
    for checks, silent in (([], True), ([checked("mine")], False)):
        mitigation = sections_of(build_document(make_material(checks=checks), OPTIONS).sections)["mitigation"]
        assert ("Nothing in this report" in words_of(mitigation)) == silent


def test_every_error_of_a_check_is_named(document: Document) -> None:
    assert "standard error" in words_of(sections_of(document.sections)["check-4"])
    assert "standard deviation" in words_of(sections_of(document.sections)["check-4"])


def test_recovery_is_reported_with_its_interval(document: Document) -> None:
    table = next(
        one for one in sections_of(document.sections)["mitigation-1"].blocks
        if isinstance(one, Table) and "found again" in one.caption
    )  # fmt: skip
    assert any(" to " in cell for cell in table.rows[1])


def small(*texts: str) -> Document:
    blocks: tuple[Block, ...] = (
        *map(Paragraph, texts),
        Table("Table", (("A", False),), tuple((text,) for text in texts)),
    )
    return Document("Title", "", (), date(2026, 1, 2), "en", "1", (Section("One", "one", blocks),))


def test_the_same_report_has_the_same_bytes(document: Document, pdf: bytes) -> None:
    assert as_pdf(document) == pdf
    assert as_html(document) == as_html(document)


def test_the_pdf_says_what_it_is_and_has_a_structure(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        told = opened.open_metadata()
        assert (told["pdfaid:part"], told["pdfaid:conformance"], told["pdfuaid:part"]) == ("2", "B", "1")
        assert str(told["dc:title"]) == HOSTILE
        assert str(told["xmp:CreateDate"]).startswith("2026-02-03")
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "en"
        roles = structure(opened.Root.StructTreeRoot)
        assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/Formula"} <= roles
        assert "/JavaScript" not in str(opened.Root.keys())


def test_the_pdf_can_be_kept_for_long(pdf: bytes) -> None:
    """What PDF/A-2b asks for and a reader can find: colours are defined, fonts are embedded and can be copied as text,
    nothing is encrypted, nothing runs, nothing is fetched. Typst itself refuses to write what breaks the standard."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert not opened.is_encrypted
        [intent] = opened.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert len(intent.DestOutputProfile.read_bytes()) > 100
        found = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary)]
        descriptors = [one for one in found if one.get("/Type") == "/FontDescriptor"]
        assert len(descriptors) > 4
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in descriptors)
        fonts = [one for one in found if one.get("/Type") == "/Font" and one.get("/Subtype") == "/Type0"]
        assert fonts
        assert all("/ToUnicode" in one for one in fonts)
        actions = {str(one["/S"]) for one in found if one.get("/Type") == "/Action"}
        assert actions <= {"/GoTo"}
        assert not [one for one in found if {"/AA", "/OpenAction", "/EmbeddedFiles"} & set(one.keys())]


def test_a_checker_of_pdf_ua_finds_nothing(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    result = outloud.check(path)
    # LNK-010 wants links of addresses; those of the BibTeX entry are text to copy.
    assert {one.rule for one in result.findings if one.severity != "info"} <= {"LNK-010"}
    assert sum(one.outcome == "pass" for one in result.runs) > 40


def structure(root: pikepdf.Object) -> set[str]:
    """The roles in a structure tree."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(one)
        elif isinstance(one, pikepdf.Dictionary):
            if "/S" in one:
                found.add(str(one["/S"]))
            if "/K" in one:
                waiting.append(one["/K"])
    return found


def test_characters_without_a_font_are_written_as_their_code() -> None:
    assert with_codes("ש 😀 \x07 \u202e a") == "U+05E9 U+1F600 U+0007 U+202E a"
    assert with_codes(SCRIPTS) == SCRIPTS
    assert with_codes("a\r\nb\tc\u2028d") == "a\nb c\nd"
    assert without_controls("ש 😀 \u202e") == "ש 😀 U+202E"
    assert as_pdf(small("ש 😀 \x07 \u202e \ufffe \ue000 e\u0301 \u200d क्\u200dष"))


@settings(max_examples=15)
@given(ANY)
def test_any_text_can_be_set(text: str) -> None:
    assert as_pdf(small(text, HOSTILE + text)).startswith(b"%PDF")


def test_words_may_be_broken_and_nothing_is_lost() -> None:
    long = "/a/very-long_path.with/" + "x" * 100
    assert breakable(long).replace("\u200b", "") == long
    assert max(map(len, breakable(long).split("\u200b"))) <= 24
    assert breakable("short words only") == "short words only"
    assert is_right_to_left("12 مرحبا a")
    assert not is_right_to_left("a مرحبا")


def test_a_sentence_of_ours_is_from_left_to_right_whatever_name_it_begins_with() -> None:
    """What users write is in its own direction."""
    arabic, note = "الجنس والعمل", "ملاحظة باللغة العربية."
    made = make_material()
    outcome = replace(made.outcomes[0], name=arabic)
    material = make_material(outcomes=[outcome], drivers={arabic: made.drivers["mine"]})
    document = build_document(material, ReportOptions(notes=note, question=note))
    page = html.fromstring(as_html(document))
    [limits] = page.xpath("//section[@id='limits']//ul")
    assert any(item.text_content().startswith(arabic) for item in limits)
    assert not limits.xpath(".//@dir")
    assert len(page.xpath(f"//section[@id='answer']//span[@dir='auto'][text()='{note}']")) == 2
    [answer] = page.xpath(f"//section[@id='answer']//p[starts-with(., '{arabic}: ')]")
    assert not answer.xpath(".//@dir")
    assert as_pdf(document).startswith(b"%PDF")
    assert sentence(f"{arabic}: a sentence.") == f"{arabic}: a sentence."
    assert shown(note) == {"rtl": note}


def test_ids_in_a_narrow_column_do_not_touch_the_text_beside_them() -> None:
    """A hyphen before a digit is no place to end a line by itself, so the id reached into the next column."""
    columns = (
        ("Rank", True), ("Document", False), ("Text", False), ("Influence", True), ("Spread", True),
        ("Seeds of this sign", True),
    )  # fmt: skip
    row = ("1", "development-1603", "Amy's View " + "is a play " * 9, "+0.0123", "± 0.0012", "2 of 2")
    table = Table("Table", columns, (row,), wide=2)
    content = as_pdf(Document("Title", "", (), date(2026, 1, 2), "en", "1", (Section("One", "one", (table,)),)))
    text = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "development-\n1603\nAmy's View" in text


def test_markdown_keeps_paragraphs_and_the_lines_of_a_cell() -> None:
    blocks = (Paragraph("One\ntwo\n\n \nthree"), Paragraph("a\n\nb", "quote"), Facts((("Source", "first\n\nsecond"),)))
    written = as_markdown(Document("Title", "", (), date(2026, 1, 2), "en", "1", (Section("One", "one", blocks),)))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(written)
    texts = [[piece.content for piece in one.children or () if piece.content] for one in tokens if one.type == "inline"]
    assert ["One", "two"] in texts
    assert ["three"] in texts
    assert ["a"] in texts
    assert ["b"] in texts
    assert ["first", "<br>", "second"] in texts
    assert [one.type for one in tokens].count("blockquote_open") == 1


def test_the_typst_template_takes_data_and_reads_no_files() -> None:
    template = (templates_folder() / "report.typ").read_text(encoding="utf-8")
    assert not re.search(r"\b(eval|read|include|import|plugin|yaml|xml|csv|toml)\b *[(\"]", template)
    assert set(FORMULAS) == set(re.findall(r"^  ([a-z-]+): \$", template, re.MULTILINE))


def test_html_shows_hostile_text_as_text(document: Document) -> None:
    written = as_html(document)
    page = html.fromstring(written)
    tags = {one.tag for one in page.iter() if isinstance(one.tag, str)}
    assert not tags & {"script", "link", "iframe", "form", "object", "b", "l"}
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert all(address.startswith("#") for address in page.xpath("//@href | //@src"))
    assert page.xpath("//h1")[0].text_content() == HOSTILE
    assert HOSTILE in [one.text_content().strip() for one in page.xpath("//section[@id='corpus-counted']//dd")]
    assert [one.get("id") for one in page.xpath("//main/section")] == list(SECTIONS)
    assert all(one[1:] in set(page.xpath("//@id")) for one in page.xpath("//nav//@href"))
    assert "url(" not in written
    assert json.loads(page.xpath("//section[@id='manifest']//code")[0].text_content())["name"] == "</code><script>"


@given(ANY | st.sampled_from([HOSTILE, SCRIPTS, "1. a", "- a", "+1", "> a", "=", "---", "www.a.de", "a@b.de", "~~~"]))
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    parser = MarkdownIt("gfm-like", {"linkify": False})
    plain = " ".join(without_controls(text).split())
    tokens = parser.parse(inline(text))
    if not plain:
        assert tokens == []
        return
    assert [one.type for one in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    body = tokens[1]
    assert {one.type for one in body.children or ()} <= {"text", "text_special"}
    assert "".join(one.content for one in body.children or ()) == plain


def test_markdown_tables_keep_their_cells(document: Document) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(as_markdown(document))
    assert not [one for one in tokens if one.type.startswith("html")]
    cells = [tokens[place + 1].children or [] for place, one in enumerate(tokens) if one.type == "td_open"]
    texts = ["".join(piece.content for piece in one) for one in cells]
    assert HOSTILE in texts
    fence = next(one for one in tokens if one.type == "fence" and one.info == "json")
    assert json.loads(fence.content)["name"] == "</code><script>"


def test_texts_are_shortened_or_left_out() -> None:
    material = make_material(texts=("Secret words of a person. " + "More of it. " * 40,))

    def text(texts: str) -> str:
        return as_markdown(build_document(material, ReportOptions.model_validate({"texts": texts})))

    assert "Secret words of a person\\. More" in text("full") or "Secret words of a person. More" in text("full")
    assert "Secret words of a person" in text("short")
    assert text("short").count("More of it") < text("full").count("More of it")
    assert "Secret" not in text("none")
    assert "id/1" in text("none")


def test_what_was_tried_has_its_numbers_and_no_title_where_texts_are_left_out() -> None:
    """A title says what is added; without it the row does."""
    material = make_material(what_ifs=[tried("Secret person, and 1 text added")])
    text = as_markdown(build_document(material)).replace("\\", "")
    [row] = [line for line in text.split("\n") if "Secret person" in line]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:] == ["mine", "−0.50", "−0.25", "−0.38 to −0.12", "−0.31", "–"]
    assert "4 documents left out" in cells[0]
    assert cells[0].count("1 text added") == 1
    without = as_markdown(build_document(material, ReportOptions(texts="none")))
    assert "Secret" not in without
    assert "4 documents left out, 1 text added" in without


def test_rewritings_have_predicted_and_retrained_scores() -> None:
    """-0.625 in the audit; changes of 0.25 and 0.5 predicted, of 0.125 and 0.625 trained."""
    chosen = ReportOptions(sections=("mitigation",))
    [section] = build_document(make_material(rewritings=[rewritten("x")]), chosen).sections
    [part] = section.sections
    [table] = [block for block in part.blocks if isinstance(block, Table)]
    [row] = table.rows
    assert row == ("mine", "−0.62", "−0.25", "+0.375 ± 0.125", "−0.25", "+0.375 ± 0.250")
    many = build_document(make_material(rewritings=[rewritten("x")] * 14), chosen)
    assert len(many.sections[0].sections) == 12
    assert "2 older" in str(many.sections[0].sections[-1].blocks[-1])


def test_a_report_of_many_checks_and_comparisons_shows_the_newest_and_counts_the_others() -> None:
    checks = [checked("mine", "halves", number=number) for number in range(30, 0, -1)]
    material = make_material(checks=checks, mitigations=[sample_table()] * 8)
    parts = {one.anchor: one for one in build_document(material).sections}
    assert [one.anchor for one in parts["checks"].sections] == [f"check-{number}" for number in range(30, 18, -1)]
    assert "18 older" in words_of(parts["checks"])
    assert [one.anchor for one in parts["mitigation"].sections] == [
        f"mitigation-{number}" for number in range(8, 2, -1)
    ]
    assert "2 older" in words_of(parts["mitigation"])
    assert "30 times" in words_of(parts["answer"])


def test_mitigations_have_their_sentences_and_both_tables() -> None:
    table = sample_table()
    section = next(
        one for one in build_document(make_material(mitigations=[table])).sections if one.anchor == "mitigation"
    )
    [part] = section.sections
    tables = [one for one in part.blocks if isinstance(one, Table)]
    assert [len(one.rows) for one in tables] == [len(table.rows)] * 3
    assert [name for name, _ in tables[0].columns] == ["Way", "weat-6", "he and she"]
    assert [name for one in tables[1:] for name, _ in one.columns[1:]] == [one.title for one in COLUMNS.values()]
    without = next(one for one in build_document(make_material()).sections if one.anchor == "mitigation")
    assert without.sections == ()


def test_a_data_sheet_names_the_file_or_what_the_corpus_was_made_from() -> None:
    """A corpus that was made from another one has no file, and must not pass for the other's."""

    def counted(**facts: object) -> dict[str, str]:
        material = make_material()
        material.manifest["corpus"].update(facts)
        sheet = next(one for one in build_document(material).sections if one.anchor == "corpus")
        [block] = sheet.sections[0].blocks
        assert isinstance(block, Facts)
        return dict(block.rows)

    imported = counted(source_sha256="12" * 32)
    assert (imported["File"], imported["SHA-256 of the file"]) == ("corpus.csv", "12" * 32)
    plan = RewritePlan(method="remove", removed=(3, 4), removed_why="chosen by hand")
    made = {"name": "The parent", "content_sha256": "34" * 32, "plan": plan.model_dump(mode="json"), "undone": {}}
    sheet = counted(filename="", source_sha256="", rewritten_from=made)
    assert "File" not in sheet
    assert "SHA-256 of the file" not in sheet
    assert sheet["Made from"] == "The parent"
    assert sheet["SHA-256 of that corpus's content"] == "34" * 32
    assert "2 documents, chosen by hand" in sheet["How it was made"]


def test_the_method_tells_what_this_audit_did_and_no_more() -> None:
    """One seed, nothing on shuffled text, an estimator whose influences have no size, no test, no single words."""
    everything = make_material()
    outcome = replace(
        everything.outcomes[0], null_scores=[], p_value_two_sided=None, left_out=[], standard_error=None,
        seed_agreement=None,
    )  # fmt: skip
    settings = {**everything.settings, "seeds": [1], "estimator": "gradient"}
    for material, told in ((everything, True), (replace(everything, outcomes=[outcome], settings=settings), False)):
        parts = sections_of(build_document(material, OPTIONS).sections)
        asked = [item for block in parts["method"].blocks if isinstance(block, Bullets) for item in block.items]
        assert any("shuffled" in item for item in asked) == told
        assert any("seeds" in item for item in asked) == told
        assert not any("95% interval" in item for item in asked)  # neither has a standard error
        names = {block.name for block in parts["formulas"].blocks if isinstance(block, Formula)}
        assert ({"influence", "agreement"} <= names) == told
        assert "standard-error" not in names
        assert {"sum", "weat", "training"} <= names


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.sampled_from(["[\n", "],\n ", '",\n "', "}"]),
    lambda one: st.lists(one, max_size=30) | st.dictionaries(st.text(max_size=5), one, max_size=5),
    max_leaves=60,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_a_manifest_is_written_on_fewer_lines_and_says_the_same(values: dict[str, Any]) -> None:
    [section] = build_document(make_material(manifest=values), ReportOptions(sections=("manifest",))).sections
    [code] = [block for block in section.blocks if isinstance(block, Code)]
    assert json.loads(code.text) == values


def test_a_list_of_words_of_a_manifest_fills_its_lines() -> None:
    words = [f"word{number}" for number in range(40)]
    [section] = build_document(
        make_material(manifest={"a": [1, 2], "b": words}), ReportOptions(sections=("manifest",))
    ).sections
    [code] = [block for block in section.blocks if isinstance(block, Code)]
    lines = code.text.split("\n")
    assert ' "a": [1, 2],' in lines
    assert 6 < len(lines) < 14
    assert max(map(len, lines)) < 110


def test_words_have_their_association_and_the_score_without_them_in_one_row() -> None:
    made = make_material().outcomes[0]
    left = [
        LeftOutWord("He", "target", "he", 0.25, 0.0), LeftOutWord("Work", "attribute", "office", None, 0.0, "Too few."),
    ]  # fmt: skip
    for outcome, width in ((replace(made, left_out=left), 8), (replace(made, left_out=[]), 5)):
        [section] = build_document(make_material(outcomes=[outcome]), ReportOptions(sections=("appendix",))).sections
        [table] = [
            block for part in section.sections for block in part.blocks
            if isinstance(block, Table) and block.caption.startswith("Words of")
        ]  # fmt: skip
        rows = {row[0]: row for row in table.rows}
        assert {len(row) for row in table.rows} == {len(table.columns)} == {width}
        assert rows["he"][:3] == ("he", "He", "−0.100")
        if width == 8:
            assert rows["he"][5:7] == ("+0.25", "+0.75")  # from −0.5
            assert rows["office"][:7] == ("office", "Work", "–", "–", "–", "–", "–")
            assert "Too few." in " ".join(map(words_of, section.sections))


def test_sections_and_their_order_are_the_users() -> None:
    built = build_document(make_material(), ReportOptions(sections=("limits", "answer")))
    assert [one.anchor for one in built.sections] == ["answer", "limits"]
    assert [one.anchor for one in build_document(make_material()).sections] == list(SECTIONS)


def test_a_report_of_nothing_measured_is_a_report() -> None:
    material = make_material()
    empty = replace(material, outcomes=[material.outcomes[1]], drivers={})
    assert as_pdf(build_document(empty)).startswith(b"%PDF")
    assert "No probe has a score" in as_markdown(build_document(empty))
