"""What a comparison of documents says, in plain sentences."""

from skipgram_audit.model.kinds import KINDS
from skipgram_audit.report.formatting import decimal, influence, influence_digits, plural, score_text, thousands
from skipgram_audit_web.common.views import direction
from skipgram_audit_web.features.comparisons.probes import ProbePair
from skipgram_audit_web.features.comparisons.scores import score_difference, score_sentence
from skipgram_audit_web.features.comparisons.service import AuditComparison, ComparedDocuments, same_estimator


def matching_sentence(documents: ComparedDocuments) -> str:
    """Which documents are compared, and which could not be."""
    match = documents.match
    if match.same_corpus:
        return f"Both audits are of one corpus, so all {plural(len(match.first), 'document')} are compared."
    return (
        f"{plural(len(match.first), 'document')} have the same id and the same text in both corpora and are compared. "
        f"Not compared: {thousands(match.changed)} with the same id but another text, {thousands(match.only_first)} "
        f"whose id only the first corpus has, {thousands(match.only_second)} only the second."
    )


def documents_sentence(found: AuditComparison) -> list[str]:
    """What else must be known of the documents: summed influence of those not matched, other sides, other scales."""
    documents = found.documents
    assert documents is not None
    pair, match = documents.pair, documents.match
    told = _paired(documents)
    if match.only_first + match.changed:
        told.append(
            f"The first audit's documents that are not compared have a summed influence of "
            f"{_sum_text(documents.only_first_sum)} there.{_prediction(documents)}"
        )
    if match.only_second + match.changed:
        told.append(
            f"The second audit's documents that are not compared have a summed influence of "
            f"{_sum_text(documents.only_second_sum)} there."
        )
    if direction(pair.first) != direction(pair.second):
        told.append("The score changed sides: what amplifies it in one audit mitigates it in the other.")
    if not same_estimator(found.first, found.second):
        told.append(
            "The audits estimate influence in different ways, which give it different size: ranks can be compared, "
            "sizes only with care."
        )
    return told


def _sum_text(value: float) -> str:
    return influence(value, influence_digits([value]))


def _paired(documents: ComparedDocuments) -> list[str]:
    """The difference of the scores once more, with the documents counted as the same ones."""
    pair, error = documents.pair, documents.paired_error
    found = score_difference(pair.first, pair.second, error)
    if error is None or found.same_trainings:
        return []
    kind = pair.first.kind
    return [
        f"The table of scores counts the documents of the two audits as drawn apart. Counted as the same, their choice "
        f"gives the difference a standard error of {decimal(error, KINDS[kind].digits)}. So counted: "
        f"{score_sentence(found, kind)}"
    ]


def _prediction(documents: ComparedDocuments) -> str:
    """What the first audit foretold of the second, when the second only lacks documents and the first's influences have
    the size of what removals do, as where a standard error is told."""
    match, pair = documents.match, documents.pair
    before, after = pair.first.score, pair.second.score
    if match.only_second or match.changed or before is None or after is None or pair.first.standard_error is None:
        return ""
    kind = pair.first.kind
    return (
        f" The second corpus is the first without them, so the first audit predicts "
        f"{score_text(before, kind)} − ({_sum_text(documents.only_first_sum)}) = "
        f"{score_text(before - documents.only_first_sum, kind)}; the second measured {score_text(after, kind)}."
    )


def correlation_sentence(documents: ComparedDocuments) -> str:
    """How far the influences agree, and how far they could."""
    found = documents.found
    if found.pearson is None or found.spearman is None:
        return "In one of the audits these documents all have the same influence, so there is nothing to correlate."
    told = (
        f"Influences of {plural(found.documents, 'document')}: rank correlation {decimal(found.spearman)} (Spearman), "
        f"correlation {decimal(found.pearson)} (Pearson)."
    )
    if documents.expected is None:
        return f"{told} How far two audits that differ in nothing but their seeds would agree is not known."
    return (
        f"{told} By the agreement of their own seeds, two such audits that estimate the same, with other seeds, would "
        f"reach a Pearson correlation of about {decimal(documents.expected)}."
    )


def overlap_names(pair: ProbePair) -> dict[bool, str]:
    """What texts of positive (True) and negative influence are called, where both audits call them the same."""
    if direction(pair.first) != direction(pair.second):
        return {True: "pushing the score up", False: "pushing the score down"}
    amplifies = direction(pair.first) > 0
    return {amplifies: "amplifying", not amplifies: "mitigating"}
