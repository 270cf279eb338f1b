"""The kinds of probes as users choose them: what each measures, its word lists, and how its score is described.

The engine has one class for each of these names (skipgram_audit.probes.kinds), whose docstring holds the formula.

Minimum numbers. A list whose words a permutation test deals out needs DEALT_WORDS: 3 and 3 words make 20 splits, the
fewest with which p can reach 0.05. Another list that represents a group or a pole needs GROUP_WORDS: with one word the
score is about that word, and not about what the list is named after. A direction that pairs have in common needs
COMMON_PAIRS pairs. A list of words in question needs one.
"""

from dataclasses import replace

from skipgram_audit.model.kind_description import KindDescription, KindParameter, ListRole, WordChart

DEALT_WORDS = 3
GROUP_WORDS = 2
COMMON_PAIRS = 2

_POLES = ListRole(
    "Attributes",
    "The two poles that they are compared by.",
    ("First attribute list", "Second attribute list"),
    fewest_words=GROUP_WORDS,
)
_PAIRS = ListRole(
    "Pairs",
    "Two lists of equal length; the first word of the one forms a pair with the first of the other, and so on.",
    ("First words of the pairs", "Second words of the pairs"),
    fewest_words=COMMON_PAIRS,
)

WEAT = KindDescription(
    name="weat",
    title="WEAT: two groups against two poles",
    score="effect size",
    note="",
    measures="The score is positive when the first target list is closer to the first attribute list, and the second "
    "to the second.",
    source="Caliskan, Bryson and Narayanan 2017, Science 356(6334)",
    targets=ListRole(
        "Targets",
        "The two groups of words that are compared.",
        ("First target list", "Second target list"),
        fewest_words=DEALT_WORDS,
    ),
    attributes=_POLES,
    above="the words of {x} lean more towards {a}, and less towards {b}, than the words of {y} do",
    below="the words of {x} lean more towards {b}, and less towards {a}, than the words of {y} do",
    standardised=True,
    influence="Positive influence draws {x} towards {a} and {y} towards {b}; negative influence does the opposite.",
    charts=(
        WordChart("target", "Right: nearer to {a}. Left: nearer to {b}.", "{b}", "{a}"),
        WordChart("attribute", "Right: nearer to {x}. Left: nearer to {y}.", "{y}", "{x}"),
    ),
    disjoint=False,
    permuted="target",
)

SINGLE_CATEGORY_WEAT = KindDescription(
    name="sc-weat",
    title="Single-category WEAT: one group against two poles",
    score="effect size",
    note="",
    measures="Is a word, or a list of words, nearer to the one attribute list or to the other? The score is positive "
    "when it is nearer to the first.",
    source="Caliskan, Bryson and Narayanan 2017, Science 356(6334)",
    targets=ListRole("Target", "One word or several that stand for one thing.", ("Target list",)),
    attributes=replace(_POLES, fewest_words=DEALT_WORDS),
    above="the words of {x} are nearer to those of {a} than to those of {b}",
    below="the words of {x} are nearer to those of {b} than to those of {a}",
    standardised=True,
    influence="Positive influence draws {x} towards {a} and away from {b}, measured by how much its cosines vary.",
    charts=(
        WordChart("target", "Right: nearer to {a}. Left: nearer to {b}.", "{b}", "{a}"),
        WordChart("attribute", "Mean cosine with {x}. Right: nearer.", "far", "near {x}"),
    ),
    permuted="attribute",
)

MEMBERSHIP = KindDescription(
    name="membership",
    title="Membership: why is a word near a group?",
    score="membership",
    note="difference of mean cosines",
    measures="Is a word nearer to the words of one group than to those of other groups, and which texts put it there? "
    "The score is the mean cosine with the group minus that with the words of the others together: positive when it "
    "is nearer to the group.",
    source="Silva, Chopra and Gombolay 2020, arXiv 2012.01685",
    targets=ListRole("Words in question", "One word or several.", ("Words in question",)),
    attributes=ListRole(
        "Groups", "The group, and those it is set against.", ("The group", "Other group"), "Other group", GROUP_WORDS
    ),
    above="on average the words of {x} are nearer to those of {a} than to those of {others}",
    below="on average the words of {x} are nearer to those of {others} than to those of {a}",
    bounds=(-2.0, 2.0),
    influence="Positive influence draws {x} towards {a} or away from {others}.",
    charts=(
        WordChart("target", "Right: nearer to {a}. Left: nearer to {others}.", "{others}", "{a}"),
        WordChart("attribute", "Mean cosine with {x}. Right: nearer.", "far", "near {x}"),
    ),
    no_test="There is no p-value: a plain difference of mean cosines has no test of its own. A single-category WEAT "
    "over the same lists has one.",
)

RELATIVE_NORM_DISTANCE = KindDescription(
    name="rnd",
    title="Relative norm distance (RND)",
    score="relative norm distance",
    note="sum over the compared words",
    measures="Are words nearer to the mean vector of one group or of another? The score sums, over the compared words, "
    "the distance to the first group minus the distance to the second: positive when they are nearer to the second. "
    "It grows with the number of words found.",
    source="Garg, Schiebinger, Jurafsky and Zou 2018, PNAS 115(16)",
    targets=ListRole(
        "Groups", "Each stands for its mean vector.", ("First group", "Second group"), fewest_words=GROUP_WORDS
    ),
    attributes=ListRole("Compared words", "Words that should be equally far from both.", ("Compared words",)),
    above="taken together, the words of {a} are nearer to {y}, the second group, than to {x}, the first",
    below="taken together, the words of {a} are nearer to {x}, the first group, than to {y}, the second",
    influence="Positive influence draws {a} towards {y}, the second group, or away from {x}, the first.",
    charts=(WordChart("attribute", "Right: nearer to {y}. Left: nearer to {x}.", "{x}", "{y}"),),
    no_test="There is no p-value: the source gives no test of a single distance.",
)

RIPA = KindDescription(
    name="ripa",
    title="RIPA: inner product with a relation",
    score="relational inner product",
    note="mean over words, vectors not normalised",
    measures="How far do words lie along the direction that pairs of words have in common? The score is their mean "
    "inner product with that direction: positive when they lean towards the first words of the pairs. Vectors keep "
    "their lengths, so words with long vectors count for more.",
    source="Ethayarajh, Duvenaud and Hirst 2019, ACL",
    targets=_PAIRS,
    attributes=ListRole("Words", "The words that are measured.", ("Words",)),
    above="on average the words of {a} lean towards {x} rather than {y}",
    below="on average the words of {a} lean towards {y} rather than {x}",
    influence="Positive influence moves {a} towards {x} along the direction of the pairs, lengthens vectors that lean "
    "there, or turns the direction.",
    charts=(
        WordChart(
            "attribute", "Inner product with the direction. Right: towards {x}. Left: towards {y}.", "{y}", "{x}"
        ),
        WordChart("target", "The same of the pairs that make the direction.", "{y}", "{x}"),
    ),
    paired=True,
    no_test="There is no p-value: the source gives no test.",
)

DIRECT_BIAS = KindDescription(
    name="direct-bias",
    title="Direct bias along a direction",
    score="direct bias",
    note="0 is none, 1 the most",
    measures="How far do words that should be neutral lie along the direction that pairs of words have in common, to "
    "whichever side? The score is the mean of |cosine| to the power of an exponent: from 0, no bias, to 1. It does not "
    "say to which side.",
    source="Bolukbasi, Chang, Zou, Saligrama and Kalai 2016, NeurIPS",
    targets=_PAIRS,
    attributes=ListRole("Neutral words", "Words that should lean to neither side.", ("Neutral words",)),
    above="the words of {a}, which should be neutral, lean to {x} or to {y}, whichever side each leans to",
    below="",
    bounds=(0.0, 1.0),
    influence="Positive influence makes words of {a} lean further, to whichever side they lean; negative influence "
    "brings them back.",
    charts=(
        WordChart(
            "attribute",
            "Cosine with the direction, whose sign the score leaves out. Right: towards {x}. Left: towards {y}.",
            "{y}",
            "{x}",
        ),
        WordChart("target", "The same of the pairs that make the direction.", "{y}", "{x}"),
    ),
    signed=False,
    paired=True,
    no_test="There is no p-value: the source gives no test.",
    parameters=(
        KindParameter(
            "exponent",
            "Exponent c",
            "How strict the measure is: 1 is its source's choice, a larger one counts small leanings less. Below 1 the "
            "score has no derivative where a word is neutral.",
            1.0,
            1.0,
            10.0,
        ),
    ),
)

MEAN_AVERAGE_COSINE = KindDescription(
    name="mac",
    title="Mean average cosine (MAC)",
    score="mean average cosine distance",
    note="1 is unrelated",
    measures="Are target words near to attribute lists at all? The score is the mean cosine distance, 1 minus cosine, "
    "each attribute list counted once: 1 is unrelated, less is nearer. It is not signed about zero and does not set "
    "one list against another.",
    source="Manzini, Lim, Tsvetkov and Black 2019, NAACL",
    targets=ListRole("Targets", "Words of one group or of several.", ("Target list",), "Target list", GROUP_WORDS),
    attributes=ListRole(
        "Attributes", "Such as stereotypes, a list each.", ("Attribute list",), "Attribute list", GROUP_WORDS
    ),
    above="on average the words of {targets} point away from those of {attributes}",
    below="on average the words of {targets} are nearer to those of {attributes} than unrelated words would be",
    bounds=(0.0, 2.0),
    influence="Positive influence pushes {targets} away from {attributes}, for it raises a distance; negative "
    "influence draws them together. Amplifying texts push the score away from 1.",
    charts=(
        WordChart("target", "Mean cosine with {attributes}. Right: nearer.", "far", "near"),
        WordChart("attribute", "Mean cosine with {targets}. Right: nearer.", "far", "near"),
    ),
    signed=False,
    neutral=1.0,
    no_test="There is no p-value: the source tests differences between two models, not a single score.",
)

KINDS: dict[str, KindDescription] = {
    one.name: one
    for one in (
        WEAT,
        SINGLE_CATEGORY_WEAT,
        MEMBERSHIP,
        RELATIVE_NORM_DISTANCE,
        RIPA,
        DIRECT_BIAS,
        MEAN_AVERAGE_COSINE,
    )
}
"""By name, in the order of the form."""
