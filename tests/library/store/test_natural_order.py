"""Titles, ids and values are sorted as people look for them."""

from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.store.natural_order import sorted_places


def test_numbers_in_texts_are_sorted_by_their_size_and_letters_whatever_their_case() -> None:
    texts = ["doc 10", "Doc 2", "doc 002", "Éclair", "éclair 1", "ab", "doc", "9" * 5_000, ""]
    places = sorted_places(texts).tolist()
    assert [texts[index] for index in sorted(range(len(texts)), key=places.__getitem__)] == [
        "", "9" * 5_000, "ab", "doc", "Doc 2", "doc 002", "doc 10", "Éclair", "éclair 1",
    ]  # fmt: skip


def test_values_that_are_all_numbers_are_sorted_by_their_value() -> None:
    assert sorted_places(["10", "-3", "2.5", "1e1", "-3"], numbers=True).tolist() == [2, 0, 1, 2, 0]
    assert sorted_places(["10", "9", "nan"], numbers=True).tolist() == [1, 0, 2]
    assert sorted_places(["2001-10-02", "1999-01-01", "2001-09-30"], numbers=True).tolist() == [2, 0, 1]
    assert sorted_places([], numbers=True).tolist() == []


@given(st.lists(st.text(max_size=8)), st.booleans())
def test_equal_texts_share_a_place_and_places_have_no_gap(texts: list[str], numbers: bool) -> None:
    places = sorted_places(texts, numbers).tolist()
    assert sorted(set(places)) == list(range(len(set(places))))
    assert all(places[texts.index(text)] == place for text, place in zip(texts, places, strict=True))
