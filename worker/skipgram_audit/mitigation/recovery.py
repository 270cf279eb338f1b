"""The recovery test: can the side of the most biased words still be found after debiasing?

The words of largest and smallest cosine with the concept's direction in the vectors *before* are taken, without the
defining words. In the vectors *after*:

    purity    k-means with two clusters; share of words in the cluster that stands for their former side, whichever way
              round fits better
    accuracy  a support vector machine with a Gaussian kernel, trained on a random half, tested on the other

Both are 0.5 by chance (purity a little above) and near 1 before debiasing. A method that only takes away the direction
leaves both high: the words still lie together.

Vectors are brought to length one, as cosines see them. k-means: the best of RESTARTS starts; support vector machine:
scikit-learn's SVC, C = 1, gamma = 1 / (dimensions x variance). The source clusters 500 words of either side, and trains
on 1,000 of the 5,000 most biased words; here half of the same words are trained on, since vocabularies are smaller.

Shapes: vectors float [n, d] of the words, sides int [n], 1 and 0.

Source: Gonen and Goldberg 2019, NAACL, section 4.
"""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.mitigation.concept import unit

RESTARTS = 10


def cluster_purity(vectors: npt.NDArray[Any], sides: npt.NDArray[np.int64], seed: int) -> float:
    """Share of words in the cluster of their side, 0.5 to 1.

    Args:
        seed: of the starts.
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        # Of vectors that are all the same there is but one cluster, of purity one half.
        warnings.simplefilter("ignore", ConvergenceWarning)
        clusters = KMeans(n_clusters=2, n_init=RESTARTS, random_state=seed).fit_predict(unit(vectors))
    agreeing = float(np.mean(clusters == sides))
    return max(agreeing, 1.0 - agreeing)


def classifier_accuracy(vectors: npt.NDArray[Any], sides: npt.NDArray[np.int64], seed: int) -> float:
    """Share of the words of one half whose side a classifier finds that was trained on the other, 0 to 1.

    Args:
        seed: of the halves; either has as many words of both sides.
    """
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC

    train, test = train_test_split(np.arange(len(sides)), test_size=0.5, random_state=seed, stratify=sides)
    rows = unit(vectors)
    if np.ptp(rows[train], axis=0).max() == 0:
        return 0.5
    return float(SVC(kernel="rbf", C=1.0, gamma="scale").fit(rows[train], sides[train]).score(rows[test], sides[test]))
