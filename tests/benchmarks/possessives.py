"""How often the rule and the tagger agree on "her", and examples to be read by hand.

    python -m tests.benchmarks.possessives CORPUS [DOCUMENTS]

Figures are in docs/benchmarks/rewriting.md.
"""

import random
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

from skipgram_audit.corpus.sources import Corpus
from skipgram_audit.mitigation.english import Tagger, goes_on, is_determiner
from skipgram_audit.mitigation.rewriting import with_punctuation
from skipgram_audit.model.tokens import token_spans, tokenize

EXAMPLES, BEFORE, AFTER = 50, 60, 50


def main() -> None:
    most = int(sys.argv[2]) if len(sys.argv) > 2 else None
    tagger, found = Tagger(), Counter[tuple[bool, bool]]()
    examples: dict[bool, list[str]] = {True: [], False: []}
    for document in islice(Corpus.from_file(Path(sys.argv[1])).documents(lambda _: None), most):
        for first, last in document.bounds.tolist():
            sentence = document.text[first:last]
            forms = tokenize(sentence, True)
            spans = list(token_spans(sentence))
            stops = [*(start for start, _ in spans[1:]), len(sentence)]
            gaps = [sentence[end:stop] for (_, end), stop in zip(spans, stops, strict=True)]
            for place in (number for number, form in enumerate(forms) if form == "her"):
                words, number = with_punctuation(sentence, spans, place)
                rule = is_determiner(forms, gaps, place)
                tagged = goes_on(gaps[place]) and tagger.is_determiner(words, number)
                found[rule, tagged] += 1
                start, end = spans[place]
                shown = (
                    f"{sentence[max(0, start - BEFORE) : start]}[{sentence[start:end]}]{sentence[end : end + AFTER]}"
                )
                examples[rule == tagged].append(f"rule {rule}, tagger {tagged}: {' '.join(shown.split())}")
    agreed, total = found[True, True] + found[False, False], found.total()
    print(f"{total:,} times her; rule and tagger agree on {agreed / total:.1%}: {dict(found)}")
    drawn = random.Random(1)
    for agree, name in ((False, "Disagreements"), (True, "Agreements")):
        print(f"{name}, {EXAMPLES} at random:")
        print("\n".join(drawn.sample(examples[agree], min(EXAMPLES, len(examples[agree])))))


if __name__ == "__main__":
    main()
