"""Terms of the glossary in labels of pages."""

from lxml import html
from markupsafe import Markup

from skipgram_audit_web.common.glossary import OTHER_NAMES, explained, terms
from skipgram_audit_web.common.markdown import as_html, plain_text, slug


def linked(label: str) -> list[tuple[str, str]]:
    """Text and address of the links that a label becomes."""
    return [
        (str(link.text_content()), str(link.get("href")))
        for link in html.fromstring(f"<p>{explained(label)}</p>").xpath(".//a")
    ]


def test_a_label_that_is_a_term_leads_to_its_explanation() -> None:
    assert linked("Influence") == [("Influence", "/help/glossary#influence")]
    assert linked("p, two-sided") == [("p, two-sided", "/help/glossary#permutation-p-value")]
    assert "How far a text pushes" in str(explained("Influence"))


def test_the_first_and_longest_term_within_a_label_is_explained() -> None:
    assert linked("Summed influence") == [("Summed influence", "/help/glossary#influence")]
    assert linked("Sum of influence") == [("influence", "/help/glossary#influence")]
    assert linked("Noise ceiling of it") == [("Noise ceiling", "/help/glossary#noise-ceiling")]
    assert linked("Influenced by p alone") == []


def test_labels_are_escaped_and_html_is_left_alone() -> None:
    assert str(explained("<b>influence")).startswith("&lt;b&gt;<a ")
    sorted_by = Markup('<a href="?order=influence">Influence</a>')
    assert explained(sorted_by) == sorted_by


def test_every_term_has_a_place_and_an_explanation_without_marks() -> None:
    assert len(terms()) > 60
    assert set(OTHER_NAMES) <= set(terms())
    for term in terms().values():
        assert term.explanation
        assert "](" not in term.explanation
        assert "*" not in term.explanation


def test_markdown_has_ids_links_and_tables_as_our_pages_have_them() -> None:
    source = "# What, *then*?\n\n[there](a.md) [gone](b.md) <b>no</b>\n\n| a | |\n|---|--:|\n| 1 | 2 |\n"
    page = html.fromstring(str(as_html(source, lambda link: "/a" if link == "a.md" else None)))
    assert page.xpath("//h1/@id") == ["what-then"]
    assert [(one.text, one.get("href")) for one in page.xpath("//a")] == [("there", "/a")]
    assert "gone" in page.text_content()
    assert page.xpath("//b") == []
    assert page.xpath("//@style") == []
    assert page.xpath("//td[@class='number']/text()") == ["2"]
    assert [one.get("scope") for one in page.xpath("//th")] == ["col"]
    assert slug("Null, shuffled null") == "null-shuffled-null"
    assert plain_text("A *term*\nof [ours](x.md).") == "A term of ours."
