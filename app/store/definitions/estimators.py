"""The estimators of influence as users choose them: what each answers, how far it can be trusted, and what it costs.

The engine has one class for each of these names (worker.engine.influence.estimators).
"""

from dataclasses import dataclass
from typing import Literal

EstimatorName = Literal["replay", "unrolled", "implicit", "implicit-hessian", "per-word", "lissa"]


@dataclass(frozen=True)
class EstimatorDescription:
    """An estimator in words.

    Attributes:
        name: as settings and the command line write it.
        title: a few words: the name, and which question it answers.
        help: accuracy and cost, honestly.
        reach: what influence means by it, and which texts can have none.
        own_score: it models the training, and its score of the whole corpus is worth showing beside the trained one.
    """

    name: EstimatorName
    title: str
    help: str
    reach: str
    own_score: bool = False


REACH_OF_ALL = (
    "Influence is that of a text on the score by a damped Newton step of all input and output vectors; the score "
    "without the text is predicted as score − influence. It reaches every sentence of two counted words or more, with "
    "or without a probe word."
)

DESCRIPTIONS: dict[str, EstimatorDescription] = {
    one.name: one
    for one in (
        EstimatorDescription(
            "replay",
            "Replay: runs like this one",
            "Predicts what the average new training would score without a text. Its cost grows with the vocabulary and "
            "the number of probe words: about as much as the training of a large corpus, more than that of a small "
            "one. Only sentences with a probe word near another word have influence.",
            "Influence is that of a text on the score; the score without the text is predicted as score − "
            "influence. Replay holds the context vectors fixed, so a sentence in which no probe word stands near "
            "another word has influence zero.",
            own_score=True,
        ),
        EstimatorDescription(
            "unrolled",
            "Unrolled: exactly this run",
            "Follows every update of these trainings backwards: nearly exact for the same seeds, but much of a single "
            "text's influence is the chance of one run. Its cost grows with the corpus and the number of probes: about "
            "three trainings for each probe.",
            "Influence is that of a text on the score of exactly these trainings; the score without the text is "
            "predicted as score − influence.",
        ),
        EstimatorDescription(
            "implicit",
            "Implicit: the cross-loss influence function",
            "The textbook influence function: one damped Newton step of all vectors. On a small corpus it ranks "
            "removals of 10% well (r = 0.8) and halves poorly (0.4), and at the default damping its changes are two to "
            "four times too small. Cost grows with the square of the vocabulary: minutes for 10,000 words.",
            REACH_OF_ALL,
        ),
        EstimatorDescription(
            "implicit-hessian",
            "Implicit with the true Hessian",
            "As implicit, with the second derivatives of the loss itself in place of the Gauss-Newton matrix: no more "
            "accurate where measured, and half again as costly. Damping is raised where the loss curves down.",
            REACH_OF_ALL,
        ),
        EstimatorDescription(
            "per-word",
            "Per word: one Newton step with contexts held",
            "Seconds, whatever the vocabulary: one exact solve for each probe word. Only sentences with a probe word "
            "near another word have influence; replay, which follows the whole training, predicts better.",
            "Influence is that of a text on the score by a damped Newton step of each probe word's own loss; the score "
            "without the text is predicted as score − influence. The context vectors are held as training left them: "
            "a sentence in which no probe word stands near another word has influence zero.",
        ),
        EstimatorDescription(
            "lissa",
            "LiSSA: the implicit estimator, solved by sampling",
            "The implicit estimator's answer by stochastic steps, with a sampling error that is reported. Its cost "
            "grows with the corpus, not the vocabulary, and is higher on all but very large vocabularies: for "
            "comparison with published work.",
            REACH_OF_ALL,
        ),
    )
}
