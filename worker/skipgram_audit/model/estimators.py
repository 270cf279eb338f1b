"""The estimators of influence as users choose them: what each answers, how far it can be trusted, and what it costs.

The engine has one class for each of these names (skipgram_audit.attribution.estimators).
"""

from dataclasses import dataclass
from typing import Literal

EstimatorName = Literal[
    "mean-field", "mean-field-integrated", "replay", "unrolled", "implicit", "implicit-hessian", "per-word", "lissa",
    "gradient", "mirrored", "turn-over", "recount-ppmi",
]  # fmt: skip


@dataclass(frozen=True)
class EstimatorDescription:
    """An estimator in words.

    Attributes:
        name: as settings and the command line write it.
        title: a few words: the name, and which question it answers.
        help: accuracy and cost, honestly.
        reach: what influence means by it, and which texts can have none.
        published: a method of the literature, there for comparison; the others are those to choose from.
        calibrated: whether its influences are derivatives at the whole corpus and have the size of what retraining does
            (docs/method/uncertainty.md). Only then is score − influence shown as the score without a text, and the root
            of their summed squares as the score's standard error over documents.
        supports_reranking: whether it can rank what is left without some documents.
        predicts_new_texts: whether it predicts what texts do that are not in the corpus, rewritten ones for instance.
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
    published: bool = True
    calibrated: bool = False
    supports_reranking: bool = False
    predicts_new_texts: bool = False
    trains_sets: bool = False
    own_score: str = ""
    without_order: str = ""


REACH_OF_ALL = (
    "Influence is the change of the score by a damped Newton step of all input and output vectors. It was two to four "
    "times too small where measured, so no score without a text is given. Every sentence of two or more counted words "
    "has influence, with or without a probe word."
)

MEAN_FIELD_WITHOUT_ORDER = (
    "The documents were read in the order of the corpus. The mean field does not know that order: where the corpus is "
    "sorted, by source or by date, retraining in the same order gives something else."
)

DESCRIPTIONS: dict[str, EstimatorDescription] = {
    one.name: one
    for one in (
        EstimatorDescription(
            "mean-field",
            "Mean field: what new trainings would score",
            "Predicts the average score of new trainings without a text, by training once more in expectation "
            "while all word vectors are updated. It predicts retraining best of all estimators measured: r = 0.9 "
            "for random halves of a small corpus and 0.8 for random tenths, which is as much as the difference "
            "between seeds allows; r = 0.8 to 0.9 for halves with 12,000 words. Cost: one to two trainings for "
            "each seed and about one for each probe of each seed; about three times as much on small corpora.",
            "Influence is the change of the score in trainings like these: the score without a text is predicted "
            "as score − influence. Every sentence of two or more counted words has influence, with or without a "
            "probe word, because texts also act through the words around the probe's words. Where many texts say "
            "the same, removing one changes little, so each may have almost no influence. A check of marked "
            "documents measures what they do together.",
            published=False,
            calibrated=True,
            supports_reranking=True,
            predicts_new_texts=True,
            trains_sets=True,
            own_score="Mean-field score",
            without_order=MEAN_FIELD_WITHOUT_ORDER,
        ),
        EstimatorDescription(
            "mean-field-integrated",
            "Integrated mean field (Aumann–Shapley): influence averaged while all documents are down-weighted",
            "The mean field's influence, averaged while the weight of all documents falls from one to a half. "
            "Choose it where a score is near its limit or where many texts say the same, because removing one "
            "text then changes little. Of eight scores on two corpora, the 100 documents that it ranks first "
            "lowered four by a quarter more than those of the mean field, three by about as much, and one by a "
            "fifth less. Cost: as the mean field. Sets are predicted as by the mean field.",
            "Influence is the change of the score in trainings like these, averaged while all texts have the same "
            "weight between a half and one. It shows which texts make the score together, not what removing one "
            "of them would do. All influences add up to twice what the score gains between half the weight and "
            "full weight. Every sentence of two or more counted words has influence.",
            published=False,
            supports_reranking=True,
            predicts_new_texts=True,
            trains_sets=True,
            own_score="Mean-field score",
            without_order=MEAN_FIELD_WITHOUT_ORDER,
        ),
        EstimatorDescription(
            "replay",
            "Replay: quick, with context vectors fixed",
            "Trains only the probe's words again in expectation. It costs less than the mean field where the "
            "vocabulary is large and the probe's words are few, and predicts less well (r = 0.6 to 0.7 on the "
            "same halves). Only sentences with a probe word near another word have influence.",
            "Influence is the change of the score: the score without a text is predicted as score − influence. "
            "Context vectors stay fixed, so a sentence without a probe word near another word has influence zero.",
            published=False,
            calibrated=True,
            supports_reranking=True,
            predicts_new_texts=True,
            own_score="Replayed score",
        ),
        EstimatorDescription(
            "unrolled",
            "Unrolled: exactly this run",
            "Follows every update of these trainings backwards. It is nearly exact for the same seeds, but much "
            "of a single text's influence is then the chance of one run. Random halves of a small corpus are "
            "predicted nearly as well as by the mean field (r = 0.8 to 0.9); each further size of set costs one "
            "more pass. Cost: about three trainings for each probe; it grows with the corpus and the number of "
            "probes.",
            "Influence is the change of the score of exactly these trainings: the score without a text is "
            "predicted as score − influence.",
            published=False,
            calibrated=True,
        ),
        EstimatorDescription(
            "implicit",
            "Implicit: the cross-loss influence function",
            "The influence function of Silva, Chopra and Gombolay: one damped Newton step of all vectors. On a "
            "small corpus it ranked removals of 10% well (r = 0.83) and halves less well (0.49); its changes were "
            "two to four times too small at the default damping. Cost grows with the square of the vocabulary: "
            "minutes for 10,000 words.",
            REACH_OF_ALL,
        ),
        EstimatorDescription(
            "implicit-hessian",
            "Implicit, with the exact Hessian",
            "As implicit, with the second derivatives of the loss in place of the Gauss-Newton matrix. It was no "
            "more accurate where measured and costs half as much again. Damping is raised where the loss has "
            "negative curvature.",
            REACH_OF_ALL,
        ),
        EstimatorDescription(
            "per-word",
            "Per word: one Newton step with context vectors fixed",
            "One exact solve for each probe word, in seconds. On a small corpus it ranked removals of 10% with r "
            "= 0.84 and halves with 0.58 (replay: 0.87 and 0.66); its changes were two to three times too small "
            "at the default damping. Only sentences with a probe word near another word have influence.",
            "Influence is the change of the score by a damped Newton step of each probe word's own loss. It was "
            "two to three times too small where measured, so no score without a text is given. Context vectors "
            "stay fixed: a sentence without a probe word near another word has influence zero.",
        ),
        EstimatorDescription(
            "lissa",
            "LiSSA: the implicit estimator, solved by sampling",
            "The implicit estimator's answer by stochastic steps, with a sampling error that is reported. Its "
            "cost grows with the corpus instead of the vocabulary and is higher except for very large "
            "vocabularies. On a small corpus it cost four times as much as implicit and agreed with it at r = "
            "0.999.",
            REACH_OF_ALL,
        ),
        EstimatorDescription(
            "gradient",
            "Gradient: TracIn over checkpoints",
            "Products of gradients along the training, as published for large models. On a small corpus it ranks "
            "halves with r = 0.5 to 0.7 and removals of 10% with 0.3 to 0.6. Its changes are up to twenty times "
            "too large, because later updates undo nothing in it. Cost: one more training for each seed.",
            "Influence is the effect of a text's own updates on the score, added up as if no later update undid "
            "them. Use its order; its size is too large. A sentence without a probe word near another word has "
            "influence zero.",
        ),
        EstimatorDescription(
            "mirrored",
            "Mirrored: how the loss of texts changes when the score is trained",
            "A few steps on the score, then one pass over the corpus: seconds. On a small corpus it ranks "
            "removals of 10% well (r = 0.7 to 0.8, but 0.2 for a probe of rare words) and halves moderately (0.3 "
            "to 0.6).",
            "Influence is the change of the score while each probe word follows its own training loss. It was "
            "about twice too large where measured, so no score without a text is given. Context vectors stay "
            "fixed: a sentence without a probe word near another word has influence zero.",
        ),
        EstimatorDescription(
            "turn-over",
            "Turn-over: sub-networks that never saw a document",
            "Trains again with a random half of the dimensions for each document and compares the two halves. The "
            "result is mostly chance at any affordable number of trainings: use it to compare methods, not to "
            "judge documents. Cost: about twelve trainings for each seed.",
            "Influence is the score in the half of the dimensions that saw a document minus the score in the half "
            "that did not, in vectors trained for this purpose. It is one number for a document; sentences and "
            "words get a share in proportion to their pairs with probe words, which says nothing about them. Its "
            "spread by chance is several times its size.",
            own_score="Score with masks",
        ),
        EstimatorDescription(
            "recount-ppmi",
            "Recount: word associations without training",
            "Vectors of word associations (PPMI) computed from the counts, in seconds; sets are counted again. It "
            "is another model than the trained one: on a small corpus it ranks what retraining does to removals "
            "of 10% with r = 0.4 to 0.6, and halves with 0 to 0.3.",
            "Influence is the change of the score of association vectors (PPMI) made from the counts alone, not "
            "of the trained score. It is the same for every seed, so spread and sign stability mean nothing. A "
            "sentence without a probe word near another word has influence zero.",
            predicts_new_texts=True,
            own_score="Recounted score",
        ),
    )
}
