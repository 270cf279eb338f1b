"""How numbers, sizes and moments are written on pages; registered as template filters in report.templating."""

import math
import statistics
from collections.abc import Iterable, Sequence
from datetime import datetime

from skipgram_audit.model.kinds import KINDS

MINUS = "\u2212"

FEWEST_DECIMALS, USUAL_DECIMALS, MOST_DECIMALS = 2, 4, 6
"""Of influences. More than six say nothing that a reader can use; files have all digits."""


def thousands(value: int | None) -> str:
    """12345 as 12,345, as errors and the command line write it, too; a dash when unknown."""
    return "–" if value is None else f"{value:,}"


def decimal(value: float | None, digits: int = 2) -> str:
    """A number with a true minus sign; a dash when unknown."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def signed(value: float | None, digits: int = 2) -> str:
    """As decimal, with a plus sign before positive numbers."""
    text = decimal(value, digits)
    return text if value is None or text.startswith(MINUS) or float(text) == 0 else f"+{text}"


def change(value: float | None, error: float | None = None) -> str:
    """A change of a score, the same everywhere: three decimals, four below a hundredth. Its error has as many."""
    digits = 3 if value is None or abs(value) >= 0.01 else 4
    return signed(value, digits) + ("" if value is None or error is None else f" ± {decimal(error, digits)}")


def fixed(value: float | None, significant: int = 2) -> str:
    """A number of any size in fixed decimals, with so many significant digits; one too small for that as a bound."""
    if value is None:
        return "–"
    if value and abs(value) < 10**-MOST_DECIMALS:
        return influence(value, MOST_DECIMALS)
    decimals = significant - 1 - math.floor(math.log10(abs(value))) if value else 0
    return decimal(value, min(max(decimals, 0), MOST_DECIMALS))


def influence_digits(values: Iterable[float | None], errors: Iterable[float | None] = ()) -> int:
    """How many decimals the influences of one table share: as many as their errors allow.

    The typical error keeps two significant digits. Without errors, the largest influence keeps three.

    Args:
        values: the influences of the table.
        errors: their spreads or standard errors; zeros and None are passed over.
    """
    known = [abs(error) for error in errors if error]
    scale = statistics.median(known) if known else max((abs(value) for value in values if value), default=0.0)
    if not scale:
        return USUAL_DECIMALS
    decimals = (1 if known else 2) - math.floor(math.log10(scale))
    return min(max(decimals, FEWEST_DECIMALS), MOST_DECIMALS)


def influence(value: float | None, digits: int) -> str:
    """An influence with a sign and a fixed number of decimals; one too small for them is told as a bound."""
    if value is None:
        return "–"
    if value and abs(value) < 0.5 * 10**-digits:
        bound = f"{10**-digits:.{digits}f}"
        return f"< {bound}" if value > 0 else f"> {MINUS}{bound}"
    return signed(value, digits)


def probability(value: float | None) -> str:
    """A p-value: three decimals, or a bound when smaller than that shows."""
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def score_text(value: float | None, kind: str) -> str:
    """A probe's score as its kind is written: with a sign and as many decimals as say something."""
    description = KINDS[kind]
    return (signed if description.signed else decimal)(value, description.digits)


def score_with_error(value: float | None, error: float | None, kind: str) -> str:
    """A score with its error, where it has one."""
    text = score_text(value, kind)
    return text if value is None or error is None else f"{text} ± {decimal(error, KINDS[kind].digits)}"


def percent(fraction: float | None, digits: int = 0) -> str:
    return "–" if fraction is None else f"{100 * fraction:.{digits}f}%"


def byte_size(value: int | None) -> str:
    """Bytes in the largest fitting binary unit."""
    if value is None:
        return "–"
    size = float(value)
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def duration(seconds: float | None) -> str:
    """Seconds as people say them: 8 s, 3 min 20 s, 2 h 5 min."""
    if seconds is None:
        return "–"
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def moment(value: datetime | None) -> str:
    """A moment in UTC, to the minute."""
    return "–" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 document``, ``12,345 documents``."""
    return f"{thousands(count)} {one if count == 1 else many or one + 's'}"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def capital(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def tint(value: float, largest: float) -> str:
    """The style class that shades a text by its signed influence, in five levels either way; empty near zero."""
    level = min(math.ceil(5 * abs(value) / largest), 5) if largest > 0 else 0
    if level == 0 or abs(value) < 0.02 * largest:
        return ""
    return f"tint-{'amplifying' if value > 0 else 'mitigating'}-{level}"


def stability(sign_stability: float, seeds: int) -> str:
    """How many seeds agree with an influence's sign, in words."""
    if seeds < 2:
        return "one seed, so its stability is unknown"
    agreeing = round(sign_stability * seeds)
    every = "both" if seeds == 2 else f"all {seeds}"
    return f"same sign in {every} seeds" if agreeing == seeds else f"this sign in {agreeing} of {seeds} seeds"


FILTERS = {
    function.__name__: function
    for function in (
        thousands,
        decimal,
        signed,
        change,
        fixed,
        influence,
        influence_digits,
        probability,
        score_text,
        capital,
        percent,
        byte_size,
        duration,
        moment,
        plural,
        tint,
        stability,
    )
}
