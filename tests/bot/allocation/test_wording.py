"""What is said, and what must never be said: in the words files and in everything rendered."""

from __future__ import annotations

import io
import re
import string
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml
from matplotlib.figure import Figure
from matplotlib.text import Text
from rich.console import Console

from bot.allocation import Allocator, all_cells, chart, compare_days
from bot.allocation.render import Renderer
from bot.allocation.sleeves import Sleeve
from bot.allocation.words.model import words_file
from bot.pictures import paint
from tests.bot.allocation.cases import profile
from tests.bot.allocation.invariants import allocate
from tests.conftest import TODAY

FORBIDDEN_EN = re.compile(
    r"\b(buy|buys|buying|sell|sells|selling|hold|holding(?!s)|best|safe|safer|safest|safely|"
    r"guarantees?|guaranteed|recommend\w*|hurry|urgent\w*|immediately|now|today|quickly|asap|"
    r"last chance|don't miss|forecasts?|predict\w*|will (?:rise|fall|gain|lose|recover)|"
    r"suitable for you|target price|outperform\w*|risk-free|can't lose|must-have)\b",
    re.IGNORECASE,
)
FORBIDDEN_JA = re.compile(
    r"買[いうおえっわ]|購入|売[りるろれっら](?!上)|売却|保有|最適|最良|最善|ベスト|お?勧め|おすすめ|推奨|"
    r"安全|保証|確実|必ず|あなたに(?:適|合|ふさわ)|目標株価|目標価格|上がるでしょう|上昇する|"
    r"値上がりする|下落する|今すぐ|急いで|お早めに|至急|予測|予想|見通し|元本"
)

CASES: list[tuple[dict[str, Any], date]] = [
    ({}, TODAY),
    ({"willingness": 5, "tolerable_loss_pct": 40}, date(2026, 2, 10)),
    ({"willingness": 5, "tolerable_loss_pct": 50, "implementation": "funds"}, date(2025, 11, 15)),
    ({"willingness": 2, "horizon": "3-10y"}, date(2027, 3, 1)),
    ({"horizon": "under-3y", "tolerable_loss_pct": 5}, date(2024, 12, 1)),
    ({"exclusions": ["MIN", "defense", "china-exposure", "VT"], "country": "JP"}, TODAY),
    ({"exclusions": ["URA", "URNM"], "amount": 5000, "currency": "EUR"}, date(2030, 1, 1)),
    ({"theme_knowledge": False, "tolerable_loss_pct": 26.7}, TODAY),
    ({"emergency_fund": False, "costly_debt": True, "tolerable_loss_pct": 1}, TODAY),
    ({"tolerable_loss_pct": 13}, TODAY),
    (
        {
            "holdings": [
                {"ticker": "VT", "percent": 60},
                {"ticker": "GLD", "percent": 10},
                {"ticker": "CASH", "percent": 30},
            ]
        },
        TODAY,
    ),
]


def leaves(value: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    if isinstance(value, dict):
        pairs = [leaves(inner, (*path, str(key))) for key, inner in value.items()]
        return {key: text for pair in pairs for key, text in pair.items()}
    if isinstance(value, list):
        return leaves({str(n): inner for n, inner in enumerate(value)}, path)
    return {path: str(value)}


def words_of(language: str) -> dict[tuple[str, ...], str]:
    path = words_file("ja" if language == "ja" else "en")
    return leaves(yaml.safe_load(path.read_text(encoding="utf-8")))


def without_names(text: str, allocator: Allocator) -> str:
    """The text without what is not ours to word: titles of documents, names of funds, addresses."""
    names = [signal.document.title for signal in allocator.signals]
    names += [fund.name for fund in allocator.universe.funds]
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "")
    return re.sub(r"https?://\S+", "", text)


def rendered(allocator: Allocator, data: dict[str, Any], day: date) -> str:
    file = io.StringIO()
    renderer = Renderer(allocator, Console(file=file, width=200, highlight=False, emoji=False))
    result = allocate(allocator, profile(**data), day)
    renderer.show(result)
    renderer.table(all_cells(allocator.rules))
    renderer.rules()
    renderer.difference(
        compare_days(allocator, allocator.parse(profile(**data)), date(2025, 11, 15), day)
    )
    if result.outcome == "allocation":
        for sleeve in Sleeve:
            renderer.explain(result, sleeve)
    return file.getvalue()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_words_file_says_what_must_not_be_said(language: str) -> None:
    pattern = FORBIDDEN_JA if language == "ja" else FORBIDDEN_EN
    for key, text in words_of(language).items():
        assert not pattern.search(text), (key, text)


@pytest.mark.parametrize(("data", "day"), CASES)
def test_no_result_says_what_must_not_be_said(
    allocator: Allocator, allocator_ja: Allocator, data: dict[str, Any], day: date
) -> None:
    for made_by in (allocator, allocator_ja):
        result = allocate(made_by, profile(**data), day)
        text = result.model_dump_json(exclude={"profile"}) + rendered(made_by, data, day)
        text = without_names(text, made_by)
        found = FORBIDDEN_EN.search(text)
        assert found is None, text[max(0, found.start() - 60) : found.end() + 60]
        if made_by is allocator_ja:
            # Quotes and sources are in English; what is Japanese is ours.
            said = FORBIDDEN_JA.search(text)
            assert said is None, text[max(0, said.start() - 30) : said.end() + 30]


@pytest.mark.parametrize(("data", "day"), CASES)
def test_every_result_says_what_it_is(
    allocator: Allocator, data: dict[str, Any], day: date
) -> None:
    text = " ".join(allocate(allocator, profile(**data), day).disclosures)
    for words in (
        "general information",
        "made by",
        "rules decide",
        "sources and dates",
        "lose money",
        "whole situation",
        "sovereign-backed",
    ):
        assert words in text


def test_assumptions_are_marked_wherever_they_are_shown(allocator: Allocator) -> None:
    result = allocate(allocator, profile(), TODAY)
    for sleeve in result.sleeves:
        assert all("[A]" in line.reason for line in sleeve.ledger)
    text = rendered(allocator, {}, TODAY)
    assert "Worst modelled year [A]" in text
    for scenario in allocator.words.scenarios.values():
        (line,) = [x for x in text.splitlines() if x.startswith(f"{scenario}: ") and "%" in x][:1]
        assert "[A]" in line


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    english, japanese = words_of("en"), words_of("ja")
    lists = {"skip_words", "back_words", "none_words", "yes_words", "no_words"}
    keys = [{k for k in words if not lists & set(k)} for words in (english, japanese)]
    assert keys[0] == keys[1]
    for key in keys[0]:
        blanks = [
            {name for _, name, _, _ in string.Formatter().parse(words[key]) if name}
            for words in (english, japanese)
        ]
        assert blanks[0] == blanks[1], key


def test_japanese_results_are_in_japanese(allocator_ja: Allocator) -> None:
    result = allocate(allocator_ja, profile(), TODAY)
    kana = re.compile(r"[぀-ヿ一-鿿]")
    texts = [*result.warnings, *result.disclosures, *(s.scenario for s in result.stress)]
    texts += [line.reason for s in result.sleeves for line in s.ledger]
    texts += [line.why for line in result.rules_not_fired] + [s.counter for s in result.signals]
    assert all(kana.search(text) for text in texts)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        (FORBIDDEN_EN, "You should buy VT."),
        (FORBIDDEN_EN, "Hold it for ten years."),
        (FORBIDDEN_EN, "This mix is suitable for you."),
        (FORBIDDEN_EN, "Minerals will rise."),
        (FORBIDDEN_EN, "The safest fund, guaranteed."),
        (FORBIDDEN_EN, "Act now, before it is late."),
        (FORBIDDEN_EN, "Our forecast is 12 %."),
        (FORBIDDEN_JA, "VTを購入してください。"),
        (FORBIDDEN_JA, "今すぐ売却を。"),
        (FORBIDDEN_JA, "最適な配分です。"),
        (FORBIDDEN_JA, "あなたに合った安全な投資です。"),
        (FORBIDDEN_JA, "株価は上昇する見通しです。"),
        (FORBIDDEN_JA, "利益を保証します。"),
    ],
)
def test_what_must_not_be_said_would_be_found(pattern: re.Pattern[str], sentence: str) -> None:
    assert pattern.search(sentence)


def test_no_picture_says_what_must_not_be_said(
    allocator: Allocator, allocator_ja: Allocator, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []

    def watched(draw: Callable[[Figure], object], **how: Any) -> bytes:  # noqa: ANN401
        def drawn(figure: Figure) -> None:
            draw(figure)
            texts.extend(words_on(figure))

        return paint(drawn, **how)

    monkeypatch.setattr(chart, "paint", watched)
    for made_by, pattern in ((allocator, FORBIDDEN_EN), (allocator_ja, FORBIDDEN_JA)):
        for data, day in CASES[:5]:
            result = allocate(made_by, profile(**data), day)
            if result.outcome == "allocation":
                chart.draw_allocation(result, made_by.words)
        assert made_by.words.lines.chart_note in "\n".join(texts)
        for text in texts:
            assert not pattern.search(text), text
        texts.clear()


def words_on(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]
