"""A probe without single words, against values worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from skipgram_audit.auditing.leave_one_word_out import leave_words_out
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.training.trajectory import Trajectory
from tests.library.samples import zipf_corpus
from tests.probes import any_probe

# In the plane: a word's vector is its cosine with A = (1, 0); B = (0, 1) has the sine.
ANGLES = {"x1": 0.0, "x2": 60.0, "y1": 90.0, "y2": 45.0, "a": 0.0, "b": 90.0}
PROBE = any_probe("plane", "weat", {"X": ("x1", "X2"), "Y": ("y1", "y2")}, {"A": ("a",), "B": ("b",)})


def trajectory(angles: dict[str, float]) -> Trajectory:
    radians = np.radians(list(angles.values()))
    inputs = np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)
    nothing = np.zeros(0)
    return Trajectory(1, inputs, inputs, np.zeros((0, 6, 2), np.float32), nothing, nothing, 0)


def corpus_of(*words: str) -> EncodedCorpus:
    return replace(zipf_corpus(words=len(words)), words=words)


def association(angle: float) -> float:
    return float(np.cos(np.radians(angle)) - np.sin(np.radians(angle)))


def effect(x: list[float], y: list[float]) -> float:
    first, second = [association(angle) for angle in x], [association(angle) for angle in y]
    return float((np.mean(first) - np.mean(second)) / np.std([*first, *second], ddof=1))


def test_each_word_is_left_out_once_by_hand() -> None:
    turned = {**ANGLES, "x1": 20.0}
    results = leave_words_out(PROBE, corpus_of(*ANGLES), [trajectory(ANGLES), trajectory(turned)])
    found = {item.word: item for item in results}
    assert [(item.role, item.set_name, item.word) for item in results] == [
        ("target", "X", "x1"), ("target", "X", "x2"), ("target", "Y", "y1"), ("target", "Y", "y2"),
        ("attribute", "A", "a"), ("attribute", "B", "b"),
    ]  # fmt: skip
    assert found["x1"].score == pytest.approx(effect([60], [90, 45]), abs=1e-6)
    assert found["x1"].spread == pytest.approx(0.0, abs=1e-7)
    by_seed = [effect([0], [90, 45]), effect([20], [90, 45])]
    assert found["x2"].score == pytest.approx(np.mean(by_seed), abs=1e-6)
    assert found["x2"].spread == pytest.approx(np.std(by_seed, ddof=1), abs=1e-6)
    assert found["a"].score is None
    assert "of 'A' 0 of the 1 needed" in found["a"].reason


def test_a_word_that_is_not_in_the_vocabulary_is_not_left_out() -> None:
    probe = PROBE.model_copy(update={"targets": {"X": ("x1", "x2", "unicorn"), "Y": ("y1", "y2")}})
    results = leave_words_out(probe, corpus_of(*ANGLES), [trajectory(ANGLES)])
    assert "unicorn" not in {item.word for item in results}
    assert {item.spread for item in results} == {0.0}


def test_words_of_a_pair_are_left_out_together() -> None:
    probe = any_probe("pairs", "ripa", {"X": ("x1", "x2"), "Y": ("y1", "y2")}, {"A": ("a", "b")})
    results = {item.word: item for item in leave_words_out(probe, corpus_of(*ANGLES), [trajectory(ANGLES)])}
    assert results["x1"].score == pytest.approx(results["y1"].score)
    x2, y2 = (np.array([np.cos(np.radians(ANGLES[word])), np.sin(np.radians(ANGLES[word]))]) for word in ("x2", "y2"))
    direction = (x2 - y2) / np.linalg.norm(x2 - y2)
    assert results["x1"].score == pytest.approx(direction.mean(), abs=1e-6)
