"""What addresses hold: numbers that the database can hold. Others are refused before it is asked."""

from typing import Annotated

from annotated_types import Interval

LARGEST_INTEGER = 2**31 - 1
LARGEST_BIG_INTEGER = 2**63 - 1

Id = Annotated[int, Interval(ge=1, le=LARGEST_INTEGER)]
"""Of a corpus, model, probe, audit or check, as its list gives it."""

DocumentId = Annotated[int, Interval(ge=1, le=LARGEST_BIG_INTEGER)]
"""Of a document, or of the group of near-duplicates that it is the first of."""

Count = Annotated[int, Interval(ge=0, le=LARGEST_INTEGER)]
"""How many items of a list are passed over, or the number of one."""


Seed = Annotated[int, Interval(ge=0, le=LARGEST_BIG_INTEGER)]
"""Of a training."""


def own_address(audit_id: int, back: str) -> str:
    """Where a form sends the browser on: a page of this audit, or the set; never another site."""
    own = f"/audits/{audit_id}/"
    return back if back.startswith(own) and "\\" not in back else f"{own}marked"
