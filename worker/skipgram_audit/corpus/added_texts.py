"""Texts that are not in a corpus, as its training would see them: numbers of words, sentence by sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.text import NUL, listed_words
from skipgram_audit.model.tokens import tokenize

MOST_TEXTS = 1_000
MOST_CHARACTERS = 2_000_000
"""Together."""


@dataclass(frozen=True)
class AddedTexts:
    """Some texts, by the vocabulary of a corpus.

    Attributes:
        texts: how many.
        sentences: numbers of their words, those of each sentence; words that the vocabulary lacks are left out.
        words: of the texts, those left out counted.
        unknown: words that were left out, each once, in the order of the texts.
    """

    texts: int
    sentences: tuple[tuple[int, ...], ...]
    words: int
    unknown: tuple[str, ...]

    @property
    def known_words(self) -> int:
        return sum(map(len, self.sentences))

    def note(self) -> str:
        """What is not counted of them; empty where all is."""
        if not self.unknown:
            return ""
        missing = self.words - self.known_words
        are = "is" if missing == 1 else "are"
        return (
            f"{missing:,} of the {self.words:,} words of the added text {are} not in the vocabulary of this audit and "
            f"{are} left out: {listed_words(self.unknown)}."
        )


def encode_added(texts: Sequence[str], index: Mapping[str, int], casefold: bool, language: str) -> AddedTexts:
    """The texts by a vocabulary.

    Args:
        index: word, as the vocabulary has it -> its number.

    Raises:
        InvalidInput: no text, too much of it, a NUL character, or no two known words beside each other.
    """
    if not any(text.strip() for text in texts):
        raise InvalidInput("No text was given to add.", "Paste a text, or name a file with some.")
    if any(NUL in text for text in texts):
        raise InvalidInput("A text to add holds a NUL character (U+0000).", "Take it out.")
    characters = sum(map(len, texts))
    if len(texts) > MOST_TEXTS or characters > MOST_CHARACTERS:
        raise InvalidInput(
            f"{len(texts):,} texts of {characters:,} characters were given to add; {MOST_TEXTS:,} texts and "
            f"{MOST_CHARACTERS:,} characters are the most.",
            "Import the texts with the corpus instead, and compare the two audits.",
        )
    sentences: list[tuple[int, ...]] = []
    unknown: dict[str, None] = {}
    count = 0
    for text in texts:
        for first, last in sentence_bounds(text, language).tolist():
            words = tokenize(text[first:last], casefold, language)
            count += len(words)
            sentences.append(tuple(index[word] for word in words if word in index))
            unknown.update(dict.fromkeys(word for word in words if word not in index))
    if not any(len(sentence) > 1 for sentence in sentences):
        raise InvalidInput(
            f"In none of the {len(sentences):,} sentences of the added text do two words of the vocabulary stand "
            "together, so it would teach nothing.",
            "Add a text with words that the corpus has.",
        )
    return AddedTexts(len(texts), tuple(sentences), count, tuple(unknown))
