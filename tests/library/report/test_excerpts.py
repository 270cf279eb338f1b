"""Excerpts with marked words."""

import pytest

from skipgram_audit.model.search_query import Phrase
from skipgram_audit.report.excerpts import BOTH, HIT, PROBE, Mark, MarkedPiece, WordMarker, beginning, excerpt, marked

SEARCHED = [Phrase(("the", "office")), Phrase(("grösse",))]
MARKER = WordMarker(frozenset({"he", "office"}), SEARCHED, casefold=True, language="en")


def test_words_of_the_probe_and_what_was_searched_for_are_marked() -> None:
    text = "He saw the Office, the GRÖSSE; her office."
    found = [(text[mark.start : mark.end], mark.kind) for mark in MARKER.marks(text)]
    assert found == [("He", PROBE), ("the", HIT), ("Office", BOTH), ("GRÖSSE", HIT), ("office", PROBE)]


def test_words_that_begin_as_searched_for_are_marked() -> None:
    marker = WordMarker(frozenset(), [Phrase(("the", "off"), prefix=True)], casefold=True, language="en")
    text = "The office, the offer of the day: offers"
    assert [text[mark.start : mark.end] for mark in marker.marks(text)] == ["The", "office", "the", "offer"]


def test_an_audit_that_tells_capitals_apart_marks_the_probes_words_as_it_counts_them() -> None:
    marker = WordMarker(frozenset({"he"}), [], casefold=False, language="en")
    assert marker.marks("He and he") == [Mark(7, 9, PROBE)]


def test_a_short_text_is_whole() -> None:
    text = "He left."
    assert excerpt(text, MARKER.marks(text), 240, 60) == [MarkedPiece("He", PROBE), MarkedPiece(" left.")]
    assert excerpt("", [], 240, 60) == []


def test_a_beginning_has_whole_words_on_one_line_and_says_that_it_goes_on() -> None:
    text = "Some  words\nof a text. " * 40
    shown = beginning(text, 400)
    assert 390 < len(shown) <= 401
    assert shown.endswith("…")
    assert " ".join(text.split()).startswith(shown[:-1] + " ")
    assert beginning("He \n left.", 400) == "He left."


@pytest.mark.parametrize(("before", "begins"), [(0, "…office"), (2, "…b office")])
def test_a_long_text_is_cut_around_what_was_searched_for(before: int, begins: str) -> None:
    text = "he " + "a b " * 100 + "office " + "c " * 100
    marks = [Mark(0, 2, PROBE), Mark(text.index("office"), text.index("office") + 6, HIT)]
    pieces = excerpt(text, marks, 40, before)
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith(begins)
    assert shown.endswith("…")
    assert len(shown) == 42
    assert [piece.text for piece in pieces if piece.kind] == ["office"]


def test_without_a_mark_a_long_text_begins_at_its_beginning() -> None:
    assert excerpt("abc " * 100, [], 10, 5) == [MarkedPiece("abc abc"), MarkedPiece("…")]


def test_words_at_the_edges_are_whole_where_spaces_separate_them() -> None:
    text = "combined efforts by office holders everywhere else"
    office = Mark(text.index("office"), text.index("office") + 6, HIT)
    assert "".join(one.text for one in excerpt(text, [office], 30, 17)) == "…efforts by office…"
    written_together = "它们在战争之前就已经存在了很久很久"
    assert "".join(one.text for one in excerpt(written_together, [Mark(3, 5, HIT)], 6, 1)) == "…在战争之前就…"


def test_as_html_texts_stay_texts() -> None:
    pieces = [MarkedPiece("<b>"), MarkedPiece("he", PROBE), MarkedPiece("<i>", HIT), MarkedPiece("{0}", BOTH)]
    assert marked(pieces) == (
        '&lt;b&gt;<strong class="probe-word">he</strong><mark>&lt;i&gt;</mark>'
        '<mark><strong class="probe-word">{0}</strong></mark>'
    )
