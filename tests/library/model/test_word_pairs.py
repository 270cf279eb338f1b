import json
from pathlib import Path

import pytest

from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.word_pairs import (
    InvalidPairs,
    WordPairs,
    built_in_pairs,
    coverage,
    load_pairs,
    pair_table,
    parse_pairs,
    require_language,
)


@pytest.mark.parametrize("name", built_in_pairs())
def test_a_list_that_ships_says_where_it_comes_from_and_can_be_followed(name: str) -> None:
    found = load_pairs(name)
    assert found.source
    assert found.licence
    assert found.language == "en"
    table = pair_table([found])
    assert len(table.forms) == len(set(table.forms)) == len(found.words)


def test_all_lists_of_rewriting_go_together() -> None:
    lists = [load_pairs("en-gender"), load_pairs("en-names")]
    assert len(pair_table(lists).forms) == sum(len(one.words) for one in lists)


@pytest.mark.parametrize(
    "text",
    [
        "he,she\nking,queen\n",
        "he\tshe\n\n# a remark\nking\tqueen  # another\n",
        "he she\nking queen",
        "he; she\nking; queen",
        '"he","she"\r\n"king","queen"\r\n',
        '[["he", "she"], ["king", "queen"]]',
        '{"he": "she", "king": "queen"}',
        '{"name": "mine", "pairs": [["he", "she"], ["king", "queen"]]}',
        '{"pairs": {"he": "she", "king": "queen"}}',
        'name = "mine"\npairs = [["he", "she"], ["king", "queen"]]\n',
        "\ufeffhe,she\nking,queen",
    ],
)
def test_a_list_may_be_written_in_many_forms(text: str) -> None:
    assert parse_pairs(text, "mine").pairs == (("he", "she"), ("king", "queen"))
    assert parse_pairs(text, "mine").name == "mine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\nb,c", ["b", "more than one pair"]),
        ("a,b\nb,c\nc,a", ["circle", "a", "b", "c"]),
        ("he,HE", ["he–HE", "same word"]),
        ("é,e\u0301", ["same word"]),
        ("a,b\nb,a", ["2 times"]),
        ("Son,Tochter\nson,fils", ["son", "more than one pair"]),
        ("mother in law\tfather", ["not one word", "mother, in, law"]),
        ("a,b,c", ["Line 1", "3 words"]),
        ("a,b\n\nalone", ["Line 3", "1 word"]),
        ("", ["no pair"]),
        ("[1, 2]", ["cannot be used"]),
        ('{"pairs": [["a", "b"]', ["not valid JSON"]),
        ("pairs = [[", ["not valid TOML"]),
        ('pairs = [["a", "b"]]\nincludes = ["nowhere"]', ["no list nowhere"]),
        ('pairs = [["a", "b"]]\nlanguage = "German"', ["language"]),
        ("his,her\nhim,her", ["her", "en-pronouns"]),
    ],
)
def test_a_list_that_no_rewriting_could_follow_is_refused(text: str, words: list[str]) -> None:
    with pytest.raises(InvalidPairs) as refused:
        parse_pairs(text, "mine")
    for word in words:
        assert word in str(refused.value)


def test_lists_that_contradict_each_other_are_named() -> None:
    own = parse_pairs("king,president", "presidents")
    with pytest.raises(InvalidPairs) as refused:
        pair_table([load_pairs("en-occupations"), own])
    assert "presidents" in str(refused.value)
    assert "en-occupations" in str(refused.value)
    with pytest.raises(InvalidPairs, match="en-pronouns"):
        pair_table([load_pairs("en-pronouns"), parse_pairs("him,her")])


def test_a_pair_that_two_lists_share_counts_once() -> None:
    table = pair_table([load_pairs("en-kinship"), parse_pairs("mother,father", "again")])
    assert table.partners["mother"][0].forms[1 - table.partners["mother"][1]] == "father"


def test_case_follows_the_language_of_the_corpus() -> None:
    assert "ılık" in pair_table([parse_pairs("ILIK,su")], "tr").partners
    assert "ilik" in pair_table([parse_pairs("ILIK,su")], "en").partners


def test_a_list_of_another_language_is_refused() -> None:
    require_language([load_pairs("en-gender")], "en-GB")
    require_language([parse_pairs("er,sie")], "de")
    with pytest.raises(InvalidPairs, match="'en'"):
        require_language([load_pairs("en-gender")], "de")


def test_coverage_counts_words_and_refuses_a_list_without_any() -> None:
    table = pair_table([parse_pairs("he,she\nking,queen")])
    found = coverage(table, {"he": 3, "queen": 1, "other": 9})
    assert found.found == {"he": 3, "queen": 1}
    assert found.missing == ["she", "king"]
    with pytest.raises(InvalidPairs, match="None of the 4 words"):
        coverage(table, {"er": 3, "sie": 2})


def test_a_list_is_found_by_its_name_or_its_file(tmp_path: Path) -> None:
    path = tmp_path / "own list.csv"
    path.write_text("er,sie\n", encoding="utf-8")
    assert load_pairs(str(path)).name == "own list"
    with pytest.raises(NotFound):
        load_pairs("en-nothing")
    path.write_bytes(b"er,s\xffe\n")
    with pytest.raises(InvalidPairs, match="UTF-8"):
        load_pairs(str(path))


def test_a_list_comes_back_from_json() -> None:
    own = load_pairs("en-names")
    assert WordPairs.model_validate(json.loads(own.model_dump_json())) == own
