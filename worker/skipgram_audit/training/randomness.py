"""Random draws that depend only on (seed, epoch, sentence) or (seed, word).

Leaving a sentence out of a training therefore leaves every other sentence's draws as they were, and a word starts
from the same vector whatever else is in the vocabulary. The generator is SplitMix64 (Steele, Lea and Flood 2014).
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.compiled import compiled, compiled_inline
from skipgram_audit.model.engine_errors import UnusableCorpus

DISTRIBUTION_ROUNDING = 1e-6
"""By which the sum of probabilities may miss 1."""

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@compiled_inline
def mix(value: Any) -> Any:
    """SplitMix64's finaliser: a bijection of 64-bit words in which every bit depends on every bit."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@compiled_inline
def stream(seed: int, epoch: int, sentence_key: int) -> Any:
    """The generator's first state for one sentence in one epoch of one seed."""
    state = mix(np.uint64(seed) + GOLDEN)
    state = mix(state ^ (np.uint64(epoch) + GOLDEN))
    return mix(state ^ (np.uint64(sentence_key) + GOLDEN))


@compiled_inline
def below(bits: Any, bound: int) -> Any:
    """A number in 0..bound-1 from the upper 32 bits (Lemire's multiply-shift)."""
    return np.int64(((bits >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@compiled
def random_numbers(keys: npt.NDArray[np.int64], columns: int, seed: int, epoch: int) -> npt.NDArray[np.uint64]:
    """The first draws, uint64 [keys, columns], of the streams of some sentences in one epoch of one seed."""
    numbers = np.empty((keys.size, columns), np.uint64)
    for row in range(keys.size):
        state = stream(seed, epoch, keys[row])
        for column in range(columns):
            state += GOLDEN
            numbers[row, column] = mix(state)
    return numbers


def initial_rows(words: Sequence[str], dimension: int, seed: int) -> npt.NDArray[np.float32]:
    """Starting input vectors, uniform in +-1/dimension, from (seed, word) alone; shape [words, dimension]."""
    keys = np.array(
        [int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little") for word in words],
        dtype=np.uint64,
    )
    return _uniform_rows(keys, dimension, seed)


@compiled
def _uniform_rows(keys: npt.NDArray[np.uint64], dimension: int, seed: int) -> npt.NDArray[np.float32]:
    rows = np.empty((keys.size, dimension), np.float32)
    for word in range(keys.size):
        state = mix(keys[word] ^ mix(np.uint64(seed) + GOLDEN))
        for column in range(dimension):
            state += GOLDEN
            unit = np.float64(mix(state) >> np.uint64(11)) / 9007199254740992.0
            rows[word, column] = np.float32((2.0 * unit - 1.0) / dimension)
    return rows


def alias_table(probabilities: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Walker's alias table: a draw from any distribution for one random word (Vose 1991).

    Args:
        probabilities: shape [n], non-negative, sum 1.

    Returns:
        thresholds: uint32 [n]; slot i yields i when 32 random bits are below thresholds[i], else aliases[i].
        aliases: int32 [n].

    Raises:
        UnusableCorpus: there is nothing to draw, or the probabilities are no distribution; a draw would read beyond the
            table's end.
    """
    probabilities = np.asarray(probabilities, np.float64)
    total = probabilities.sum()
    if not (abs(total - 1.0) < DISTRIBUTION_ROUNDING and probabilities.min() >= 0):
        raise UnusableCorpus(
            f"There is nothing to draw words or pairs of words from: {len(probabilities)} probabilities sum to "
            f"{total:g}, not to 1.",
            "The corpus needs sentences in which words stand together; a smaller noise power or a larger subsampling "
            "threshold may help.",
        )
    return _alias_table(probabilities)


@compiled
def _alias_table(
    probabilities: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    size = probabilities.size
    scaled = probabilities * size
    aliases = np.arange(size).astype(np.int32)
    thresholds = np.full(size, np.uint32(0xFFFFFFFF), np.uint32)
    small = np.empty(size, np.int64)
    large = np.empty(size, np.int64)
    small_count = large_count = 0
    for index in range(size):
        if scaled[index] < 1.0:
            small[small_count] = index
            small_count += 1
        else:
            large[large_count] = index
            large_count += 1
    while small_count > 0 and large_count > 0:
        small_count -= 1
        light, heavy = small[small_count], large[large_count - 1]
        thresholds[light] = np.uint32(scaled[light] * 4294967295.0)
        aliases[light] = heavy
        scaled[heavy] -= 1.0 - scaled[light]
        if scaled[heavy] < 1.0:
            large_count -= 1
            small[small_count] = heavy
            small_count += 1
    return thresholds, aliases
