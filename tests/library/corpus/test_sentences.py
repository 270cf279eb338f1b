"""Sentences: where they end, and that their bounds are offsets into the text as it was given."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.tokens import token_spans


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_bounds(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Mr. Smith left at 3.5 p.m. today. He waved.", ["Mr. Smith left at 3.5 p.m. today.", "He waved."]),
        ("en", "  Hello 😀 world.  Yes! \n", ["Hello 😀 world.", "Yes!"]),
        ("en", "Cafe\u0301 first. Then te\u0301a.", ["Cafe\u0301 first.", "Then te\u0301a."]),
        ("en", "A title\n\nThe text under it. More.", ["A title", "The text under it.", "More."]),
        ("en", "One\r\n\r\ntwo\r\n \r\nthree\u2029four", ["One", "two", "three", "four"]),
        ("en", "A line that is\nwrapped by hand.\nNext.", ["A line that is\nwrapped by hand.", "Next."]),
        ("zh", "你好。我是学生！真的吗？", ["你好。", "我是学生！", "真的吗？"]),
        ("hi", "यह है। वह गया।", ["यह है।", "वह गया।"]),
        ("de", "Das ist z.B. gut. Ja.", ["Das ist z.B. gut.", "Ja."]),
        ("no-such-language", "One thing. Another.", ["One thing.", "Another."]),
        ("en", "", []),
        ("en", " \n\n \t", []),
    ],
)
def test_sentences_of_a_text(language: str, text: str, expected: list[str]) -> None:
    assert sentences(text, language) == expected


def test_bounds_are_code_points_in_unsigned_32_bits() -> None:
    bounds = sentence_bounds("😀 ab. 😀 cd.", "en")
    assert bounds.dtype == np.uint32
    assert bounds.tolist() == [[0, 5], [6, 11]]


def test_an_unclosed_quotation_mark_does_not_swallow_the_paragraph() -> None:
    text = "He is 6' 2\" tall. " + "Nobody saw him come in from the cold. " * 40
    assert len(sentences(text)) == 41


def test_a_long_paragraph_has_the_same_sentences_as_its_parts() -> None:
    sentence = "It rained for the whole of the afternoon. "
    assert sentences(sentence * 5_000) == [sentence.strip()] * 5_000


def test_a_text_without_any_terminator_is_one_sentence() -> None:
    text = "word " * 100_000
    assert sentence_bounds(text, "en").tolist() == [[0, len(text) - 1]]


@pytest.mark.parametrize("unit", ["a. ", '"a. ', "(a. ", "a ", "\n", "a\n\n", "1) b "])
def test_a_megabyte_of_anything_takes_seconds_not_minutes(unit: str) -> None:
    text = (unit * 1_000_000)[:1_000_000]
    started = time.process_time()  # not the clock on the wall: other tests may keep the machine busy
    sentence_bounds(text, "en")
    assert time.process_time() - started < 20


@settings(deadline=None)
@given(
    st.text(
        st.one_of(
            st.characters(exclude_categories=["Cs"]),
            st.sampled_from(" .!?。।\n\r\u2028\u2029\"'’“”()[]1\u0301字한🙂abcABC"),
        ),
        max_size=300,
    ),
    st.sampled_from(["en", "zh", "ja", "hi", "de", "ar", "my", "xx"]),
)
def test_every_word_lies_in_exactly_one_sentence(text: str, language: str) -> None:
    bounds = sentence_bounds(text, language).tolist()
    assert all(start < end <= len(text) for start, end in bounds)
    assert all(left[1] <= right[0] for left, right in pairwise(bounds))
    assert all(text[start:end].strip() == text[start:end] for start, end in bounds)
    for start, end in token_spans(text):
        assert sum(left <= start and end <= right for left, right in bounds) == 1
