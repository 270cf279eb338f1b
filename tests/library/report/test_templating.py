from html import unescape

from skipgram_audit.report.templating import make_environment


def test_word_lists_of_a_manifest_keep_their_order_which_decides_the_sign() -> None:
    template = make_environment().from_string("{{ lists|tojson }}")
    assert unescape(template.render(lists={"Women": ["她"], "Men": ["他"]})) == '{"Women": ["她"], "Men": ["他"]}'
