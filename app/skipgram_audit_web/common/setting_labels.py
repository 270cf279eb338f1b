"""Names of an audit's settings, as forms and comparisons show them."""

SETTING_LABELS = {
    "casefold": "Fold case",
    "dimension": "Dimension",
    "window": "Window",
    "negatives": "Negative samples",
    "minimum_count": "Minimum count",
    "subsample": "Subsampling threshold",
    "epochs": "Epochs",
    "step_size": "Step size",
    "minimum_step_size": "Last step size",
    "noise_power": "Noise power",
    "shuffle_documents": "Shuffle documents",
    "batch_tokens": "Tokens a batch",
    "seeds": "Seeds",
    "exact_permutations": "Exact permutations",
    "null_shuffles": "Shuffled trainings",
    "damping": "Damping",
    "solver_iterations": "Solver steps",
    "solver_tolerance": "Solver tolerance",
}
"""The fields of the advanced part, in the order shown; the estimator has its own."""
