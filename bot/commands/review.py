"""`lodestone review`: the reviewers' web pages, and who may read them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.output import printable, warn

if TYPE_CHECKING:
    from bot.review.access import Access, Role

review_app = typer.Typer(
    help="The reviewers' web pages: judge what was asked and answered.",
    invoke_without_command=True,
)

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The account's name.")]
_RoleOption = Annotated[
    str, typer.Option("--role", metavar="ROLE", help="viewer, reviewer or admin.")
]


@review_app.callback()
def review(context: typer.Context) -> None:
    """Serve the review pages until stopped; the subcommands say who may sign in."""
    if context.invoked_subcommand is None:
        from bot.review.run import run_review
        from bot.settings import load_settings

        run_review(load_settings())


@review_app.command("add-user")
def add_user(
    name: _Name,
    role: _RoleOption = "reviewer",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Sign in by one-time link only.")
    ] = False,
) -> None:
    """Make an account. The password is asked for, or read from stdin, never an argument."""
    from bot.review.access.accounts import clean_name

    access, wanted = _access(), _role(role)
    # What is wrong with the name is said before anyone types a password.
    clean_name(name)
    password = None if no_password else _password()
    account = access.accounts.add(name, wanted, password)
    how = "with a password" if account.has_password else "by one-time link only"
    typer.echo(f"{account.name} may sign in as {account.role.value}, {how}.")


@review_app.command("list-users")
def list_users() -> None:
    """List the accounts: name, role, how they sign in, since when."""
    accounts = _access().accounts.all()
    if not accounts:
        typer.echo("No accounts yet. Make one: lodestone review add-user NAME", err=True)
    for account in accounts:
        how = "password" if account.has_password else "link"
        since = f"{account.created_at:%Y-%m-%d}"
        typer.echo(printable("\t".join((account.name, account.role.value, how, since))))


@review_app.command("remove-user")
def remove_user(name: _Name) -> None:
    """Delete an account; its sessions end at once, its reviews stay."""
    _access().accounts.remove(name)
    typer.echo(printable(f"{name} may not sign in any more."))


@review_app.command("link")
def link(name: _Name) -> None:
    """Print a link that signs one person in, once, within ten minutes."""
    from bot.review.serving import address_of
    from bot.settings import load_settings

    issued = _access().issue_link(name)
    typer.echo(issued.url(address_of(load_settings())))
    warn(
        f"signs {issued.account} in once, until {issued.expires_at:%H:%M} UTC; send it to no other"
    )


def _access() -> Access:
    from bot.database import Database
    from bot.review.access import Access
    from bot.settings import load_settings

    return Access(Database(load_settings().journal_url()))


def _role(given: str) -> Role:
    from bot.review.access import Role
    from corpus.errors import UsageError

    try:
        return Role(given.lower())
    except ValueError:
        raise UsageError(
            f"--role {given!r}: no such role; use {', '.join(role.value for role in Role)}"
        ) from None


def _password() -> str:
    """From whoever types it, twice; or one line from stdin where nobody types."""
    from corpus.errors import UsageError

    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise UsageError("no password on stdin: write it as one line, or use --no-password")
        return given
    given = typer.prompt("Password", hide_input=True)
    if typer.prompt("Again", hide_input=True) != given:
        raise UsageError("the two passwords differ: try again")
    return str(given)
