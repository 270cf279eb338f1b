"""The web application: what a browser or an API client talks to. It imports no torch and nothing of worker/."""

__version__ = "0.1.0"
