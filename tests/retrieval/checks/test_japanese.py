"""Japanese claims around English quotes."""

from __future__ import annotations

import pytest

from retrieval.verify import check_claim

QUOTE = "On 7 August 2025 the United States cut its tariff on Swiss watches from 39% to 15%."


@pytest.mark.parametrize(
    "claim",
    [
        "米国は2025年8月7日にスイス製時計への関税を39％から15％に引き下げました。",
        f"概要によると、「{QUOTE}」とあります。[1]",
        "原文は次のとおりです：「the United States cut its tariff on Swiss watches」。",
    ],
)
def test_japanese_words_around_the_facts_pass(claim: str) -> None:
    assert check_claim(claim, [QUOTE]).ok


@pytest.mark.parametrize(
    "claim",
    [
        "米国は2025年8月7日にスイス製時計への関税を39％から25％に引き下げました。",
        "米国は2025年8月8日にスイス製時計への関税を39％から15％に引き下げました。",
        "米国は2025年8月7日にスイス製時計への関税を15％から39％に引き下げました。",
        "米国は2025年8月7日にスイス製時計への関税を15％に引き上げました。",
        "日本は2025年8月7日にスイス製時計への関税を15％に引き下げました。",
        "米国はスイス製時計への関税を15％に引き下げていません。",
        "米国はスイス製時計への関税を約15％に引き下げました。",
        "概要によると、「the United States raised its tariff on Swiss watches」とあります。",
    ],
)
def test_a_changed_fact_is_caught_in_japanese_too(claim: str) -> None:
    assert not check_claim(claim, [QUOTE]).ok


@pytest.mark.parametrize(
    ("claimed", "quoted"),
    [
        ("5500億ドル", "USD 550 billion"),
        ("1兆4500億円", "1.45 trillion yen"),
        ("9万6600トン", "96,600 tonnes"),
        ("2026年度", "fiscal 2026"),
    ],
)
def test_japanese_figures_are_read(claimed: str, quoted: str) -> None:
    assert check_claim(f"合計は{claimed}です。", [f"The total is {quoted}."]).ok


def test_japanese_documents_are_matched_in_japanese() -> None:
    quote = "日本政府は重要鉱物の備蓄を2026年度に増やす方針です。"
    assert check_claim("政府は重要鉱物の備蓄を増やす方針です。", [quote]).ok
    assert not check_claim("政府は自動車関税の還付を求める方針です。", [quote]).ok
