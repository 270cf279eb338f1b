"""Query parameters that choose a probe, a page of a list, and filters; the same on pages and in the API."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from skipgram_audit.store.ranking_filter import Filters
from skipgram_audit.store.ranking_sort import FIELD, Sort, SortKey

LONGEST_VALUE = 2_000
"""Characters of a metadata value in an address."""

ProbeName = Annotated[str | None, Query(max_length=200, description="The audit's first measured probe when left out.")]


def none_if_empty(value: object) -> object:
    """A form sends its empty fields, too."""
    return None if value == "" else value


Words = Annotated[Annotated[int, Field(ge=0, le=2**31 - 1)] | None, BeforeValidator(none_if_empty)]


def _filters(
    search: Annotated[
        str,
        Query(
            max_length=200,
            description='Words and "phrases" of the text, beginnings (war*), one OR another, title:word, or an id.',
        ),
    ] = "",
    field: Annotated[str, Query(max_length=200, description="A metadata field that must have `value`.")] = "",
    value: Annotated[str, Query(max_length=LONGEST_VALUE)] = "",
    absent: Annotated[bool, Query(description="Only documents without a value of `field`.")] = False,
    minimum_words: Words = None,
    maximum_words: Words = None,
    stable: Annotated[bool, Query(description="Only influences of the same sign in every seed.")] = False,
    group_duplicates: Annotated[bool, Query(description="Each group of near-duplicate documents as one row.")] = False,
) -> Filters:
    return Filters(search, field, value, absent, minimum_words, maximum_words, stable, group_duplicates)


ChosenFilters = Annotated[Filters, Depends(_filters)]


def _sort(
    sort: Annotated[
        str,
        Query(
            max_length=520,
            description=f"{', '.join(SortKey)}, or {FIELD}NAME for a metadata field. A minus before it puts the "
            "largest first. The strongest first when left out.",
        ),
    ] = "",
) -> Sort:
    return Sort.parse(sort)


ChosenSort = Annotated[Sort, Depends(_sort)]

PageCursor = Annotated[str | None, Query(max_length=40, description="As a page's next or previous gave it.")]

FieldName = Annotated[str, Query(max_length=200, description="A metadata field; the corpus's first when left out.")]
