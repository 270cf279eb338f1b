"""The bar of an influence as SVG: to the right, warm, what amplifies; to the left, cool, what mitigates.

Made here and not in a template, since a list has fifty of them.
"""

from markupsafe import Markup


def influence_bar(
    value: float, largest: float, width: float = 160, height: float = 14, error: float | None = None
) -> Markup:
    """A bar on an axis in the middle of the picture.

    Args:
        value: above zero where it amplifies.
        largest: what fills half of the picture.
        error: drawn as a thin line around the bar's end.
    """
    half = width / 2
    scale = half / largest if largest else 0.0
    name = "amplifying" if value > 0 else "mitigating" if value < 0 else "no influence"
    length = min(abs(value) * scale, half)
    bar = (
        f'<rect class="bar-{name}" x="{half if value > 0 else half - length:.2f}" y="1" width="{length:.2f}" '
        f'height="{height - 2:g}" rx="2"/>'
        if length
        else ""
    )
    line = ""
    if error and scale:
        low, high = max(half + (value - error) * scale, 0), min(half + (value + error) * scale, width)
        top = height / 2 - 3
        line = (
            f'<path class="bar-error" data-error="{error}" d="M{low:.2f} {height / 2:g}H{high:.2f}'
            f'M{low:.2f} {top:g}v6M{high:.2f} {top:g}v6"/>'
        )
    return Markup(
        f'<svg class="influence-bar" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="img" aria-label="{name}"><rect class="bar-track" x="0" y="{height / 2 - 0.5:g}" width="{width:g}" '
        f'height="1"/>{bar}<rect class="bar-axis" x="{half - 0.5:g}" y="0" width="1" height="{height:g}"/>{line}</svg>'
    )
