"""Chosen documents that cannot go, and the words that go with them, on a corpus written out."""

import numpy as np
import pytest

from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.retraining.removable import dropped_words, occurrences_left, require_removable
from tests.library.samples import silent
from tests.probes import any_probe

TEXTS = ("she he art", "he work work", "she he work art", "she he art work")
PROBE = any_probe("life", "membership", {"They": ("she", "he")}, {"Art": ("art",), "Work": ("work",)})


@pytest.fixture(scope="module")
def corpus() -> EncodedCorpus:
    documents = [TextDocument(text, np.array([[0, len(text)]], np.uint32)) for text in TEXTS]
    return encode_documents(documents, len(documents), True, 1, silent)


def test_occurrences_that_are_left_are_counted(corpus: EncodedCorpus) -> None:
    left = dict(zip(corpus.words, occurrences_left(corpus, [1, 2]).tolist(), strict=True))
    assert left == {"she": 2, "he": 2, "art": 2, "work": 1}


def test_what_cannot_go_is_refused(corpus: EncodedCorpus) -> None:
    require_removable(corpus, [PROBE], [0, 2])
    for chosen, message in (
        ([], "No document was chosen"),
        ([1, 4], "Position 4 is not in the corpus of 4 documents"),
        ([0, 1, 2, 3], "All documents go"),
        ([0, 2, 3], "no occurrence is left of 2 of the words of life: "),
    ):
        with pytest.raises(UnusablePlan, match=message):
            require_removable(corpus, [PROBE], chosen)
    with pytest.raises(UnusablePlan) as caught:
        require_removable(corpus, [PROBE], [0, 2, 3])
    assert sorted(caught.value.details["words"]) == ["art", "she"]


def test_words_under_the_minimum_count_are_told(corpus: EncodedCorpus) -> None:
    assert dropped_words(corpus, [PROBE], [1, 2], 1) == {}
    assert dropped_words(corpus, [PROBE], [1, 2], 2) == {"life": ["work"]}
