"""What a GPU does, beside the processors of the same machine: the same numbers, and how long they take.

    python -m tests.benchmarks.gpu CORPUS.jsonl.zst [--parts training fidelity replay mean-field audit]

Corpus, probes and settings are those of tests.benchmarks.accuracy. The table is written to results/, one a corpus and
GPU. Trainings of the fidelity check are kept in the cache of tests.benchmarks.accuracy. Without a GPU it says so;
--device cpu tries the command on the processors.
"""
