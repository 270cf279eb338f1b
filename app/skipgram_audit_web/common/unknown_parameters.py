"""Parameters of an address that its route does not know: the API refuses them, since they would change nothing."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit_web.web import wants_json

SHOWN_PARAMETERS = 5


def refuse_unknown_parameters(request: Request) -> None:
    """Raises:
    InvalidInput: a request to the API names a query parameter that its address does not take.
    """
    if not (request.query_params and wants_json(request)):
        return
    known = dict.fromkeys(_parameters_of(request.scope["route"].dependant))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        shown = ", ".join(repr(name[:80]) for name in unknown[:SHOWN_PARAMETERS])
        shown += ", ..." if len(unknown) > SHOWN_PARAMETERS else ""
        what = "query parameters" if len(unknown) > 1 else "the query parameter"
        raise InvalidInput(
            f"This address does not take {what} {shown}.",
            f"It takes {', '.join(known)}." if known else "It takes none.",
            unknown=[name[:80] for name in unknown[:100]],
        )


def _parameters_of(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for below in dependant.dependencies:
        yield from _parameters_of(below)
