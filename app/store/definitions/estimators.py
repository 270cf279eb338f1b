"""The estimators of influence as users choose them: what each answers, how far it can be trusted, and what it costs.

The engine has one class for each of these names (worker.engine.influence.estimators).
"""

from dataclasses import dataclass
from typing import Literal

EstimatorName = Literal["replay", "unrolled"]


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
    )
}
