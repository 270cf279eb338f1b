"""What tuning each estimator was given, in a line; all run with the settings they are registered with."""

TUNING = {
    "replay": "steps and their bound were chosen on contemporary-mix; nothing was fitted to the sets judged here.",
    "unrolled": "there is nothing to tune.",
}
