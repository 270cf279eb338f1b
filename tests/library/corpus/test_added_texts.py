"""Texts that are added, by the vocabulary of an audit."""

import pytest

from skipgram_audit.corpus.added_texts import encode_added


@pytest.mark.parametrize(
    ("text", "begin"),
    [("He went out xyzzy.", "1 of the 4 words of the added text is not"), ("He xyzzy went plugh out.", "2 of the 5")],
)
def test_words_that_are_not_known_are_counted_and_named(text: str, begin: str) -> None:
    added = encode_added([text], {"he": 0, "went": 1, "out": 2}, True, "en")
    assert added.note().startswith(begin)
    assert "xyzzy" in added.note()
