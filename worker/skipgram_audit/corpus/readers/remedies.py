"""What to do about a file that is not read as it should be, in the words of the interface that the user has."""

from enum import StrEnum


class Interface(StrEnum):
    """Where a user reads a message."""

    PAGE = "page"
    COMMAND_LINE = "command line"


class Remedy(StrEnum):
    """What helps, whatever the interface calls it."""

    CHOOSE_ENCODING = "choose encoding"
    CHOOSE_COLUMN = "choose column"
    CHECK_READING = "check reading"
    PLAIN_QUOTES = "plain quotes"
    BACKSLASH_QUOTES = "backslash quotes"
    CHOOSE_DELIMITER = "choose delimiter"
    WRITE_JSON_LINES = "write JSON Lines"
    RECOGNISE_TEXT = "recognise text"


_WORDS = {
    Remedy.CHOOSE_ENCODING: (
        "Choose another encoding; the preview shows how the text looks in each.",
        "Name another encoding by --encoding; `skipgram-audit preview FILE` shows how the text looks in each.",
    ),
    Remedy.CHOOSE_COLUMN: (
        "Choose one of these columns.",
        "Name one of these columns by --text-field or --field.",
    ),
    Remedy.CHECK_READING: (
        "Check format, encoding and the text field in the preview.",
        "Look at the file with `skipgram-audit preview FILE`; --format, --encoding and --text-field change how it is "
        "read.",
    ),
    Remedy.PLAIN_QUOTES: (
        "Where quotation marks belong to the texts, untick “Columns may stand in quotation marks” in the preview, or "
        "correct the file in the lines named.",
        "Where quotation marks belong to the texts, read them as plain characters by --quote none, or correct the file "
        "in the lines named.",
    ),
    Remedy.BACKSLASH_QUOTES: (
        'Where \\" stands for a quotation mark, choose “by a backslash” for the quotation marks inside a text.',
        'Where \\" stands for a quotation mark, read the file with --escape backslash.',
    ),
    Remedy.WRITE_JSON_LINES: (
        "JSON is read as one object a line, or as one array of objects. Write it so, or choose another format.",
        "JSON is read as one object a line, or as one array of objects. Write it so, or name another --format.",
    ),
    Remedy.RECOGNISE_TEXT: (
        "Have its text recognised first (OCR), for instance with ocrmypdf.",
        "Have its text recognised first (OCR), for instance with ocrmypdf.",
    ),
    Remedy.CHOOSE_DELIMITER: (
        "Choose what the columns are separated by in the preview.",
        "Say what the columns are separated by with --delimiter, for instance --delimiter semicolon.",
    ),
}


def remedy_in_words(remedy: Remedy, interface: Interface) -> str:
    """The remedy as a sentence for a page or for the command line."""
    on_page, on_command_line = _WORDS[remedy]
    return on_page if interface == Interface.PAGE else on_command_line
