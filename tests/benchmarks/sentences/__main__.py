"""See the package."""

import argparse
import io
import json
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

import zstandard

from skipgram_audit.corpus import sentences
from tests.benchmarks.sentences.gold import Counts, GoldText, gold_text

LEAST_ENDS = 5
"""Texts of fewer known ends have another form, such as that of a list."""

RESULTS = Path(__file__).parent / "results"
Segmenter = Callable[[str], list[tuple[int, int]]]


def imports(text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in sentences.sentence_bounds(text, "en").tolist()]


def without_quotes(text: str) -> list[tuple[int, int]]:
    """As if every sentence were too long to keep what is quoted in it together."""
    with patch.object(sentences, "LONG_SENTENCE", 0):
        return imports(text)


def segmenters() -> dict[str, Segmenter]:
    """Those that are installed."""
    found: dict[str, Segmenter] = {f"imports (sentencex {version('sentencex')})": imports}
    found["the same, quotations cut"] = without_quotes
    for name, make in (("pysbd", _pysbd), ("syntok", _syntok), ("blingfire", _blingfire)):
        try:
            made = make()
            found[f"{name} {version(name)}"] = made
        except ImportError:
            print(f"{name} is not installed and left out.")
    return found


def _pysbd() -> Segmenter:
    import pysbd

    segmenter: Any = pysbd.Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(span.start, span.end) for span in segmenter.segment(text)]


def _syntok() -> Segmenter:
    from syntok import segmenter

    def bounds(text: str) -> list[tuple[int, int]]:
        made = []
        for paragraph in segmenter.analyze(text):
            for sentence in paragraph:
                tokens = list(sentence)
                made.append((tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)))
        return made

    return bounds


def _blingfire() -> Segmenter:
    import blingfire

    return lambda text: list(blingfire.text_to_sentences_and_offsets(text)[1])


def texts(path: Path) -> list[GoldText]:
    """The documents of MASC."""
    with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
        rows = [json.loads(line) for line in io.TextIOWrapper(stream, encoding="utf-8")]
    made = [gold_text(row["text"]) for row in rows if row.get("source") == "masc"]
    return [text for text in made if len(text.ends) >= LEAST_ENDS]


def measured(name: str, segment: Segmenter, gold: list[GoldText]) -> str:
    """A row of the table."""
    counts = Counts()
    started = time.process_time()
    found = [segment(text.text) for text in gold]
    seconds = time.process_time() - started
    for text, bounds in zip(gold, found, strict=True):
        counts.add(text, bounds)
    made, known = counts.right + counts.false, counts.right + counts.missed
    precision, recall = counts.right / max(1, made), counts.right / max(1, known)
    million = sum(len(text.text) for text in gold) / 1_000_000
    numbers = (
        precision, recall, 2 * precision * recall / max(1e-9, precision + recall),
        counts.of_several / max(1, counts.sentences), counts.pieces / max(1, counts.sentences),
    )  # fmt: skip
    shares = " | ".join(f"{100 * number:.2f}%" for number in numbers)
    return f"| {name} | {counts.sentences:,} | {shares} | {seconds / million:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="How often sentences are cut wrongly.")
    parser.add_argument("corpus", type=Path, help="contemporary-mix.jsonl.zst")
    corpus = parser.parse_args().corpus
    gold = texts(corpus)
    ends, characters = sum(len(text.ends) for text in gold), sum(len(text.text) for text in gold)
    lines = [
        f"{len(gold):,} texts of MASC, {characters:,} characters, {ends:,} known ends of sentences within texts.",
        "",
        "| segmenter | sentences | precision | recall | F1 | hold several | are pieces | s per million characters |",
        "|---|---|---|---|---|---|---|---|",
        *(measured(name, segment, gold) for name, segment in segmenters().items()),
    ]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "masc.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
