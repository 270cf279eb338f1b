import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.corpus.encoding import TextDocument, encode_documents
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.mitigation import english
from skipgram_audit.mitigation.diff import changed_sentences
from skipgram_audit.mitigation.encoded import in_vocabulary
from skipgram_audit.mitigation.ledger import LedgerRow, ledger_rows
from skipgram_audit.mitigation.rewriting import Rewriter, apply_changes, without_undone, written_like
from skipgram_audit.mitigation.rewritten_corpus import CorpusRewriting, Fate
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.word_pairs import WordPairs, load_pairs, parse_pairs
from tests.library.samples import silent

GENDER, NAMES = load_pairs("en-gender"), load_pairs("en-names")
PLAIN = parse_pairs("he,she\nking,queen\nactor,actress", "plain")


def plan_of(*lists: WordPairs, method: str = "substitute", **options: Any) -> RewritePlan:
    return RewritePlan.model_validate(
        {"method": method, "lists": [one.model_dump() for one in lists or (PLAIN,)], "probability": 1, **options}
    )


def rewritten(text: str, *lists: WordPairs, language: str = "en", **options: Any) -> str:
    bounds = sentence_bounds(text, language)
    changes = Rewriter(plan_of(*lists, **options), language).changes("1", text, bounds)
    return apply_changes(text, bounds, changes).text


def document(text: str, identifier: str = "1") -> CorpusDocument:
    return CorpusDocument(text, sentence_bounds(text, "en"), identifier, "Title", {"source": "here"})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("He met the king.", "She met the queen."),
        ("HE IS KING!", "SHE IS QUEEN!"),
        ("(he)—she's; “King”", "(she)—he's; “Queen”"),
        ("kingdom, the actors, here", "kingdom, the actors, here"),
        ("he-she he/she", "she-he she/he"),
        ("hé Hé", "hé Hé"),
        ("h\u00ade", "she"),
    ],
)
def test_words_are_exchanged_as_they_are_written(text: str, wanted: str) -> None:
    assert rewritten(text, PLAIN) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("She took her book.", "He took his book."),
        ("He saw her. He told her that.", "She saw him. She told him that."),
        ("Her mother saw him.", "His father saw her."),
        ("It was his, not hers.", "It was hers, not his."),
        ("He sold HIS car to HER.", "She sold HER car to HIM."),
        ("his or her book", "her or his book"),
        (
            "She followed her closely, and her newly found brother.",
            "He followed him closely, and his newly found sister.",
        ),
        ("They brought her back to life. Her back hurt.", "They brought him back to life. His back hurt."),
        ("Mr. Smith himself", "Mrs. Smith herself"),
        ("about her.'' said the man", "about him.'' said the woman"),
    ],
)
def test_his_and_her_follow_their_sentence(text: str, wanted: str) -> None:
    assert rewritten(text, GENDER) == wanted


@pytest.mark.skipif(not english.tagger_is_there(), reason="HanTa is not installed")
def test_a_tagger_tells_objects_from_determiners() -> None:
    text = "They helped her reach the boat. They made her happy about her boat."
    assert "helped him reach" in rewritten(text, GENDER, grammar="tagger")
    assert "about his boat" in rewritten(text, GENDER, grammar="tagger")


def test_names_change_with_a_capital_only() -> None:
    own = WordPairs(name="names", capitalised=True, pairs=(("Will", "Mary"),))
    assert rewritten("Will will marry. WILL! will", own) == "Mary will marry. MARY! will"


def test_case_follows_the_language() -> None:
    own = parse_pairs("iyi,ılık", "turkish")
    assert rewritten("İYİ İyi iyi", own, language="tr") == "ILIK Ilık ılık"
    assert written_like("ILIK", "iyi", "tr") == "İYİ"


def test_words_are_masked_and_sentences_deleted() -> None:
    text = "He left. It rained.  The king stayed."
    assert rewritten(text, PLAIN, method="mask") == "___ left. It rained.  The ___ stayed."
    assert rewritten(text, PLAIN, method="mask", mask="X") == "X left. It rained.  The X stayed."
    assert rewritten(text, PLAIN, method="delete") == "It rained.  "


def test_sentences_move_with_the_text() -> None:
    text = "He left.  It rained. The actor, he, stayed; so did the queen"
    bounds = sentence_bounds(text, "en")
    for method in ("substitute", "mask", "delete"):
        changes = Rewriter(plan_of(PLAIN, method=method)).changes("1", text, bounds)
        result = apply_changes(text, bounds, changes)
        found = [result.text[first:last] for first, last in result.bounds.tolist()]
        assert found == [result.text[first:last] for first, last in sentence_bounds(result.text, "en").tolist()]
        assert result.kept.tolist() == ([1] if method == "delete" else [0, 1, 2])


WORDS = st.sampled_from(["he", "She", "KING", "queen", "Actor", "actress", "rain", "Rain", "über", "e\u0301te", "1"])
GAPS = st.sampled_from([" ", ", ", ". ", "\n\n", " “", "–", "! ", "  ", "'", "😀 "])
TEXTS = st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=25).map(lambda parts: "".join(a + b for a, b in parts))


@given(TEXTS)
def test_exchanging_twice_gives_the_text_back(text: str) -> None:
    assert rewritten(rewritten(text, PLAIN), PLAIN) == text


@given(TEXTS, st.sampled_from(["substitute", "mask", "delete"]), st.data())
def test_undoing_gives_back_what_was_there(text: str, method: str, data: st.DataObject) -> None:
    bounds = sentence_bounds(text, "en")
    changes = Rewriter(plan_of(PLAIN, method=method)).changes("1", text, bounds)
    starts = [change.start for change in changes]
    assert apply_changes(text, bounds, without_undone(changes, starts)).text == text
    some = data.draw(st.sets(st.sampled_from(starts))) if starts else set()
    left = without_undone(changes, some)
    for change in left:
        assert text[change.start : change.end] == change.before
    position, result = 0, ""
    for change in left:
        result += text[position : change.start] + change.after
        position = change.end
    assert apply_changes(text, bounds, left).text == result + text[position:]


@given(TEXTS)
def test_a_diff_shows_every_change_and_the_whole_of_its_sentences(text: str) -> None:
    bounds = sentence_bounds(text, "en")
    changes = Rewriter(plan_of(PLAIN)).changes("1", text, bounds)
    found = list(changed_sentences(text, bounds, changes))
    shown = [(one.start, one.text, one.after) for sentence in found for one in sentence.pieces if one.after is not None]
    assert shown == [(change.start, change.before, change.after) for change in changes]
    for sentence in found:
        first, last = bounds[sentence.number - 1].tolist()
        assert "".join(one.text for one in sentence.pieces) == text[first:last]


def test_documents_are_drawn_by_seed_and_id() -> None:
    ids = [str(number) for number in range(2000)]

    def drawn(seed: int, probability: float) -> list[bool]:
        rewriter = Rewriter(plan_of(PLAIN, seed=seed, probability=probability))
        return [rewriter.is_drawn(one) for one in ids]

    assert drawn(1, 0.5) == drawn(1, 0.5) != drawn(2, 0.5)
    assert abs(sum(drawn(1, 0.3)) - 600) < 4 * np.sqrt(2000 * 0.3 * 0.7)
    assert all(drawn(1, 1.0))
    assert not any(drawn(1, 0.0))
    assert all(second or not first for first, second in zip(drawn(1, 0.3), drawn(1, 0.6), strict=True))


def applied(rows: list[LedgerRow], originals: list[CorpusDocument]) -> dict[str, str]:
    """The result of a ledger, made from the originals alone."""
    texts = {one.id: one.text for one in originals}
    for row in rows:
        if row.action == "add copy":
            texts[row.after] = texts[row.before]
        if row.action == "add document":
            texts[row.document] = row.after
    for row in reversed([row for row in rows if row.start is not None]):
        assert row.start is not None
        text = texts[row.document]
        assert text[row.start : row.start + len(row.before)] == row.before
        texts[row.document] = text[: row.start] + row.after + text[row.start + len(row.before) :]
    for row in rows:
        if row.action == "remove document":
            del texts[row.document]
    return texts


ORIGINALS = [
    document("He met a king. It rained.", "1"),
    document("It rained. Nobody came.", "2"),
    document("The queen left!", "=3"),
    document("She stayed. She sang to the actor.", "4"),
]


@pytest.mark.parametrize("method", ["substitute", "augment", "mask", "delete"])
def test_the_ledger_and_the_original_give_the_result(method: str) -> None:
    plan = plan_of(PLAIN, method=method, removed=(1,), removed_why="for a test")
    rewriting = CorpusRewriting(Rewriter(plan), {3: [0]}, {one.id for one in ORIGINALS})
    found = list(rewriting.documents(ORIGINALS))
    rows = list(ledger_rows(found, plan, "an audit"))
    assert applied(rows, ORIGINALS) == {result.id: result.text for one in found for result in one.results}
    assert {row.audit for row in rows} == {"an audit"}
    assert [row.why for row in rows if row.document == "2"] == ["for a test"]


def test_single_sentences_go_as_the_ledger_says() -> None:
    """Of the fourth document both sentences go, the second one's removal is undone."""
    plan = RewritePlan(method="remove", removed=(1,), removed_sentences=((3, 1), (0, 1), (3, 0)), removed_why="tried")
    rewriting = CorpusRewriting(Rewriter(plan), {3: [12]})
    found = list(rewriting.documents(ORIGINALS))
    texts = {result.id: result.text for one in found for result in one.results}
    assert texts == {"1": "He met a king. ", "=3": "The queen left!", "4": "She sang to the actor."}
    rows = list(ledger_rows(found, plan, "an audit"))
    assert applied(rows, ORIGINALS) == texts
    assert [(row.document, row.sentence, row.action, row.why) for row in rows] == [
        ("1", 2, "delete sentence", "tried"),
        ("2", None, "remove document", "tried"),
        ("4", 1, "delete sentence", "tried"),
    ]
    beyond = plan.model_copy(update={"removed_sentences": ((0, 2),)})
    with pytest.raises(InvalidInput, match="no sentence 3"):
        list(CorpusRewriting(Rewriter(beyond)).documents(ORIGINALS))
    with pytest.raises(InvalidInput, match="removes none"):
        Rewriter(plan_of(PLAIN, removed_sentences=((0, 1),)))
    with pytest.raises(InvalidInput, match="rewrites no words"):
        Rewriter(plan_of(PLAIN, method="remove", removed=(1,)))


def test_texts_and_copies_join_the_corpus_as_the_ledger_says() -> None:
    plan = RewritePlan(method="add", added=("A new one. Two.",), copies=2, positions=(2,), removed=(1,))
    taken = {one.id for one in ORIGINALS} | {"added-1"}
    found = list(CorpusRewriting(Rewriter(plan), None, taken).documents(ORIGINALS))
    results = [result for one in found for result in one.results]
    assert [one.id for one in results] == ["1", "=3", "=3-copy", "=3-copy-2", "4", "added-1-2"]
    texts = {one.id: one.text for one in results}
    assert texts["=3-copy"] == texts["=3-copy-2"] == texts["=3"]
    assert len(results[-1].bounds) == 2
    rows = list(ledger_rows(found, plan, "an audit"))
    assert applied(rows, ORIGINALS) == texts
    assert [row.action for row in rows] == ["remove document", "add copy", "add copy", "add document"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "add"}, "Nothing was named"),
        ({"method": "add", "added": ("x",), "positions": (1,)}, "rewrites no words"),
        ({"method": "add", "added": ("x",), "lists": (PLAIN,)}, "rewrites no words"),
        ({"method": "remove", "removed": (1,), "added": ("x",)}, "adds none"),
        ({"method": "remove", "removed": (1,), "copies": 1}, "adds none"),
    ],
)
def test_what_is_added_is_of_the_method_add_alone(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Rewriter(RewritePlan(**options))
    with pytest.raises(ValueError, match="no word"):
        RewritePlan(method="add", added=("...",))


def test_fates_of_documents() -> None:
    def fates(method: str) -> list[Fate]:
        return [one.fate for one in CorpusRewriting(Rewriter(plan_of(PLAIN, method=method))).documents(ORIGINALS)]

    assert fates("substitute") == [Fate.CHANGED, Fate.KEPT, Fate.CHANGED, Fate.CHANGED]
    assert fates("augment") == [Fate.COPIED, Fate.KEPT, Fate.COPIED, Fate.COPIED]
    assert fates("delete") == [Fate.CHANGED, Fate.KEPT, Fate.EMPTIED, Fate.EMPTIED]


def test_only_chosen_documents_are_rewritten() -> None:
    found = list(CorpusRewriting(Rewriter(plan_of(PLAIN, positions=(2, 0, 2)))).documents(ORIGINALS))
    assert [one.fate is Fate.CHANGED for one in found] == [True, False, True, False]


def test_copies_get_ids_that_are_free() -> None:
    taken = {"1", "1-counterfactual"}
    [found] = CorpusRewriting(Rewriter(plan_of(PLAIN, method="augment")), None, taken).documents(ORIGINALS[:1])
    assert [one.id for one in found.results] == ["1", "1-counterfactual-2"]
    assert [one.text for one in found.results] == ["He met a king. It rained.", "She met a queen. It rained."]


@pytest.mark.parametrize("method", ["substitute", "augment", "mask", "delete"])
def test_the_corpus_that_is_predicted_from_is_the_rewritten_one(method: str) -> None:
    """Encoding the rewritten texts from the beginning, and taking the words of the audit, gives the same sentences."""
    corpus = encode_documents(ORIGINALS, 4, True, 1, silent)
    found = list(CorpusRewriting(Rewriter(plan_of(PLAIN, method=method, removed=(1,)))).documents(ORIGINALS))
    predicted = in_vocabulary(corpus, found)
    results = [result for one in found for result in one.results]
    again = encode_documents([TextDocument(one.text, one.bounds) for one in results], len(results), True, 1, silent)

    def sentences(one: object, words: tuple[str, ...]) -> list[list[str]]:
        tokens, offsets = one.tokens.tolist(), one.sentence_offsets.tolist()  # type: ignore[attr-defined]
        return [[words[token] for token in tokens[a:b]] for a, b in itertools.pairwise(offsets)]

    known = [[word for word in sentence if word in corpus.index] for sentence in sentences(again, again.words)]
    assert sentences(predicted, predicted.words) == known
    assert np.diff(predicted.document_sentences).tolist() == np.diff(again.document_sentences).tolist()
    assert len(set(predicted.sentence_keys.tolist())) == predicted.sentence_count
