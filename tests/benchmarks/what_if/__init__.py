"""How near the answer at once to a what-if is to the full prediction, and that to retraining.

    python -m tests.benchmarks.what_if CORPUS.jsonl.zst

audits the corpus by mean-field (three WEATs, two seeds) where the audit is not there, calibrates it, predicts many sets
by its estimator, retrains some of them by four seeds, times the answer at once over the API, and seeks smallest sets in
four orders, confirmed by retraining. Everything is kept in the folder of the audit: a run that was cut off goes on.
"""
