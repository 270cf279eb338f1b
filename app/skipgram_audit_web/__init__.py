"""The web application: what a browser or an API client talks to. It imports no torch, gensim or numba."""
