"""What the benchmark of sentences takes for an end, and how it counts."""

from tests.benchmarks.sentences.gold import Counts, gold_text


def test_ends_are_where_a_full_stop_stands_by_itself() -> None:
    made = gold_text("Mr. Clemm said : `` I must . Go ! '' He left ... and then \" Why ? \" she asked . End .")
    assert made.text == 'Mr. Clemm said: \u201cI must. Go!\u201d He left... and then "Why?" she asked. End.'
    visible = "".join(made.text.split())
    assert {visible[:end][-4:] for end in made.ends} == {"ust.", "Go!\u201d", "ked."}
    assert {visible[:end][-4:] for end in made.unclear} == {"t...", 'hy?"'}


def test_sentences_of_several_and_pieces_are_counted() -> None:
    gold = gold_text("One is . Two is . Three is .")
    assert gold.text == "One is. Two is. Three is."
    counts = Counts()
    counts.add(gold, [(0, 15), (16, 21), (22, 25)])
    assert (counts.right, counts.missed, counts.false) == (1, 1, 1)
    assert (counts.sentences, counts.of_several, counts.pieces) == (3, 1, 2)
