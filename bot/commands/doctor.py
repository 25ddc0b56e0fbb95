"""`lodestone doctor`: what is configured, what is missing, how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.output import printable


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Examine the installation; exit status 1 when something keeps it from answering."""
    import json

    from bot.doctor import Severity, describe, examine
    from bot.settings import load_settings

    settings = load_settings()
    findings = list(examine(settings))
    listed = list(describe(settings))
    if as_json:
        data = {
            "findings": [finding.model_dump(mode="json") for finding in findings],
            "settings": [dict(zip(("name", "value", "from"), row, strict=True)) for row in listed],
        }
        typer.echo(json.dumps(data, ensure_ascii=False))
    else:
        for finding in findings:
            remedy = f"; {finding.remedy}" if finding.remedy else ""
            line = f"{finding.severity.value:6}{finding.part:12}{finding.message}{remedy}"
            typer.echo(printable(line))
        typer.echo("")
        width = max(len(name) for name, _, _ in listed)
        for name, value, source in listed:
            typer.echo(printable(f"{name:{width}}  {value}  ({source})"))
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(1)
