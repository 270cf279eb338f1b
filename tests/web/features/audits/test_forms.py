import pytest
from starlette.datastructures import FormData, QueryParams

from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import corpora
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow, CorpusWord
from skipgram_audit_web.features.audits import forms
from tests.audit_sample import make_corpus


def sent(**changes: str) -> FormData:
    defaults = {name: forms._as_text(value) for name, value in AuditSettings().model_dump().items()}
    return FormData([*(defaults | changes).items(), ("corpus", "3"), ("probes", "weat-6"), ("probes", "weat-7")])


def test_a_first_visit_shows_the_defaults() -> None:
    form = forms.read_form(QueryParams("corpus=3"))
    assert form.corpus_id == 3
    assert form.probe_names == []
    assert forms.read_settings(form) == AuditSettings()


def test_what_was_sent_is_read_back() -> None:
    form = forms.read_form(sent(epochs="7", casefold="", shuffle_documents="", seeds="5 6, 7", estimator="unrolled"))
    assert form.probe_names == ["weat-6", "weat-7"]
    assert forms.read_settings(form) == AuditSettings(
        epochs=7, casefold=False, shuffle_documents=False, seeds=[5, 6, 7], estimator="unrolled"
    )


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("minimum_step_size", "0.5", "larger than the first"),
        ("epochs", "many", "a whole number is needed"),
        ("epochs", "0", "the least is 1"),
        ("epochs", "", "a whole number is needed"),
        ("seeds", "", "fewer than 1 item"),
        ("seeds", "1, 1", "given once"),
        ("seeds", "1, x", "a whole number is needed"),
        ("step_size", "0", "a number above 0"),
        ("estimator", "guess", "'replay', 'unrolled'"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: str, problem: str) -> None:
    form = forms.read_form(sent(**{field: value}))
    assert forms.read_settings(form) is None
    assert list(form.errors) == [field]
    assert problem in form.errors[field]


def test_settings_that_do_not_go_together_are_named() -> None:
    form = forms.read_form(sent(step_size="0.01", minimum_step_size="0.02", batch_tokens="2048", estimator="unrolled"))
    assert forms.read_settings(form) is None
    assert list(form.errors) == ["minimum_step_size", "estimator"]
    assert form.problems().startswith("Last step size: the last step size is larger than the first")
    assert "Estimator: unrolled follows a training update by update" in form.problems()


def test_every_setting_has_a_field_with_its_reason_and_limits() -> None:
    fields = {item.name: item for item in forms.read_form(QueryParams("")).setting_fields()}
    assert set(fields) | {"estimator", "models"} == set(AuditSettings.model_fields)
    assert all(item.help for item in fields.values())
    assert (fields["dimension"].minimum, fields["dimension"].maximum) == (2, 1000)
    assert fields["step_size"].minimum == 0
    assert fields["casefold"].switch
    assert not fields["seeds"].numeric


def test_probes_are_offered_with_what_the_corpus_holds(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    often = ("John", "Paul", "Mike", "Joan", "Lisa", "Sarah", "executive", "home", "parents", "children")
    words = dict.fromkeys(often, 9) | {"Amy": 5, "office": 4, "career": 2, "CAREER": 3}
    with database.session() as session:
        session.add_all(
            CorpusWord(corpus_id=corpus_id, word=word, folded=word.casefold(), count=count)
            for word, count in words.items()
        )
    with database.session() as session:
        corpus: CorpusRow = corpora.get(session, corpus_id)
        form = forms.AuditForm(corpus_id=corpus_id, values=forms._defaults(), probe_names=["weat-6"])
        by_name = {choice.probe.name: choice for choice in forms.probe_choices(session, form, corpus)}
        choice = by_name["weat-6"]
        assert choice.checked
        assert choice.measurable
        assert choice.sets == [("Male names", 3, 8), ("Female names", 4, 8), ("Career", 2, 8), ("Family", 3, 8)]
        assert "office" in choice.missing
        assert not by_name["weat-1"].measurable
        form.values["minimum_count"] = "6"
        (lacking,) = {c.probe.name: c for c in forms.probe_choices(session, form, corpus)}["weat-6"].lacking
        assert (lacking.name, lacking.found, lacking.needed) == ("Career", 1, 2)
        form.values["minimum_count"] = "1"
        assert "office" in {c.probe.name: c for c in forms.probe_choices(session, form, corpus)}["weat-6"].missing
        form.values |= {"minimum_count": "nonsense", "casefold": ""}
        strict = {c.probe.name: c for c in forms.probe_choices(session, form, corpus)}["weat-6"]
        assert ("Career", 1, 8) in strict.sets
