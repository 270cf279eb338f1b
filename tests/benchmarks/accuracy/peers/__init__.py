"""Other libraries' estimators beside ours, on the same small Skip-gram model and the same retrainings.

    python -m tests.benchmarks.accuracy.peers gap-wikipedia.jsonl.zst --environment FOLDER

dattri, pyDVL and captum differentiate a dense model automatically, so the problem is small: 600 documents, the 200
words that the probes need or that are most frequent, 16 dimensions, and 60 epochs, after which the training has nearly
converged, as influence functions suppose. The command makes a virtual environment in FOLDER (outside the repository;
pyDVL needs an older numpy than ours), lets every library score the documents, and judges all by the same retrainings.

Every estimator with a damping, ours and theirs, is given the one of a common grid that predicts a set of retrainings
best, and is judged on others.
"""
