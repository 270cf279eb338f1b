"""Probe files of every kind: what each takes, and what is said of a wrong one."""

import json
from typing import Any

import pytest

from skipgram_audit.model.errors import InvalidProbe
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import built_in_probes, parse_probe, parse_probe_file, probe_as_toml

HE, SHE = {"He": ["he", "man", "boy"]}, {"She": ["she", "woman", "girl"]}
JOBS, HOME = {"Jobs": ["office", "desk", "shop"]}, {"Home": ["home", "sofa", "bed"]}
EXAMPLES: dict[str, tuple[dict[str, list[str]], dict[str, list[str]]]] = {
    "weat": ({**HE, **SHE}, {**JOBS, **HOME}),
    "sc-weat": (JOBS, {**HE, **SHE}),
    "membership": (JOBS, {**HE, **SHE, **HOME}),
    "rnd": ({**HE, **SHE}, JOBS),
    "ripa": ({**HE, **SHE}, JOBS),
    "direct-bias": ({**HE, **SHE}, JOBS),
    "mac": ({**HE, **SHE}, {**JOBS, **HOME}),
}


def values_of(kind: str, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    targets, attributes = EXAMPLES[kind]
    return {"name": f"a {kind}", "kind": kind, "targets": targets, "attributes": attributes} | (changes or {})


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_probe_of_every_kind_is_written_and_read_back(kind: str) -> None:
    definition = parse_probe(values_of(kind))
    assert parse_probe_file(probe_as_toml(definition).encode(), "a.toml") == definition
    assert parse_probe_file(json.dumps(definition.model_dump()).encode(), "a.json") == definition
    assert definition.model_dump().get("parameters") == ({"exponent": 1.0} if kind == "direct-bias" else None)


def test_built_in_probes_are_weats_without_parameters() -> None:
    assert {probe.kind for probe in built_in_probes().values()} == {"weat"}
    assert "parameters" not in built_in_probes()["weat-6"].model_dump()


@pytest.mark.parametrize(
    ("kind", "changes", "problem"),
    [
        ("weat", {"kind": "rnsb"}, "there is no kind 'rnsb'; the kinds are weat, sc-weat"),
        ("weat", {"targets": HE}, "[targets] needs exactly two named word lists, found 1"),
        ("sc-weat", {"targets": {**HE, **SHE}}, "[targets] needs exactly one named word list, found 2"),
        ("membership", {"attributes": HE}, "[attributes] needs 2 to 6 named word lists, found 1"),
        ("mac", {"targets": {}}, "[targets] needs 1 to 6 named word lists, found 0"),
        ("ripa", {"targets": {**HE, "She": ["she"]}}, "'He' and 'She' are pairs by their places"),
        ("membership", {"attributes": {**HE, **SHE, "It": ["SHE"]}}, "both 'She' and 'It' of [attributes] contain she"),
        ("mac", {"attributes": {"Jobs": ["Man"]}}, "both [targets] and [attributes] contain man"),
        ("mac", {"parameters": {"exponent": 1}}, "[parameters] has 'exponent', but the kind 'mac' takes none"),
        ("direct-bias", {"parameters": {"exponent": 0.5}}, "exponent of [parameters] is 0.5, but must be from 1 to 10"),
        ("direct-bias", {"parameters": {"exponent": float("nan")}}, "exponent of [parameters] is nan"),
        (
            "weat",
            {"targets": {"He": ["he"], "She": ["she"]}},
            "'He' of [targets] has 1, but the kind 'weat' needs",
        ),
        ("weat", {"attributes": {**JOBS, "Home": ["home"]}}, "'Home' of [attributes] has 1, but the kind"),
        (
            "sc-weat",
            {"attributes": {"He": ["he", "man"], **SHE}},
            "word list 'He' of [attributes] has 2",
        ),
        ("membership", {"attributes": {**HE, "She": ["she"]}}, "too few words: word list 'She' of [attributes] has 1"),
        ("rnd", {"targets": {**HE, "She": ["she"]}}, "too few words: word list 'She' of [targets] has 1"),
        (
            "ripa",
            {"targets": {"He": ["he"], "She": ["she"]}},
            "has 1, but the kind 'ripa' needs at least 2",
        ),
        (
            "direct-bias",
            {"targets": {"He": ["he"], "She": ["she"]}},
            "too few words: word list 'He' of [targets] has 1",
        ),
        ("mac", {"targets": {"He": ["he"]}}, "too few words: word list 'He' of [targets] has 1"),
    ],
)
def test_a_wrong_probe_is_refused_with_what_is_wrong(kind: str, changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidProbe) as caught:
        parse_probe(values_of(kind, changes))
    assert problem in caught.value.message


@pytest.mark.parametrize("word", ["short-term", "new york", "O'Brien", "C++", "医院", "—"])
def test_a_word_that_no_corpus_can_hold_is_refused_unless_it_is_named(word: str) -> None:
    values = values_of("weat", {"attributes": {"A": ["home", "family", word], "B": ["work", "office"]}})
    with pytest.raises(InvalidProbe, match="no corpus can hold") as caught:
        parse_probe(values)
    assert "word list 'A' of [attributes]" in caught.value.message
    kept = parse_probe({**values, "never_found": [word]})
    assert kept.attributes["A"] == ["home", "family", *kept.never_found]
    assert parse_probe_file(probe_as_toml(kept).encode(), "kept.toml") == kept
    for other in ("home", "elsewhere"):
        with pytest.raises(InvalidProbe, match=f"never_found holds {other}"):
            parse_probe({**values, "never_found": [word, other]})


def test_a_word_that_no_corpus_can_hold_does_not_make_a_list_long_enough() -> None:
    values = values_of("weat", {"attributes": {"A": ["home", "short-term"], "B": ["work", "office"]}})
    with pytest.raises(InvalidProbe, match=r"word list 'A' of \[attributes\] has 1"):
        parse_probe({**values, "never_found": ["short-term"]})


def test_words_of_a_probe_are_written_as_they_are_counted() -> None:
    words = ["\ufeff cafe\u0301\u200b", "με\u00adγάλη"]
    values = values_of("weat", {"attributes": {"A": words, "B": ["work", "office"]}})
    assert parse_probe(values).attributes["A"] == ["café", "μεγάλη"]
    values["attributes"] = {"A": ["home", "\u200b"], "B": ["work", "office"]}
    with pytest.raises(InvalidProbe, match=r"attributes\.A\.1: this word has no character that can be seen"):
        parse_probe(values)


def test_published_lists_are_kept_and_say_what_no_corpus_can_hold() -> None:
    assert {name: probe.never_found for name, probe in built_in_probes().items() if probe.never_found} == {
        "weat-9": ["short-term"]
    }


def test_lists_are_apart_by_the_case_of_the_corpus_language() -> None:
    sets = {"X": ["kadın", "kız", "istanbul"], "Y": ["erkek", "oğul", "İstanbul"]}
    probe = parse_probe(values_of("weat", {"targets": sets}))
    probe.require_apart("en")
    with pytest.raises(InvalidProbe, match="contain istanbul"):
        probe.require_apart("tr")


def test_pairs_are_counted_whole() -> None:
    ripa = parse_probe(values_of("ripa"))
    assert [ripa.pairs_found(missing) for missing in ((), ("he",), ("he", "woman"))] == [3, 2, 1]
    assert parse_probe(values_of("rnd")).pairs_found(()) is None


def test_every_description_is_whole() -> None:
    """Its sentences name only lists that the kind has, and say why there is no test, or what is dealt out."""
    for kind in KINDS.values():
        definition = parse_probe(values_of(kind.name))
        names = dict.fromkeys(
            [*"xy"[: len(definition.targets)], *"ab"[: len(definition.attributes)], "targets", "attributes", "others"],
            "LIST",
        )
        sentences = [kind.above, kind.below, kind.influence]
        sentences += [text for chart in kind.charts for text in (chart.note, chart.low, chart.high)]
        for sentence in sentences:
            assert "{" not in sentence.format(**names)
        assert bool(kind.permuted) != bool(kind.no_test)


def test_a_byte_order_mark_before_a_probe_is_no_part_of_it() -> None:
    probe = built_in_probes()["weat-6"]
    for filename, text in (("a.toml", probe_as_toml(probe)), ("a.json", json.dumps(probe.model_dump(mode="json")))):
        assert parse_probe_file(text.encode("utf-8-sig"), filename) == probe
