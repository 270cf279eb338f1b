"""What an audit costs as the corpus grows: a model fitted to measured phases, and its word on 10^9 and 10^11 tokens.

    python -m tests.benchmarks.cost_model measure CORPUS.jsonl.zst --every 4 --words 10000
    python -m tests.benchmarks.cost_model forecast --tokens 1e9 1e11 --words 50000 --workers 16

Every phase runs in a process of its own on one core; its processor seconds and its peak of memory are the operating
system's. What has been measured is kept in results/measured.json, with the machine and the state of the code.
"""
