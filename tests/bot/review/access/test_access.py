from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.database import Database
from bot.review.access import Access, Role, Signed
from bot.review.access.attempts import PER_ACCOUNT, PER_ADDRESS, TooManyAttemptsError
from bot.review.schema import AccountRow, LinkRow, SessionRow
from corpus.errors import AccessError
from tests.bot.review.site import PASSWORD, Clock

HERE = "192.0.2.1"


@pytest.fixture
def mika(access: Access) -> str:
    return access.accounts.add("mika", Role.REVIEWER, PASSWORD).name


def sign_in(access: Access, name: str = "mika", password: str = PASSWORD) -> Signed:
    return access.sign_in(name, password, address=HERE)


def test_the_right_password_opens_a_session_with_the_accounts_role(
    access: Access, mika: str
) -> None:
    signed = sign_in(access)
    assert access.signed(signed.token) == signed
    assert signed.may(Role.VIEWER)
    assert signed.may(Role.REVIEWER)
    assert not signed.may(Role.ADMIN)


@pytest.mark.parametrize(
    ("name", "password"),
    [("mika", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("a b", PASSWORD)],
)
def test_what_was_wrong_is_not_said(access: Access, mika: str, name: str, password: str) -> None:
    with pytest.raises(AccessError, match="the name or the password is wrong"):
        sign_in(access, name, password)


def test_an_account_without_a_password_does_not_open_by_any(access: Access) -> None:
    access.accounts.add("jun", Role.VIEWER)
    with pytest.raises(AccessError):
        sign_in(access, "jun", "nobody's password")


def test_nothing_that_opens_anything_is_kept(access: Access, mika: str, database: Database) -> None:
    signed, link = sign_in(access), access.issue_link("mika")
    with database.reading() as session:
        kept = [
            session.scalar(select(AccountRow.password_hash)),
            session.scalar(select(SessionRow.digest)),
            session.scalar(select(LinkRow.digest)),
        ]
    assert str(kept[0]).startswith("$argon2id$")
    for secret in (PASSWORD, signed.token, link.token):
        assert secret not in str(kept)


def test_a_session_ends_when_it_is_not_used(access: Access, mika: str, clock: Clock) -> None:
    token = sign_in(access).token
    clock.turn(minutes=119)
    assert access.signed(token) is not None
    clock.turn(minutes=119)
    assert access.signed(token) is not None
    clock.turn(minutes=121)
    assert access.signed(token) is None
    clock.turn(minutes=-121)
    assert access.signed(token) is None


def test_a_session_ends_after_half_a_day_however_busy(
    access: Access, mika: str, clock: Clock
) -> None:
    token = sign_in(access).token
    for _ in range(12):
        clock.turn(minutes=60)
        assert access.signed(token) is not None
    clock.turn(minutes=1)
    assert access.signed(token) is None


def test_signing_out_ends_that_session_alone(access: Access, mika: str) -> None:
    first, second = sign_in(access), sign_in(access)
    access.sign_out(first.token)
    assert access.signed(first.token) is None
    assert access.signed(second.token) is not None


def test_removing_an_account_ends_its_sessions_and_links(access: Access, mika: str) -> None:
    token, link = sign_in(access).token, access.issue_link("mika")
    access.accounts.remove("mika")
    assert access.signed(token) is None
    with pytest.raises(AccessError, match="used already or is too old"):
        access.redeem(link.token, address=HERE)
    with pytest.raises(AccessError, match="lodestone review list-users"):
        access.accounts.remove("mika")


def test_a_link_signs_in_once(access: Access, mika: str) -> None:
    link = access.issue_link("mika")
    assert link.url("https://review.example/") == f"https://review.example/link/{link.token}"
    assert access.redeem(link.token, address=HERE).name == "mika"
    with pytest.raises(AccessError, match="ask for a new one"):
        access.redeem(link.token, address=HERE)


def test_of_several_who_use_a_link_at_once_one_gets_in(access: Access, mika: str) -> None:
    token = access.issue_link("mika").token

    def attempt(_: int) -> bool:
        try:
            access.redeem(token, address=HERE)
        except AccessError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(attempt, range(6))) == 1


def test_a_link_is_too_old_after_ten_minutes(access: Access, mika: str, clock: Clock) -> None:
    link = access.issue_link("mika")
    clock.turn(minutes=10)
    with pytest.raises(AccessError):
        access.redeem(link.token, address=HERE)


def test_a_link_for_somebody_with_a_role_makes_the_account(access: Access) -> None:
    with pytest.raises(AccessError, match="no account 'rin'"):
        access.issue_link("rin")
    link = access.issue_link("rin", Role.REVIEWER)
    assert access.redeem(link.token, address=HERE).account.role is Role.REVIEWER
    access.issue_link("rin", Role.VIEWER)
    assert [(a.name, a.role, a.has_password) for a in access.accounts.all()] == [
        ("rin", Role.VIEWER, False)
    ]


def test_guessing_at_one_account_is_stopped_also_for_the_right_password(
    access: Access, mika: str, clock: Clock
) -> None:
    for n in range(PER_ACCOUNT):
        with pytest.raises(AccessError, match="wrong"):
            access.sign_in("Mika", "guess", address=f"192.0.2.{n}")
    with pytest.raises(TooManyAttemptsError, match="wait 15 minutes"):
        sign_in(access)
    clock.turn(minutes=15, seconds=1)
    assert sign_in(access).name == "mika"


def test_guessing_from_one_address_is_stopped_whatever_the_accounts(
    access: Access, mika: str
) -> None:
    for n in range(PER_ADDRESS):
        with pytest.raises(AccessError, match="wrong"):
            sign_in(access, f"somebody-{n}", "guess")
    with pytest.raises(TooManyAttemptsError):
        sign_in(access)
    with pytest.raises(TooManyAttemptsError):
        access.redeem("guess", address=HERE)
    assert access.sign_in("mika", PASSWORD, address="192.0.2.2").name == "mika"


def test_those_who_know_their_password_are_not_counted_out(access: Access, mika: str) -> None:
    for _ in range(PER_ADDRESS + 5):
        sign_in(access)
    with pytest.raises(AccessError, match="wrong"):
        sign_in(access, "mika", "guess")


def test_a_name_has_one_spelling(access: Access) -> None:
    access.accounts.add("Mika", Role.REVIEWER, PASSWORD)
    with pytest.raises(AccessError, match='there is an account "mika" already'):
        access.accounts.add("ｍｉｋａ", Role.ADMIN, PASSWORD)
    assert sign_in(access, " MIKA ").name == "mika"


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/b", "a\nb", "x" * 41])
def test_what_is_no_name_is_refused(access: Access, name: str) -> None:
    with pytest.raises(AccessError, match="is no name for an account"):
        access.accounts.add(name, Role.VIEWER, PASSWORD)


@pytest.mark.parametrize("password", ["short", "x" * 1025])
def test_a_password_too_short_or_too_long_is_refused(access: Access, password: str) -> None:
    with pytest.raises(AccessError, match="use between 12 and 1024"):
        access.accounts.add("mika", Role.VIEWER, password)


def test_a_password_hashed_more_weakly_than_today_is_hashed_anew(
    database: Database, access: Access, mika: str, clock: Clock
) -> None:
    from argon2 import PasswordHasher

    from bot.review.access.passwords import Passwords

    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    with database.reading() as session:
        before = session.scalar(select(AccountRow.password_hash))
    again = Access(database, clock=clock, passwords=stronger)
    assert sign_in(again).name == "mika"
    with database.reading() as session:
        after = session.scalar(select(AccountRow.password_hash))
    assert "t=1" in str(before)
    assert "t=2" in str(after)
    assert sign_in(again).name == "mika"
