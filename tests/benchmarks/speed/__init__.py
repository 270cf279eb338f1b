"""How long an audit takes, and how time and memory grow.

    python -m tests.benchmarks.speed CORPUS.jsonl.zst [--row NAME] [--repeats N]
    python -m tests.benchmarks.speed --scaling CORPUS.jsonl.zst

Every piece of work runs in a process of its own, so that its processor seconds and its peak of memory are the operating
system's figures for it. A piece that was measured is kept in results/ and not measured again unless --repeats asks for
more runs; tables show medians. Others may use the machine at the same time: the clock then says little, and processor
seconds are what ratios are taken of (the clock's stand beside them).
"""
