"""LEACE, least-squares concept erasure: the smallest change after which no linear classifier beats a constant.

    x <- x - W^+ P W (x - m),   W = (S_xx^(1/2))^+,   P = the orthogonal projection on the columns of W S_xz

with m the mean and S_xx the covariance of the labelled words' vectors, S_xz their covariance with the labels (0 and 1:
the two sides). Afterwards the labelled words of both sides have the same mean, which is the same as that no linear
classifier with any convex loss predicts their side better than one that sees no vector. Of all affine maps with this
property it changes the vectors least in mean square. With two sides P has rank one.

Fitted on the most biased words of either side and applied to every word. A test compares it with the package
concept-erasure of the same authors, which is not used here: importing it compiles code by a part of torch that is no
longer supported.

Shapes: vectors float [V, d] in, float64 [V, d] out.

Source: Belrose, Schneider-Joseph, Ravfogel, Cotterell, Raff and Biderman 2023, NeurIPS (arXiv 2306.03819), theorem 4.2.
"""

import numpy as np
import numpy.typing as npt

from skipgram_audit.mitigation.concept import BiasedWords, Vectors

SMALLEST = 1e-12
"""Variances below this share of the largest count as none: the labelled words do not vary along these axes."""


def least_squares_erased(vectors: Vectors, biased: BiasedWords) -> npt.NDArray[np.float64]:
    """The vectors without what a linear classifier could find the sides by.

    Args:
        biased: words to fit the erasure on.
    """
    rows = np.asarray(vectors, np.float64)
    samples = rows[biased.words]
    mean = samples.mean(axis=0)
    centred = samples - mean
    variances, axes = np.linalg.eigh(centred.T @ centred / len(samples))
    varying = variances > SMALLEST * max(variances[-1], 0.0)
    roots, base = np.sqrt(variances[varying]), axes[:, varying]
    covariance = centred.T @ (biased.sides - biased.sides.mean()) / len(samples)
    whitened = (base.T @ covariance) / roots
    length = float(np.linalg.norm(whitened))
    if length == 0.0:
        return rows
    whitened /= length
    # In the axes of the covariance W divides by the roots and its pseudo-inverse multiplies by them.
    along = ((rows - mean) @ base) @ (whitened / roots)
    return np.asarray(rows - np.outer(along, base @ (roots * whitened)))
