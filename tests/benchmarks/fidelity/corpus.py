"""Moved to tests.benchmarks.accuracy.corpus."""

from tests.benchmarks.accuracy.corpus import RemovalSet, probes, read_corpus

__all__ = ["RemovalSet", "probes", "read_corpus"]
