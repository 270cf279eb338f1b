"""What can be wrong with a model that was trained elsewhere."""

from skipgram_audit.model.engine_errors import EngineError

EXPORT = "In gensim, `model.wv.save_word2vec_format(path)` writes a file that can always be read."


CONVERT = (
    "If you trust it, convert it: `skipgram-audit convert MODEL --out FILE.safetensors`, with the .npy files that "
    "gensim wrote beside MODEL. Then use the new file. Or, in gensim, `model.wv.save_word2vec_format(path)`."
)


class UnreadableModel(EngineError):
    """Damaged, cut off, in no format that is read, or with something in it that no model needs."""

    code = "unreadable_model"

    def __init__(self, message: str, remedy: str = EXPORT, **details: object) -> None:
        super().__init__(message, remedy, **details)


class UnusableModel(EngineError):
    """A model that was read, and with which this audit cannot be done."""

    code = "unusable_model"
