"""Which device computes."""

import torch

from skipgram_audit.model.engine_errors import UnavailableDevice


def choose_device(wanted: str) -> str:
    """cpu or cuda for auto, cpu or cuda.

    Raises:
        UnavailableDevice: cuda is wanted and not there.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise UnavailableDevice("No CUDA device is available to this process.", "Use --device cpu or auto.")
    return "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"
