"""Rankings with near-duplicates folded: sums, order, pages and members, against sums made one by one."""

from collections import defaultdict

import numpy as np
import pytest
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe
from skipgram_audit.store.near_duplicates import GroupedRanking
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.ranking import Side
from skipgram_audit.store.ranking_filter import Filters
from tests.audit_sample import TEXTS, Sample, make_audit
from tests.duplicates_sample import find_duplicates

COPIES = 4


@pytest.fixture
def sample(database: Database) -> Sample:
    """Four copies of each of the five texts."""
    made = make_audit(database, copies=COPIES)
    find_duplicates(database, made.corpus_id)
    return made


def probe_of(session: Session, sample: Sample) -> AuditProbe:
    return audits.get(session, sample.audit_id).probes[0]


def sums_by_text(sample: Sample) -> dict[int, float]:
    """The first document of each text -> the sum over its copies."""
    sums: dict[int, float] = defaultdict(float)
    for number, influence in enumerate(sample.influences["weat-6"]):
        sums[sample.document_ids[number % len(TEXTS)]] += influence
    return sums


def test_each_text_is_one_row_with_the_sum_of_its_copies(database: Database, sample: Sample) -> None:
    sums = sums_by_text(sample)
    influences = dict(zip(sample.document_ids, sample.influences["weat-6"], strict=True))
    with database.session() as session:
        folded = GroupedRanking(session, probe_of(session, sample))
        shown = []
        for side in Side:
            places = folded.range(side)
            expected = {Side.POSITIVE: 1, Side.ZERO: 0, Side.NEGATIVE: -1}[side]
            assert len(places) == sum(np.sign(total) == expected for total in sums.values())
            assert folded.documents(places) == COPIES * len(places)
            page = folded.page(places)
            groups = folded.groups_among([row.document_id for row in page.items])
            for row in page.items:
                group = groups[row.document_id]
                assert group.influence == pytest.approx(sums[group.id])
                assert group.documents == COPIES
                members = [
                    sample.document_ids[sample.document_ids.index(group.id) + 5 * copy] for copy in range(COPIES)
                ]
                assert sorted(folded.member_ids(group.id)) == members
                best = max if side is not Side.NEGATIVE else min
                assert row.influence == pytest.approx(best(influences[one] for one in members))
                shown.append(group.influence)
            assert folded.document_ids(places).tolist() == sorted(
                one for row in page.items for one in folded.member_ids(groups[row.document_id].id)
            )
    assert len(shown) == len(TEXTS)


def test_rows_stand_by_their_sums_and_pages_lead_on_and_back(database: Database, sample: Sample) -> None:
    sums = sums_by_text(sample)
    with database.session() as session:
        folded = GroupedRanking(session, probe_of(session, sample))
        places = folded.range(Side.NEGATIVE)
        pages = [folded.page(places, size=1)]
        while pages[-1].next:
            pages.append(folded.page(places, Cursor.parse(pages[-1].next), size=1))
        seen = [folded.groups_among([page.items[0].document_id])[page.items[0].document_id].id for page in pages]
        assert seen == sorted((one for one in sums if sums[one] < 0), key=sums.__getitem__)
        assert folded.page(places, Cursor.parse(pages[-1].previous), size=1).items == pages[-2].items
        assert folded.largest() == pytest.approx(max(map(abs, sums.values())))


def test_with_filters_groups_are_those_of_the_documents_that_pass(database: Database, sample: Sample) -> None:
    with database.session() as session:
        probe = probe_of(session, sample)
        chosen = sample.document_ids[5]
        folded = GroupedRanking(session, probe, Filters(search="alice-1"))
        assert sum(folded.documents(folded.range(side)) for side in Side) == 1
        assert folded.groups_among([chosen])[chosen].documents == 1
        assert folded.groups_among([chosen])[chosen].influence == pytest.approx(sample.influences["weat-6"][5])
        assert GroupedRanking(session, probe).groups_among([chosen])[chosen].documents == COPIES


def test_the_way_on_from_a_document_goes_past_its_group_or_around_where_it_would_stand(
    database: Database, sample: Sample
) -> None:
    influences = sample.influences["weat-6"]
    order = np.argsort(-np.array(influences), kind="stable").tolist()
    with database.session() as session:
        folded = GroupedRanking(session, probe_of(session, sample), Filters(minimum_words=10))
        rows = [group.influence for group in folded.groups(by_size=False, first=0, count=10)]
        sums = sorted(rows, reverse=True)
        passing = 0
        for number, document_id in enumerate(sample.document_ids):
            before, after = folded.places_beside(document_id, 1 + order.index(number))
            place = folded.place_of(document_id)
            if place is not None:
                passing += 1
                assert (before, after) == (place - 1, place + 1)
            else:
                assert before == sum(total >= influences[number] for total in sums)
                assert after == before + 1
        assert 0 < passing < len(influences)


def test_groups_are_listed_by_sum_or_by_size(database: Database, sample: Sample) -> None:
    sums = sums_by_text(sample)
    with database.session() as session:
        folded = GroupedRanking(session, probe_of(session, sample))
        strongest = [group.id for group in folded.groups(by_size=False, first=0, count=10)]
        assert strongest == sorted(sums, key=lambda one: -abs(sums[one]))
        assert [group.id for group in folded.groups(by_size=False, first=1, count=2)] == strongest[1:3]
        assert len(folded.groups(by_size=True, first=0, count=10)) == len(TEXTS)
        with pytest.raises(NotFound):
            folded.group(sample.document_ids[5])


def test_a_corpus_that_was_never_searched_says_so(database: Database) -> None:
    made = make_audit(database)
    with database.session() as session, pytest.raises(Conflict, match="not looked for") as raised:
        GroupedRanking(session, probe_of(session, made))
    assert f"/api/v1/corpora/{made.corpus_id}/near-duplicates" in raised.value.remedy
