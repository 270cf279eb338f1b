"""Languages of corpora: they decide where sentences end, and about case."""

import re

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.tokens import LANGUAGE_CODE

LANGUAGES: dict[str, str] = {
    "en": "English",
    "am": "Amharic",
    "ar": "Arabic",
    "hy": "Armenian",
    "az": "Azerbaijani",
    "bn": "Bengali",
    "bg": "Bulgarian",
    "my": "Burmese",
    "ca": "Catalan",
    "zh": "Chinese",
    "cs": "Czech",
    "da": "Danish",
    "nl": "Dutch",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "ka": "Georgian",
    "de": "German",
    "el": "Greek",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "kn": "Kannada",
    "kk": "Kazakh",
    "km": "Khmer",
    "ko": "Korean",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "ml": "Malayalam",
    "mr": "Marathi",
    "no": "Norwegian",
    "or": "Odia",
    "fa": "Persian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "ro": "Romanian",
    "ru": "Russian",
    "sr": "Serbian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "es": "Spanish",
    "sv": "Swedish",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
}
"""ISO 639 code -> name."""


def is_known(language: str) -> bool:
    """Whether it is one of these codes, with or without a region: en, en-GB, zh_TW."""
    return bool(re.fullmatch(LANGUAGE_CODE, language)) and re.split("[-_]", language.lower())[0] in LANGUAGES


def require_known(language: str) -> str:
    """The language, unchanged.

    Raises:
        InvalidInput: it is none of them. It would get general rules for the ends of sentences, without a word about it.
    """
    if not is_known(language):
        raise InvalidInput(
            f"The language {language[:40]!r} is not known here.",
            f"Known are {', '.join(LANGUAGES)}, with or without a region (en-GB). For another language give the code "
            "of one of these that ends sentences and writes capitals as it does.",
        )
    return language
