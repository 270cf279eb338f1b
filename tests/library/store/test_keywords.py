import numpy as np

from skipgram_audit.store.document_map import keywords


def test_the_log_likelihood_ratio_by_hand() -> None:
    here, everywhere = np.array([8, 2, 0, 5]), np.array([10, 50, 3, 5])
    # Of 100 documents 10 lie in the part: 8 of the first word's 10, 2 of the second's 50, none, all 5.
    assert keywords(here, everywhere, 10, 100, 9).tolist() == [0, 3]
    assert keywords(here, everywhere, 10, 100, 1).tolist() == [0]


def test_a_word_of_one_document_stands_out_only_where_there_is_no_other() -> None:
    assert keywords(np.array([1, 2]), np.array([1, 2]), 5, 100, 9).tolist() == [1]
    assert keywords(np.array([1, 0]), np.array([1, 2]), 1, 100, 9).tolist() == [0]
    assert keywords(np.array([0, 0]), np.array([1, 2]), 0, 100, 9).tolist() == []
