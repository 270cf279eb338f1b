"""INLP, iterated null-space projection: linear classifiers are trained again and again, and their directions removed.

    X_0 = the vectors;   for i = 1, 2, ...: v_i = normal of a linear classifier of the sides of words, trained on
    X_{i-1};   Q = an orthonormal base of v_1 ... v_i;   X_i = X_0 (I - Q Q')

until a classifier finds the sides of words that it has not seen no better than CHANCE_ERRORS standard errors above
chance, or half of the dimensions are gone. What is left has no part along any v.

The classifier is a linear support vector machine (scikit-learn's LinearSVC, C = 1) on the most biased words of either
side, two thirds to train on and one third to test. The source has a third class of neutral words and 35 iterations at
300 dimensions; with two classes one iteration removes one dimension.

Shapes: vectors float [V, d] in, float64 [V, d] out; directions float64 [i, d], orthonormal rows.

Source: Ravfogel, Elazar, Gonen, Twiton and Goldberg 2020, ACL, section 4.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress
from skipgram_audit.mitigation.concept import BiasedWords, Vectors

CHANCE_ERRORS = 2.0
MOST_ITERATIONS = 35
SMALLEST = 1e-9


@dataclass(frozen=True)
class NullSpace:
    """The vectors, the removed directions, and the accuracy of each classifier on words that it had not seen."""

    vectors: npt.NDArray[np.float64]
    directions: npt.NDArray[np.float64]
    accuracies: tuple[float, ...]


def null_space_projected(vectors: Vectors, biased: BiasedWords, seed: int, progress: Progress) -> NullSpace:
    """The vectors without what linear classifiers find the sides by.

    Args:
        biased: words to train and test on.
        seed: of the split.
    """
    from sklearn.model_selection import train_test_split
    from sklearn.svm import LinearSVC

    rows = np.asarray(vectors, np.float64)
    dimension = rows.shape[1]
    train, test = train_test_split(
        np.arange(len(biased.words)), test_size=1 / 3, random_state=seed, stratify=biased.sides
    )
    samples, sides = rows[biased.words], biased.sides
    enough = 0.5 + CHANCE_ERRORS * 0.5 / math.sqrt(len(test))
    directions = np.zeros((0, dimension))
    accuracies: list[float] = []
    most = min(MOST_ITERATIONS, dimension // 2)
    for iteration in range(most):
        left = _without(samples, directions)
        classifier = LinearSVC(random_state=seed, dual="auto", max_iter=10_000).fit(left[train], sides[train])
        accuracies.append(float(classifier.score(left[test], sides[test])))
        normal = _without(np.asarray(classifier.coef_, np.float64), directions)
        length = float(np.linalg.norm(normal))
        if accuracies[-1] <= enough or length < SMALLEST:
            break
        directions = np.concatenate([directions, normal / length])
        progress((iteration + 1) / most)
    return NullSpace(_without(rows, directions), directions, tuple(accuracies))


def _without(rows: npt.NDArray[np.float64], directions: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """rows (I - Q' Q), the rows of Q being orthonormal."""
    return np.asarray(rows - (rows @ directions.T) @ directions)
