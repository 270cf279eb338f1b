"""The document of a report, from what an audit found and what its user chose."""

from collections.abc import Callable
from dataclasses import replace

from skipgram_audit import __version__
from skipgram_audit.model.report_options import ReportOptions, SectionName
from skipgram_audit.report.card import ProbeCard
from skipgram_audit.report.citation import bibtex, citation_text
from skipgram_audit.report.document import action_sections, check_sections, method_sections, result_sections
from skipgram_audit.report.document.blocks import Document, Logo, Section
from skipgram_audit.report.material import Material

DEFAULTS = ReportOptions()


def build_document(material: Material, options: ReportOptions = DEFAULTS, logo: Logo | None = None) -> Document:
    """The report as one document.

    Args:
        material: of a finished audit.
        options: the user's choices.
        logo: for the first page.
    """
    cards = [ProbeCard(outcome, number) for number, outcome in enumerate(material.outcomes, start=1)]
    day = options.day or material.ended.date()
    title = options.title or material.title
    cited = (
        title,
        options.authors,
        day,
        dict(material.corpus),
        str(material.manifest.get("software", {}).get("skipgram-audit", "")),
    )
    make: dict[SectionName, Callable[[], Section]] = {
        "answer": lambda: result_sections.answer_section(material, options),
        "corpus": lambda: result_sections.corpus_section(material, options),
        "scores": lambda: result_sections.scores_section(material, cards),
        "drivers": lambda: result_sections.drivers_section(material, cards, options),
        "checks": lambda: check_sections.checks_section(material, cards, options),
        "mitigation": lambda: action_sections.mitigation_section(material),
        "limits": lambda: result_sections.limits_section(material),
        "method": lambda: method_sections.method(material, cards),
        "citation": lambda: method_sections.citation(bibtex(*cited), citation_text(*cited)),
        "appendix": lambda: method_sections.appendix(material, cards),
        "manifest": lambda: method_sections.manifest(material),
    }
    return Document(
        title=title,
        subtitle=f"Which texts of “{material.corpus_name}” are behind the scores of its word vectors",
        authors=options.authors,
        day=day,
        language=str(material.corpus.get("language") or "en"),
        version=__version__,
        sections=tuple(_titled(make[name]()) for name in options.sections),
        logo=logo,
    )


def _titled(section: Section) -> Section:
    """No heading is empty, whatever a probe is called."""
    return replace(section, sections=tuple(replace(one, title=one.title or "–") for one in section.sections))
