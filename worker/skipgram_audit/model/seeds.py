"""What a list of seeds must be, wherever one is named."""


def require_seeds(seeds: list[int]) -> list[int]:
    """The seeds as they are.

    Raises:
        ValueError: a seed is named twice, or is none. The same training twice would pass for agreement of two.
    """
    if len(set(seeds)) < len(seeds):
        raise ValueError("each seed may be given once: the same seed twice is the same training twice")
    if seeds and (min(seeds) < 0 or max(seeds) >= 2**63):
        raise ValueError("a seed is a whole number from 0 to 2**63 - 1")
    return seeds
