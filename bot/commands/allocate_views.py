"""`lodestone allocate table|explain|rules|diff|funds`: the rules and results from every side."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from bot.commands.allocation_options import (
    AsJson,
    AsOf,
    Language,
    ProfileFile,
    open_allocation,
    read_day,
)


def table(as_json: AsJson = False, language: Language = "en") -> None:
    """Print all cells: base mix, neutral weights and worst modelled year, without signals."""
    from bot.allocation.table import all_cells

    opened = open_allocation(language)
    cells = all_cells(opened.allocator.rules)
    if as_json:
        stamp = {
            "rules_version": opened.allocator.rules.version,
            "rules_hash": opened.allocator.rule_set.digest,
        }
        data = [{**cell.model_dump(mode="json"), **stamp} for cell in cells]
        typer.echo(json.dumps(data, ensure_ascii=False))
    else:
        opened.renderer().table(cells)


def explain(
    sleeve: Annotated[str, typer.Argument(help="CASH, BOND, EQ, MIN, DEF, TECH or POL.")],
    profile: ProfileFile = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """Print the ledger of one sleeve: which rule added or took what, on which source."""
    from bot.allocation.sleeves import Sleeve
    from corpus.errors import AllocationError, ProfileError

    name = sleeve.upper()
    if name not in Sleeve.__members__:
        known = ", ".join(Sleeve)
        raise ProfileError(f"there is no sleeve {sleeve!r}; write one of: {known}")
    opened = open_allocation(language)
    result = opened.allocate(opened.read(profile), as_of)
    if result.outcome != "allocation":
        raise AllocationError(f"there is no mix to explain: {result.warnings[0]}")
    if as_json:
        typer.echo(result.sleeve(Sleeve(name)).model_dump_json())
        return
    if profile is None:
        opened.renderer().without_profile()
    opened.renderer().explain(result, Sleeve(name))


def rules(as_json: AsJson = False, language: Language = "en") -> None:
    """Print the rule set: every rule and signal with its source."""
    opened = open_allocation(language)
    if as_json:
        data = opened.allocator.rules.model_dump(mode="json")
        data["rules_hash"] = opened.allocator.rule_set.digest
        typer.echo(json.dumps(data, ensure_ascii=False))
    else:
        opened.renderer().rules()


def diff(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="The earlier day.")],
    second: Annotated[str, typer.Option("--to", metavar="DATE", help="The later day.")],
    profile: ProfileFile = None,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """Say what changed between two days for a profile, and which signals changed it."""
    from bot.allocation.difference import compare_days

    days: list[date] = []
    for option, text in (("--from", first), ("--to", second)):
        day = read_day(option, text)
        if day:
            days.append(day)
    opened = open_allocation(language)
    answers = opened.read(profile)
    opened.switch.permit(answers)
    difference = compare_days(opened.allocator, answers, days[0], days[1])
    if as_json:
        typer.echo(difference.model_dump_json())
        return
    if profile is None:
        opened.renderer().without_profile()
    opened.renderer().difference(difference)


def funds(as_json: AsJson = False, language: Language = "en") -> None:
    """List the funds that are known, with their costs, and where and when those were read."""
    from bot.allocation.phrases import fund_text

    opened = open_allocation(language)
    universe = opened.allocator.universe
    listed = [fund for group in universe.by_sleeve.values() for fund in group]
    listed += [fund for fund in universe.funds if fund.sleeve is None]
    if as_json:
        data = [fund.model_dump(mode="json") for fund in listed]
        typer.echo(json.dumps(data, ensure_ascii=False))
        return
    for fund in listed:
        typer.echo(fund_text(fund, opened.allocator))
