"""What a result warns of: closed gates, thin choices, tolerable losses passed, lapsed signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from bot.allocation.figures import exact
from bot.allocation.profile import Profile
from bot.allocation.rules import RuleId, Rules
from bot.allocation.signals import Reading
from bot.allocation.sleeves import LEVELS, Horizon, Implementation, Sleeve
from bot.allocation.steps import Case
from bot.allocation.words import AllocationWords

LISTED_IN = "US"
"""Where the funds of the universe are listed."""


def gate_warnings(
    profile: Profile,
    rules: Rules,
    worst_years: Mapping[Horizon, Mapping[int, Decimal]],
    capacity: int,
    words: AllocationWords,
) -> dict[RuleId, str]:
    """The gates that are closed, and what each says; empty where a mix can be made."""
    found = {}
    if not profile.emergency_fund:
        found[RuleId.EMERGENCY_FUND] = words.warnings.emergency_fund
    if profile.costly_debt:
        found[RuleId.COSTLY_DEBT] = words.warnings.costly_debt
    if not capacity:
        tolerable = exact(profile.tolerable_loss_pct)
        lowest = {horizon: years[LEVELS[0]] for horizon, years in worst_years.items()}
        covered = [h for h, worst in lowest.items() if -worst <= tolerable]
        text = words.warnings.tolerable_loss if covered else words.warnings.tolerable_loss_nowhere
        found[RuleId.TOLERABLE_LOSS] = text.format(
            tolerable=plain(tolerable),
            horizon=words.horizons[profile.horizon],
            worst=shown(lowest[profile.horizon]),
            covered=", ".join(f"{words.horizons[h]} ({h.value})" for h in covered),
        )
    return {rule: text for rule, text in found.items() if rule in rules}


def mix_warnings(case: Case, weights: Mapping[Sleeve, int], worst: Decimal) -> tuple[str, ...]:
    """What to say beside a mix.

    Args:
        case: what the mix was made for.
        weights: the final basis points.
        worst: its worst modelled year in percent, a loss being negative.
    """
    return (*_about_mix(case, weights, worst), *signal_warnings(case.readings, case.words))


def signal_warnings(readings: Sequence[Reading], words: AllocationWords) -> tuple[str, ...]:
    """The notices that are due, and a banner for each signal that has lapsed."""
    found = []
    for reading in readings:
        document, told = reading.signal.document, words.signals[reading.signal.id]
        if reading.notice_due and told.notice:
            found.append(
                told.notice.format(published=document.published, until=document.effective_until)
            )
        if reading.lapsed:
            found.append(
                words.warnings.lapsed.format(
                    title=told.title,
                    id=reading.signal.id,
                    document=document.title,
                    day=reading.lapsed_on,
                )
            )
    return tuple(found)


def _about_mix(case: Case, weights: Mapping[Sleeve, int], worst: Decimal) -> Iterator[str]:
    profile, words = case.profile, case.words.warnings
    tolerable = exact(profile.tolerable_loss_pct)
    if not profile.theme_knowledge:
        yield words.theme_knowledge
    if -worst > tolerable:
        yield words.past_tolerable.format(worst=shown(worst), tolerable=plain(tolerable))
    if Sleeve.DEF in profile.excluded_themes:
        yield words.no_defence
    if weights[Sleeve.TECH]:
        yield words.tech_overlap
    if weights[Sleeve.MIN] and case.funds[Sleeve.MIN].only_uranium(case.rules.naming(Sleeve.MIN)):
        yield words.only_uranium
    by_funds = profile.implementation is Implementation.FUNDS
    for sleeve, funds in case.funds.items():
        found = funds.chosen if by_funds else funds.passing
        if weights[sleeve] and not found:
            yield words.no_fund.format(sleeve=sleeve.value)
    if profile.country and profile.country != LISTED_IN:
        yield words.listed_elsewhere.format(country=profile.country)


def plain(value: Decimal) -> str:
    """A number without idle zeros."""
    return f"{value.normalize():f}"


def shown(value: Decimal) -> str:
    """A percentage with a proper minus sign."""
    return str(value).replace("-", "−")
