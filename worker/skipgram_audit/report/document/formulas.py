"""The formulas of a report's appendix, each in words and as text; templates/report.typ has the same names set as
mathematics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skipgram_audit.model.kinds import KINDS


@dataclass(frozen=True)
class FormulaText:
    """Attributes:
    title: what it is.
    text: the formula in plain characters.
    where: what its letters mean, and its source.
    """

    title: str
    text: str
    where: str


FORMULAS = {
    "training": FormulaText(
        "Training",
        "L = −Σ over pairs (w, c) of [ log σ(u(w) · v(c)) + Σ over n noise words k of log σ(−u(w) · v(k)) ]",
        "u(w) is the input vector of a word, v(c) the output vector of a word beside it, σ the logistic function. "
        "Noise words are drawn in proportion to their count to the power that the settings give (Mikolov and others "
        "2013).",
    ),
    "weat": FormulaText(
        "WEAT",
        "s(w) = mean cos(w, A) − mean cos(w, B);  score = (mean s over X − mean s over Y) / sd of s over X and Y",
        "X and Y are the target lists, A and B the attribute lists, sd the sample standard deviation (Caliskan, Bryson "
        "and Narayanan 2017).",
    ),
    "sc-weat": FormulaText(
        "Single-category WEAT",
        "c(x) = mean cos(x, W);  score = (mean c over A − mean c over B) / sd of c over A and B",
        "W is the target list, A and B are the attribute lists (Caliskan, Bryson and Narayanan 2017).",
    ),
    "membership": FormulaText(
        "Membership",
        "score = mean cos(W, G) − mean cos(W, O)",
        "W are the words in question, G is the group, O the words of all other groups (Silva, Chopra and Gombolay "
        "2022).",
    ),
    "rnd": FormulaText(
        "Relative norm distance",
        "score = Σ over m in M of ( |m − g₁| − |m − g₂| )",
        "g₁ and g₂ are the means of the groups' vectors of length one (Garg and others 2018).",
    ),
    "ripa": FormulaText(
        "RIPA",
        "score = mean over m in M of m · b",
        "b is the first principal axis of the differences of the pairs (Ethayarajh, Duvenaud and Hirst 2019).",
    ),
    "direct-bias": FormulaText(
        "Direct bias",
        "score = mean over m in N of |cos(m, b)|^c",
        "b is the first principal axis of the differences of the pairs, c the exponent (Bolukbasi and others 2016).",
    ),
    "mac": FormulaText(
        "Mean average cosine",
        "score = mean over target words t and attribute lists A of ( 1 − cos(t, a) ), a in A",
        "Each attribute list counts once (Manzini and others 2019).",
    ),
    "influence": FormulaText(
        "Influence",
        "I(d) = score(C) − score(C without d), to first order",
        "C is the corpus and d a document, or a sentence.",
    ),
    "sum": FormulaText(
        "Influence of a document",
        "I(d) = Σ over sentences s of d of I(s)",
        "The influence of a sentence is the sum of those of its tokens.",
    ),
    "standard-error": FormulaText(
        "Standard error over documents",
        "SE = √( max( 0, Σ over documents d of [ I(d)² − s(d)² / S ] ) );  95% interval: score ± 1.96 SE",
        "I(d) is the mean influence over S seeds and s(d) its sample standard deviation over them: the infinitesimal "
        "jackknife (Jaeckel 1972; Efron 2014) with the chance of training taken out.",
    ),
    "permutation": FormulaText(
        "Permutation p, two-sided",
        "p = share of splits of the tested words with |difference of means| ≥ the one measured",
        "All splits where they are few; otherwise p = (1 + as large) / (1 + drawn).",
    ),
    "agreement": FormulaText(
        "Seed agreement",
        "r = mean over pairs of seeds of the correlation of their document influences",
        "Pearson's correlation.",
    ),
    "ceiling": FormulaText(
        "Noise ceiling of a check",
        "ceiling = √( S a / (1 + (S − 1) a) )",
        "a is the mean correlation of one seed's actual changes with another's, S the number of seeds "
        "(Spearman–Brown).",
    ),
}
"""By name, in the order of an appendix."""


def formulas_for(kinds: Sequence[str], used: Mapping[str, bool]) -> list[str]:
    """The names of the formulas that an audit used.

    Args:
        kinds: of its probes.
        used: name of another formula -> whether the audit used it; those that are not named are always.
    """
    return [name for name in FORMULAS if name in kinds or (name not in KINDS and used.get(name, True))]
