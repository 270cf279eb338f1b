"""The estimators of influence as users choose them: what each answers, how far it can be trusted, and what it costs.

The engine has one class for each of these names (skipgram_audit.attribution.estimators).
"""

from dataclasses import dataclass
from typing import Literal

EstimatorName = Literal[
    "mean-field", "mean-field-integrated", "replay", "unrolled", "implicit", "implicit-hessian", "per-word", "lissa",
    "gradient", "mirrored", "turn-over", "recount-ppmi", "recount-svd",
]  # fmt: skip


@dataclass(frozen=True)
class EstimatorDescription:
    """An estimator in words.

    Attributes:
        name: as settings and the command line write it.
        title: a few words: the name, and which question it answers.
        help: accuracy and cost, honestly.
        reach: what influence means by it, and which texts can have none.
        sized: whether its influences are derivatives at the whole corpus and have the size of what retraining does
            (docs/method.md). Only then score − influence is told as the score without a text, and the root of their
            summed squares as the score's standard error over documents.
        ranks_again: whether it can rank what is left without some documents.
        trains_sets: whether it trains once more, in expectation, for each set that it predicts.
        own_score: what the score is called that its own model of the training gives the whole corpus; empty where it
            has none.
        without_order: what to add to its reach where documents were read in the order of the corpus; empty where it
            follows that order, or its vectors do.
    """

    name: EstimatorName
    title: str
    help: str
    reach: str
    sized: bool = False
    ranks_again: bool = False
    trains_sets: bool = False
    own_score: str = ""
    without_order: str = ""


REACH_OF_ALL = (
    "Influence is that of a text on the score by a damped Newton step of all input and output vectors. Its size was "
    "two to four times too small where it was measured, so no score without a text is told. It reaches every sentence "
    "of two counted words or more, with or without a probe word."
)

MEAN_FIELD_WITHOUT_ORDER = (
    "The documents were read in the order of the corpus, of which the mean field knows nothing: where they are sorted, "
    "by source or by date, retraining in that order does something else."
)

DESCRIPTIONS: dict[str, EstimatorDescription] = {
    one.name: one
    for one in (
        EstimatorDescription(
            "mean-field",
            "Mean field: runs like this one",
            "Predicts what the average new training would score without a text, by training once more in "
            "expectation, all words moving. The closest to what retraining does: at the limit that the chance of "
            "runs sets, on random halves and removals of 10%, of a small corpus (r = 0.9 and 0.8) and with 12,000 "
            "words (r = 0.8 to 0.9 on halves) while documents are shuffled. Costs one to two trainings "
            "for each seed, and about one for each probe of each seed; three times as many on small corpora.",
            "Influence is that of a text on the score of runs like these; the score without the text is predicted as "
            "score − influence. It reaches every sentence of two counted words or more, with or without a probe word: "
            "texts also act through the words around the probe's. Where many texts say the same, one less changes "
            "little, and each may have almost none: what they do together, a check of marked documents tells.",
            sized=True,
            ranks_again=True,
            trains_sets=True,
            own_score="Mean-field score",
            without_order=MEAN_FIELD_WITHOUT_ORDER,
        ),
        EstimatorDescription(
            "mean-field-integrated",
            "Mean field, integrated: a text's part while others fade",
            "The mean field's influence, averaged while all texts fade to half of their weight. For scores near their "
            "limit and for corpora in which many texts say the same, where one text less changes little. Of eight "
            "scores on two corpora, the 100 documents that it ranks highest took a quarter more than the mean field's "
            "from four, about as much from three, and a fifth less from one. Costs what the mean field costs; sets are "
            "predicted as there.",
            "Influence is that of a text on the score of runs like these, on average while all texts have one weight "
            "between a half and one: it says which texts make the score together, not what one of them less would do "
            "while all others stay. All influences add up to twice what the score gains from half of every text to the "
            "whole. It reaches every sentence of two counted words or more.",
            ranks_again=True,
            trains_sets=True,
            own_score="Mean-field score",
            without_order=MEAN_FIELD_WITHOUT_ORDER,
        ),
        EstimatorDescription(
            "replay",
            "Replay: runs like this one, contexts held",
            "Trains the probe words alone again in expectation. Cheaper than the mean field where the vocabulary is "
            "large and probe words are few, and less accurate (r = 0.6 to 0.7 on the same halves). Only sentences with "
            "a probe word near another word have influence.",
            "Influence is that of a text on the score; the score without the text is predicted as score − "
            "influence. Replay holds the context vectors fixed, so a sentence in which no probe word stands near "
            "another word has influence zero.",
            sized=True,
            ranks_again=True,
            own_score="Replayed score",
        ),
        EstimatorDescription(
            "unrolled",
            "Unrolled: exactly this run",
            "Follows every update of these trainings backwards: nearly exact for the same seeds, but much of a single "
            "text's influence is the chance of one run. Large sets are predicted nearly as well as by the mean field "
            "(r = 0.8 to 0.9 on halves of a small corpus), each size by one more sweep. Its cost grows with the corpus "
            "and the number of probes: about three trainings for each probe.",
            "Influence is that of a text on the score of exactly these trainings; the score without the text is "
            "predicted as score − influence.",
            sized=True,
        ),
        EstimatorDescription(
            "implicit",
            "Implicit: the cross-loss influence function",
            "The textbook influence function: one damped Newton step of all vectors. On a small corpus it ranked "
            "removals of 10% well (r = 0.83) and halves less so (0.49), with changes two to four times too small at "
            "the default damping. Cost grows with the square of the vocabulary: minutes for 10,000 words.",
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
            "The quickest: one exact solve for each probe word, in seconds. On a small corpus it ranked removals of "
            "10% with r = 0.84 and halves with 0.58 (replay: 0.87 and 0.66), with changes two to three times too small "
            "at the default damping. Only sentences with a probe word near another word have influence.",
            "Influence is that of a text on the score by a damped Newton step of each probe word's own loss. Its size "
            "was two to three times too small where it was measured, so no score without a text is told. The context "
            "vectors are held as training left them: a sentence in which no probe word stands near another word has "
            "influence zero.",
        ),
        EstimatorDescription(
            "lissa",
            "LiSSA: the implicit estimator, solved by sampling",
            "The implicit estimator's answer by stochastic steps, with a sampling error that is reported. Its cost "
            "grows with the corpus, not the vocabulary, and is higher on all but very large vocabularies: for "
            "comparison with published work. Four times the cost of implicit on a small corpus, r = 0.999 with it.",
            REACH_OF_ALL,
        ),
        EstimatorDescription(
            "gradient",
            "Gradient: TracIn over checkpoints",
            "Products of gradients along the training, as published for large models. On a small corpus it ranks "
            "halves with r = 0.5 to 0.7 and removals of 10% with 0.3 to 0.6; its changes are up to twenty times too "
            "large, since no later update undoes anything. Costs one more training for each seed.",
            "Influence is what a text's own updates did to the score, added up over the training as if no later update "
            "undid them: the order of texts can be used, the size is too large. A sentence in which no probe word "
            "stands near another word has influence zero.",
        ),
        EstimatorDescription(
            "mirrored",
            "Mirrored: how texts' loss changes when the score is trained",
            "Seconds: a few steps on the score, then one pass over the corpus. On a small corpus it ranks removals of "
            "10% well (r = 0.7 to 0.8, but 0.2 for a probe of rare words) and halves moderately (0.3 to 0.6).",
            "Influence is that of a text on the score while each probe word gives way as its own training loss lets "
            "it. Its size was about twice too large where it was measured, so no score without a text is told. "
            "Contexts are held, so a sentence in which no probe word stands near another word has influence zero.",
        ),
        EstimatorDescription(
            "turn-over",
            "Turn-over: sub-networks that never saw a document",
            "Trains again with a random half of the dimensions for each document and compares the two halves. Mostly "
            "chance at any affordable number of trainings: use it to compare methods, not to judge documents. Costs "
            "about twelve trainings for each seed.",
            "Influence is the score in the half of the dimensions that saw a document, minus that in the half that did "
            "not, in vectors trained for this purpose. It is one number for a document; sentences and words have a "
            "share of it in proportion to their pairs with probe words, so they say nothing of their own. Its spread "
            "by chance is several times its size.",
            own_score="Score with masks",
        ),
        EstimatorDescription(
            "recount-ppmi",
            "Recount: word associations without training",
            "Seconds: vectors of word associations (PPMI) straight from the counts; sets are counted again. Another "
            "model than the trained one: on a small corpus it ranks what retraining does to removals of 10% with r = "
            "0.4 to 0.6, to halves with 0 to 0.3.",
            "Influence is that of a text on the score of association vectors (PPMI) made from the counts alone, not on "
            "the trained score. It is the same for every seed, so spread and sign stability say nothing. A sentence in "
            "which no probe word stands near another word has influence zero.",
            own_score="Recounted score",
        ),
        EstimatorDescription(
            "recount-svd",
            "Recount, reduced by singular values",
            "As recount-ppmi, with the associations of all words reduced to as many dimensions as training has: closer "
            "to the trained model for some probes, further for others (r = 0 to 0.6 on removals of 10% of a small "
            "corpus). Costs several trainings of a small corpus, and the same again for every prediction of sets.",
            "Influence is that of a text on the score of association vectors (PPMI, reduced by singular value "
            "decomposition) made from the counts alone, not on the trained score; the reduction is held. It is the "
            "same for every seed, so spread and sign stability say nothing. A sentence in which no probe word stands "
            "near another word has influence zero.",
            own_score="Recounted score",
        ),
    )
}
