"""The rows of the table: what is measured, what it may be at most, and how it follows from the pieces."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.speed.measured import Measurements, machine

Value = float | None


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        pieces: that it needs.
        most: the largest value it may have, in its unit.
        value: of the measurements, by processor or clock; None while a piece is missing.
        waited: judged by the clock, since someone waits for it; else by the processor, which other work on the machine
            disturbs less.
    """

    name: str
    what: str
    unit: str
    most: float
    pieces: tuple[str, ...]
    value: Callable[[Measurements, str], Value]
    waited: bool = False


def ratio(piece: str, over: str) -> Callable[[Measurements, str], Value]:
    """Seconds of one piece over those of another."""

    def value(measured: Measurements, seconds: str) -> Value:
        first, second = measured.value(piece, seconds), measured.value(over, seconds)
        return None if first is None or second is None else first / second

    return value


def each_million(piece: str) -> Callable[[Measurements, str], Value]:
    """Seconds for a million tokens."""

    def value(measured: Measurements, seconds: str) -> Value:
        first, tokens = measured.value(piece, seconds), measured.value(piece, "tokens")
        return None if first is None or tokens is None else first / (tokens / 1e6)

    return value


def _audit_row(estimator: str) -> Row:
    piece, over = f"audit by {estimator}", "gensim, two workers"
    what = (
        f"whole audit by {estimator}: two seeds, WEAT-6, 7, 8, every sentence scored and stored; over gensim's training"
    )
    return Row(f"audit-{estimator}", what, "x", 3.0, (piece, over), ratio(piece, over))


def _what_if_row(estimator: str) -> Row:
    piece = f"what-if by {estimator}"
    return Row(
        f"what-if-{estimator}",
        f"a what-if by {estimator}: a tenth of the documents, three probes, two seeds, of a finished folder",
        "s",
        1.0,
        (f"audit by {estimator}", piece),
        lambda measured, seconds: measured.value(piece, seconds),
        waited=True,
    )


def _peak(measured: Measurements, _seconds: str) -> Value:
    peak = measured.value("audit by replay", "peak")
    return None if peak is None else peak / 1e9


_BACK = "replay's derivative"
_OURS, _THEIRS = "our training, one seed, one epoch", "gensim, one worker, one epoch"
ROWS = (
    *(_audit_row(estimator) for estimator in ("replay", "mean-field", "unrolled")),
    Row(
        "probes", "whole audit of ten probes over one of one probe, by replay", "x", 1.5,
        ("audit of ten probes", "audit of one probe"), ratio("audit of ten probes", "audit of one probe"),
    ),
    Row("training", "our training of one seed on one core over gensim's with one worker", "x", 0.5, (_OURS, _THEIRS),
        ratio(_OURS, _THEIRS)),
    *(_what_if_row(estimator) for estimator in ("replay", "mean-field")),
    Row("reverse", "the derivative of three probes' scores, all in one pass, over one replay of their words", "x", 5.0,
        ("audit by replay", _BACK), lambda measured, _seconds: measured.value(_BACK, "over")),
    Row("scoring", "scoring every sentence, three probes, two seeds, once Q is known, a million tokens", "s", 2.0,
        ("scoring",), each_million("scoring")),
    Row("reading", "reading, sentence-splitting and counting, a million tokens", "s", 10.0, ("reading",),
        each_million("reading")),
    Row("memory", "peak memory of the whole audit by replay", "GB", 6.0, ("audit by replay",), _peak),
)  # fmt: skip


def as_table(name: str, measured: Measurements) -> str:
    """Markdown: a row each, by processor seconds and by the clock, and the pieces they follow from."""
    here = machine()
    facts = [
        f"{measured.value('reading', what):,.0f} {said}" for what, said in FACTS if measured.value("reading", what)
    ]
    lines = [
        f"# Speed on {name}",
        "",
        f"`python -m tests.benchmarks.speed {name}.jsonl.zst`; {', '.join(facts)}.",
        f"{here['processor']}, {here['cores']} cores, {here['memory GB']} GB. Ratios are judged by processor seconds, "
        "which other work on the machine disturbs less (its load stands below), what-ifs by the "
        "clock. gensim trains Skip-gram with d = 100, window 5, 5 negatives, 5 epochs on the same words.",
        "",
        "| what | at most | by processor | by the clock | |",
        "|---|---|---|---|---|",
    ]
    for row in ROWS:
        values = [row.value(measured, seconds) for seconds in ("processor", "clock")]
        judging = values[1] if row.waited else values[0]
        judged = "" if judging is None else ("held" if judging <= row.most else "**missed**")
        cells = ["not run" if value is None else f"{value:.2f} {row.unit}" for value in values]
        lines.append(f"| {row.what} | {row.most:g} {row.unit} | {cells[0]} | {cells[1]} | {judged} |")
    lines += ["", "| piece | runs | processor s | clock s | peak GB | load |", "|---|---|---|---|---|---|"]
    for piece, runs in measured.pieces.items():
        numbers = [measured.value(piece, what) or 0.0 for what in ("processor", "clock", "peak", "load")]
        processor, clock, peak, load = numbers
        lines.append(f"| {piece} | {len(runs)} | {processor:.2f} | {clock:.2f} | {peak / 1e9:.2f} | {load:.1f} |")
    return "\n".join(lines) + "\n"


FACTS = (
    ("documents", "documents"), ("sentences", "sentences"), ("tokens", "tokens"), ("vocabulary", "words"),
    ("minimum_count", "the smallest count"),
)  # fmt: skip
