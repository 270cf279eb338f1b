"""How often sentences are cut wrongly, by the segmenter that imports use and by others.

    python -m tests.benchmarks.sentences contemporary-mix.jsonl.zst

reads the documents of MASC in the corpus, whose words were separated by people's rules: a full stop stands by itself
where it ends a sentence, and stays with its abbreviation where it does not. So the ends of sentences are known. The
words are put together as people write them, and cut again by each segmenter that is installed.
"""
