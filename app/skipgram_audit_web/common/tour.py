"""What the first-time tour says on its pages, and whether a browser has ended it."""

from dataclasses import dataclass

from starlette.requests import Request

COOKIE = "skipgram_audit_tour"
ENDED = "ended"


@dataclass(frozen=True)
class Step:
    """A step of the tour, in words."""

    title: str
    text: str


STEPS = (
    Step(
        "Is there a bias?",
        "Every probe has a verdict in one sentence. In the picture the dot is its score, the line its interval, and "
        "grey is what the same words score in shuffled text.",
    ),
    Step(
        "Which documents drive it?",
        "All documents are ranked by influence: those that amplify the bias, and those that mitigate it. Each is shown "
        "with its strongest sentence.",
    ),
    Step(
        "Which sentences and words?",
        "The text of the strongest document. The stronger the colour, the more a sentence does; the same holds for "
        "lines under words.",
    ),
    Step(
        "How sure is that?",
        "Everything that bears on the verdict: interval, p-value, shuffled text, seeds, and the words that were found.",
    ),
    Step(
        "What if they go?",
        "Influences are predictions. A check trains again without the strongest documents, and without as many random "
        "ones. Its result stands below the verdicts; until there is one, a button starts it.",
    ),
)


def current_step(request: Request) -> int | None:
    """The step that a page is shown as, from 1; None outside the tour."""
    text = request.query_params.get("tour", "")
    return int(text) if text in {str(number) for number in range(1, len(STEPS) + 1)} else None


def has_ended(request: Request) -> bool:
    """Whether this browser has ended the tour, or did not want it."""
    return request.cookies.get(COOKIE) == ENDED
