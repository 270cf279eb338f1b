"""Wiki markup to prose."""

import pytest

from skipgram_audit.demo.wikitext import Section, clean, sections

FILLER = "This sentence is here so that the section has as many words as a section needs to be kept at all. " * 2


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("'''Bold''' and ''italic'' [[link|words]] and [[link]].", "Bold and italic words and link."),
        ("Text<ref name=a/> with notes<ref>No [[x]].</ref>.", "Text with notes."),
        ("A<ref name=a /> sentence between<ref name=b>footnotes</ref> stays.", "A sentence between stays."),
        ("[[File:a.jpg|thumb|A [[caption]] with [[nested|links]].]]The text goes on here.", "The text goes on here."),
        ("It is {{convert|10|km|mi}} long.", "It is 10 km long."),
        ("Called {{lang|de|Wort}} ({{IPAc-en|x}}; {{lang-la|verbum}}).", "Called Wort (verbum)."),
        ("Born ({{birth date|1|2|3}}) in Rome.", "Born in Rome."),
        ("One {{outer|{{inner|x}}|y}}two.", "One two."),
        ("Before.\n{| class=x\n! Head\n|-\n| cell {| nested |}\n|}\nAfter the table.", "Before.\n\nAfter the table."),
        ("Words <math>x^2</math> <!-- hidden --> and &ndash; more&nbsp;words.", "Words and – more words."),
        ("Sources [http://example.org named] here.", "Sources named here."),
        ("One line\nand its end.\n\nNext paragraph.", "One line and its end.\n\nNext paragraph."),
        ("* short item\n* another", ""),
        (
            "* This item of a list is a whole sentence, long enough to be read as prose.",
            "This item of a list is a whole sentence, long enough to be read as prose.",
        ),
        ("caption without end", ""),
        ("[[Category:Words]]\n[[de:Wort]]", ""),
    ],
)
def test_markup_becomes_prose(markup: str, expected: str) -> None:
    found = list(sections(f"{markup}\n\n{FILLER}"))
    assert found == [Section("", f"{expected}\n\n{FILLER.strip()}".strip())]


def test_sections_are_cut_at_the_second_level_and_appendices_left_out() -> None:
    markup = (
        f"{FILLER}\n== First ''part'' ==\n{FILLER}\n=== Deeper ===\n{FILLER}\n== See also ==\n{FILLER}\n==Short==\nx."
    )
    found = list(sections(markup))
    assert [section.heading for section in found] == ["", "First part"]
    assert "Deeper" not in found[1].text
    assert found[1].text.count("This sentence") == 4


def test_clean_leaves_plain_text_alone() -> None:
    assert clean("Nothing to do here, 3 < 4.") == "Nothing to do here, 3 < 4."
