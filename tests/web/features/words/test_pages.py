"""The pages and the API of words, over small hand-made tables."""

import json

import numpy as np
import pytest
from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit.store.columns import audit_identity
from skipgram_audit.store.database import Database
from skipgram_audit.store.word_tables import words_folder
from skipgram_audit_web.features.words.service import marked_pieces
from tests.audit_sample import Sample, make_audit
from tests.stored_files import audit_of
from tests.web import page as reading

HOSTILE = "<script>alert(1)</script>"
WORDS = ["home", "office", "she", "rain", HOSTILE]
INFLUENCE = {"weat-6": [0.5, -0.25, 0.125, 0.0, 0.0625], "he and she": [0.25, 0.0, -0.5, 0.0, 0.0]}


def bobs_tokens(documents: int) -> dict[str, np.ndarray]:
    """The second document's "home ... home office she" as its first sentence, its second token without influence.

    The store has seven tokens of influence there ("Bob stayed at home with his family"): the mask has as many.
    Documents after it have no sentence.
    """
    active = np.zeros((2, 8), bool)
    active[:, [0, 2, 3, 4, 5, 6, 7]] = True
    return {
        "tokens": np.array([3, 3, 3, 0, 1, 2, 3, 3], np.int32),
        "sentence_offsets": np.array([0, 0, 0, 0, 8, 8], np.int64),
        "document_sentences": np.array([0, 3, 5, *[5] * (documents - 2)], np.int64),
        "active": active,
        "keep": np.array([1.0, 0.5, 1.0, 1.0, 1.0]),
    }


def write_tables(settings: Settings, sample: Sample, pairs: bool, made_from: str = "") -> None:
    """home stands beside office and she; the script beside she."""
    database = Database(settings)
    audit = audit_of(database, sample.audit_id)
    documents = audit.corpus.document_count
    database.close()
    folder = words_folder(settings, audit)
    folder.mkdir(parents=True)
    arrays = {
        "counts": np.array([9, 7, 5, 3, 1]),
        "document_counts": np.array([4, 3, 2, 1, 1]),
        "influence": np.array(list(INFLUENCE.values())),
        "examples": np.array([[[[4, 1], [1, 0], [-1, -1]]] + [[[-1, -1]] * 3] * 4] * 2, np.int32),
        "vectors": np.eye(5, dtype=np.float32)[None].repeat(2, 0),
    }
    arrays["vectors"][:, 1, :2] = [0.6, 0.8]
    if pairs:
        arrays |= {
            "offsets": np.array([0, 2, 3, 5, 5, 6]),
            "partners": np.array([1, 2, 0, 0, 4, 2], np.int32),
            "pairs": np.array([[0.75, -0.25, 0.75, -0.25, 0.0625, 0.0625], [0.0] * 6], np.float32),
            "pair_counts": np.array([4.0, 2.0, 4.0, 2.0, 1.0, 1.0], np.float32),
            **bobs_tokens(documents),
        }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    made_from = made_from or audit_identity(audit)
    content = {"made_from": made_from, "probes": list(INFLUENCE), "window": 2, "language": "en", "words": WORDS}
    (folder / "words.json").write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database)


def test_tables_of_another_audit_are_not_believed(client: TestClient, settings: Settings, sample: Sample) -> None:
    write_tables(settings, sample, pairs=True, made_from="another audit's")
    assert ">home</a>" not in client.get(f"/audits/{sample.audit_id}/words").text
    assert client.get(f"/api/v1/audits/{sample.audit_id}/words").status_code == 404


def test_words_are_listed_by_influence(client: TestClient, settings: Settings, sample: Sample) -> None:
    write_tables(settings, sample, pairs=True)
    root = f"/audits/{sample.audit_id}"
    assert f'href="{root}/words?probe=weat-6"' in client.get(root).text
    page = client.get(f"{root}/words?probe=weat-6").text
    assert reading.values(page, "words") == ["5"]
    assert len(reading.rows(page, "Words by influence on weat-6")) == 5
    places = [page.index(f">{word}</a>") for word in ("home", "office", "she")]
    assert places == sorted(places)
    assert HOSTILE not in page
    for order, expected in (
        ("word", sorted(WORDS)),
        ("each", [HOSTILE, "home", "office", "she", "rain"]),
        ("count", WORDS),
        ("count&left_out=2", WORDS[2:]),
    ):
        listed = client.get(f"/api/v1{root}/words?probe=weat-6&order={order}").json()["items"]
        assert [item["word"] for item in listed] == expected
    left = client.get(f"{root}/words?probe=weat-6&order=count&left_out=2").text
    assert [row[0] for row in reading.rows(left, "Words by influence on weat-6")] == [
        *WORDS[2:],
    ]
    assert "left_out=2" in next(link for link in reading.links(left) if "order=each" in link)
    mitigating = client.get(f"{root}/words?probe=weat-6&order=mitigating").text
    assert ">office</a>" in mitigating
    assert ">home</a>" not in mitigating
    found = client.get(f"{root}/words?probe=weat-6&search=OFF").text
    assert reading.values(found, "words") == ["1"]
    assert reading.values(client.get(f"{root}/words?search=zzz").text, "empty") == ["words"]
    api = client.get(f"/api/v1{root}/words", params={"probe": "weat-6", "limit": 2, "offset": 1}).json()
    assert api["total"] == 5
    assert [(item["word"], item["influence"]) for item in api["items"]] == [("office", -0.25), ("she", 0.125)]


def test_the_probes_own_words_can_be_listed_alone(client: TestClient, settings: Settings, sample: Sample) -> None:
    write_tables(settings, sample, pairs=True)
    page = client.get(f"/audits/{sample.audit_id}/words?probe=he+and+she&own=true").text
    listed = [row[0] for row in reading.rows(page, "Words by influence on he and she")]
    assert "rain" not in listed
    assert [word for word in listed if word.startswith("she ")]


def test_a_word_has_partners_neighbours_and_examples(client: TestClient, settings: Settings, sample: Sample) -> None:
    write_tables(settings, sample, pairs=True)
    root = f"/audits/{sample.audit_id}"
    page = client.get(f"{root}/word?word=home&probe=weat-6").text
    amplifying, mitigating = (reading.rows(page, f"Partners of home that {side}") for side in ("amplify", "mitigate"))
    assert [row[0] for row in amplifying[::2]] == ["office"]
    assert [row[0] for row in mitigating[::2]] == ["she"]
    assert "😀 from her <mark>home</mark>." in page
    assert f'{root}/documents/{sample.document_ids[4]}?probe=weat-6&amp;from=0#s2"' in page
    detail = client.get(f"/api/v1{root}/words/home", params={"probe": "weat-6"}).json()
    assert [(one["word"], one["influence"], one["updates"]) for one in detail["amplifying"]] == [("office", 0.75, 4.0)]
    assert [(one["word"], one["influence"]) for one in detail["mitigating"]] == [("she", -0.25)]
    assert detail["neighbours"][0]["word"] == "office"
    assert detail["neighbours"][0]["cosine"] == pytest.approx(0.6)
    assert [one["sentence"] for one in detail["examples"]] == [2, 1]
    hostile = client.get(f"{root}/word", params={"word": HOSTILE, "probe": "weat-6"})
    assert hostile.status_code == 200
    assert HOSTILE not in hostile.text
    assert client.get(f"{root}/word?word=zzz").status_code == 404


def test_the_side_that_amplifies_is_the_probes(client: TestClient, settings: Settings, sample: Sample) -> None:
    """The score of 'he and she' is negative: negative influence amplifies it."""
    write_tables(settings, sample, pairs=True)
    api = f"/api/v1/audits/{sample.audit_id}/words"
    found = client.get(api, params={"probe": "he and she", "order": "amplifying"}).json()
    assert [item["word"] for item in found["items"]] == ["she"]


def test_without_pairs_or_tables_the_pages_say_so(client: TestClient, settings: Settings, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    assert reading.values(client.get(f"{root}/words").text, "empty") == ["word-tables"]
    assert client.get(f"{root}/word?word=home").status_code == 404
    assert client.get(f"/api/v1{root}/words").status_code == 404
    write_tables(settings, sample, pairs=False)
    assert "no-pairs" in reading.values(client.get(f"{root}/word?word=home").text, "notice")
    assert client.get(f"/api/v1{root}/words/home").json()["has_pairs"] is False


def test_the_pairs_behind_a_token_of_a_document(client: TestClient, settings: Settings, sample: Sample) -> None:
    """The third token with influence, "at" in the text, is the fourth of the sentence, home in these tables.

    Window 2. office, next to it and kept half the time: 0.5 updates of 0.75 / 4 each. she, two places on: a distance of
    1 when office goes, of 2 else: (0.5 * 2 + 0.5 * 1) / 2 = 0.75 updates of -0.25 / 2 each.
    """
    write_tables(settings, sample, pairs=True)
    root = f"/audits/{sample.audit_id}/documents/{sample.document_ids[1]}"
    start = "Bob stayed at".index("at")
    found = client.get(f"/api/v1{root}/tokens/{start}", params={"probe": "weat-6"}).json()
    assert (found["word"], found["sentence"]) == ("home", 1)
    pairs = {pair["word"]: pair for pair in found["pairs"]}
    assert set(pairs) == {"office", "she"}
    assert (pairs["office"]["distance"], pairs["office"]["updates"]) == (1, 0.5)
    assert pairs["office"]["influence"] == pytest.approx(0.5 * 0.75 / 4)
    assert (pairs["she"]["distance"], pairs["she"]["updates"]) == (2, 0.75)
    assert pairs["she"]["influence"] == pytest.approx(-0.75 * 0.25 / 2)
    page = client.get(f"{root}/tokens/{start}?probe=weat-6").text
    assert "<mark>at</mark>" in page
    assert reading.values(page, "silent-partners") == [str(found["silent"])]
    document = client.get(f"{root}?probe=weat-6").text
    assert f'href="{root}/tokens/' in document
    # Hundreds of links can be passed over at once.
    assert 'href="#sentences"' in document
    assert 'id="sentences"' in document
    assert client.get(f"{root}/tokens/1?probe=weat-6").status_code == 404


def test_without_the_pairs_of_tokens_documents_lead_to_none(
    client: TestClient, settings: Settings, sample: Sample
) -> None:
    write_tables(settings, sample, pairs=False)
    root = f"/audits/{sample.audit_id}/documents/{sample.document_ids[1]}"
    page = client.get(f"{root}?probe=weat-6").text
    assert "/tokens/" not in page
    assert reading.values(page, "pairs") == ["unknown"]
    missing = client.get(f"/api/v1{root}/tokens/0", params={"probe": "weat-6"})
    assert missing.status_code == 404
    assert missing.json()["error"]["code"] == "not_found"


def test_the_word_is_marked_in_the_part_of_a_sentence_that_is_shown() -> None:
    text = "xx he saw he. " + "a" * 1000
    assert marked_pieces(text, 3, 13, [(3, 5), (10, 12)]) == [
        ("he", True),
        (" saw ", False),
        ("he", True),
        (".", False),
    ]
    long = "b" * 900 + "word" + "c" * 900
    pieces = marked_pieces(long, 0, len(long), [(900, 904)])
    assert pieces == [("…", False), ("b" * 300, False), ("word", True), ("c" * 296, False), ("…", False)]
    assert marked_pieces(long, 0, len(long), []) == [("b" * 600, False), ("…", False)]
    assert "".join(piece for piece, _ in marked_pieces(long, 1700, len(long), [])) == "c" * 104


def test_a_partner_has_a_sentence_with_both(client: TestClient, settings: Settings, sample: Sample) -> None:
    write_tables(settings, sample, pairs=True)
    root = f"/audits/{sample.audit_id}"
    shared = client.get(f"/api/v1{root}/words/home", params={"probe": "weat-6"}).json()["shared"]
    assert set(shared) == {"office", "she"}
    assert shared["she"]["document_id"] == sample.document_ids[1]
    assert shared["she"]["text"] == "Bob stayed at home with his family."
    page = client.get(f"{root}/word?word=home&probe=weat-6").text
    assert page.count("<details><summary>Example") == 2
    assert "<mark>home</mark>" in page
