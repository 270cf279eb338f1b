import numpy as np

from skipgram_audit.model.outcome import SentencePlace, TokenInfluence
from skipgram_audit.report.highlight import SENTENCES_SHOWN, HighlightedText, highlight, strongest_words
from tests.audit_sample import TEXTS, WORD, sentence_bounds_of


def text_of(shown: HighlightedText) -> str:
    return "".join(
        sentence.before + "".join(piece.text for piece in sentence.pieces) for sentence in shown.sentences
    ) + (shown.after)


def test_the_pieces_make_the_text_again() -> None:
    for _, _, text in TEXTS:
        padded = f"  {text}\n\n"
        tokens = [TokenInfluence(match.start(), match.end(), 0.1) for match in WORD.finditer(padded)]
        assert text_of(highlight(padded, sentence_bounds_of(padded), {}, tokens)) == padded


def test_tokens_are_weighed_by_the_strongest_of_the_document() -> None:
    text = "He and she. They."
    tokens = [TokenInfluence(0, 2, 1.0), TokenInfluence(3, 6, -0.05), TokenInfluence(7, 10, -0.4)]
    shown = highlight(text, sentence_bounds_of(text), {0: SentencePlace(3, 0.55, 0.1, 1.0, sentence_index=0)}, tokens)
    marked = [(piece.text, piece.weight) for piece in shown.sentences[0].pieces if piece.influence is not None]
    assert marked == [("He", 3), ("she", 2)]
    assert shown.sentences[0].influence == 0.55
    assert shown.sentences[1].influence == 0.0
    assert shown.largest == 0.55


def test_a_long_document_is_shown_in_parts_that_join() -> None:
    text = "Aa bb. " * (SENTENCES_SHOWN + 20)
    bounds = sentence_bounds_of(text)
    tokens = [TokenInfluence(int(start), int(start) + 2, 0.5) for start, _ in bounds]
    first = highlight(text, bounds, {}, tokens, 0)
    second = highlight(text, bounds, {}, tokens, SENTENCES_SHOWN)
    assert (first.first, first.last, first.count) == (0, SENTENCES_SHOWN - 1, SENTENCES_SHOWN + 20)
    assert text_of(first) + text_of(second) == text
    assert second.sentences[0].pieces[0].text == "Aa"
    beyond = highlight(text, bounds, {}, tokens, 10**6)
    assert beyond.first == beyond.last == SENTENCES_SHOWN + 19


def test_a_document_without_sentences_has_no_parts() -> None:
    shown = highlight("   ", np.zeros((0, 2), np.uint32), {}, [])
    assert shown.sentences == []
    assert shown.after == "   "


def test_a_documents_words_are_its_tokens_added_up() -> None:
    text = "She saw his office. She left."
    tokens = [TokenInfluence(0, 3, 0.25), TokenInfluence(12, 18, -0.5), TokenInfluence(20, 23, 0.125)]
    found = strongest_words(text, tokens, casefold=True, language="en")
    assert [(one.word, one.count, one.influence) for one in found] == [("office", 1, -0.5), ("she", 2, 0.375)]
    assert [one.word for one in strongest_words(text, tokens, casefold=False, language="en", most=1)] == ["office"]
    assert strongest_words("She", [TokenInfluence(0, 3, 0.0)], casefold=False, language="en") == []
