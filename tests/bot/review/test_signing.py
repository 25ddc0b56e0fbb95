from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from bot.review.access import Role
from bot.review.hardening import CONTENT_POLICY
from tests.bot.review.site import PASSWORD, Clock, Site, forms

WRONG = "guess"
PAGES = ("/queue", "/turns", "/golden", "/insights", "/activity", "/keys", "/turns/abc")


@pytest.mark.parametrize("path", PAGES)
def test_nobody_reads_a_page_without_signing_in_and_comes_back_to_it(site: Site, path: str) -> None:
    visitor = site.visitor()
    page = visitor.get(path)
    assert page.url.path == "/sign-in"
    assert page.url.params["next"] == path
    assert forms(page.text)["/sign-in"]["next"] == path


def test_signing_in_goes_on_to_the_page_that_was_asked_for(site: Site) -> None:
    site.access.accounts.add("mika", Role.REVIEWER, PASSWORD)
    visitor = site.visitor()
    visitor.get("/insights")
    page = visitor.send("/sign-in", name="mika", password=PASSWORD)
    assert page.url.path == "/insights"


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil", "evil"])
def test_signing_in_never_leads_elsewhere(site: Site, onward: str) -> None:
    site.access.accounts.add("mika", Role.REVIEWER, PASSWORD)
    visitor = site.visitor()
    visitor.get("/sign-in")
    page = visitor.send("/sign-in", name="mika", password=PASSWORD, next=onward)
    assert str(page.url) == "http://127.0.0.1:8080/queue"


def test_a_wrong_password_is_told_and_a_flood_is_stopped(site: Site) -> None:
    site.access.accounts.add("mika", Role.REVIEWER, PASSWORD)
    visitor = site.visitor()
    assert visitor.sign_in("mika", "guess").status_code == 401
    for _ in range(7):
        visitor.send("/sign-in", name="mika", password=WRONG)
    page = visitor.send("/sign-in", name="mika", password=PASSWORD)
    assert page.status_code == 429
    assert "wait 15 minutes" in page.text


def test_a_link_is_not_used_up_by_a_preview_and_signs_in_once(site: Site) -> None:
    link = site.access.issue_link("rin", Role.REVIEWER)
    path = f"/link/{link.token}"
    assert site.visitor().get(path).status_code == 200
    visitor = site.visitor()
    visitor.get(link.url("http://127.0.0.1:8080", onward="/insights"))
    assert visitor.send(path).url.path == "/insights"
    late = site.visitor()
    late.get(path)
    assert late.send(path).status_code == 410


def test_a_form_without_its_token_or_from_another_site_is_refused(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    other = site.signed_in("jun")
    other.get(f"/turns/{turn}")
    stolen = forms(other.page.text)[f"/turns/{turn}/take"]["csrf"]
    for token in ("", "x", stolen):
        answer = visitor.http.post(f"/turns/{turn}/take", data={"csrf": token})
        assert answer.status_code == 403
    visitor.get(f"/turns/{turn}")
    visitor.http.headers["sec-fetch-site"] = "cross-site"
    assert visitor.send(f"/turns/{turn}/take").status_code == 403


def test_signing_in_needs_the_token_of_the_form_too(site: Site) -> None:
    site.access.accounts.add("mika", Role.REVIEWER, PASSWORD)
    answer = site.visitor().http.post("/sign-in", data={"name": "mika", "password": PASSWORD})
    assert answer.status_code == 403


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    visitor = site.signed_in("mika")
    kept = dict(visitor.http.cookies)
    visitor.get("/queue")
    assert visitor.send("/sign-out").url.path == "/sign-in"
    visitor.http.cookies.update(kept)
    assert visitor.get("/queue").url.path == "/sign-in"


def test_signing_in_again_is_a_new_session_and_the_old_one_ends(site: Site) -> None:
    visitor = site.signed_in("mika")
    old = visitor.http.cookies["lodestone-review"]
    link = site.access.issue_link("mika")
    visitor.get(f"/link/{link.token}")
    page = visitor.http.post(
        f"/link/{link.token}", data=forms(visitor.get("/queue").text)["/sign-out"]
    )
    assert page.status_code == 200
    assert visitor.http.cookies["lodestone-review"] != old
    assert site.access.signed(old) is None


def test_a_session_that_ends_while_a_form_is_filled_leads_to_the_sign_in_and_back(
    site: Site, clock: Clock
) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    visitor.get(f"/turns/{turn}")
    clock.turn(hours=3)
    visitor.http.headers["referer"] = f"http://127.0.0.1:8080/turns/{turn}"
    page = visitor.send(f"/turns/{turn}/take")
    assert page.url.path == "/sign-in"
    assert page.url.params["next"] == f"/turns/{turn}"


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.VIEWER, "/queue", 200),
        (Role.VIEWER, "/activity", 403),
        (Role.REVIEWER, "/activity", 403),
        (Role.ADMIN, "/activity", 200),
    ],
)
def test_a_role_reaches_as_far_as_it_should(site: Site, role: Role, path: str, status: int) -> None:
    assert site.signed_in("somebody", role).get(path).status_code == status


def test_a_viewer_is_offered_nothing_to_judge_with_and_cannot(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("eye", Role.VIEWER)
    page = visitor.get(f"/turns/{turn}")
    assert page.status_code == 200
    offered = forms(page.text)
    assert offered.keys() == {"/language", "/sign-out"}
    for action in ("take", "review", "promote", "assign", "draft"):
        answer = visitor.http.post(f"/turns/{turn}/{action}", data=offered["/sign-out"])
        assert answer.status_code == 403, action


@pytest.mark.parametrize("path", ["/sign-in", "/queue", "/nowhere", "/static/review.css"])
def test_every_response_is_strict(site: Site, path: str) -> None:
    answer = site.signed_in("mika").get(path)
    assert answer.headers["content-security-policy"] == CONTENT_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    wanted = "public" if path.startswith("/static") else "no-store"
    assert answer.headers["cache-control"].startswith(wanted)


def test_pages_hold_no_script_or_style_of_their_own(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika", Role.ADMIN)
    visitor.get(f"/turns/{turn}")
    visitor.send(f"/turns/{turn}/take")
    for path in (*PAGES[:-1], f"/turns/{turn}", "/documents/us-japan-2026-status?start=5&end=90"):
        html = visitor.get(path).text
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<style" not in html
        assert html.count("<script") == html.count('<script src="/static/')


def test_behind_tls_the_cookies_are_for_https_alone(site: Site, clock: Clock) -> None:
    from dataclasses import replace

    from bot.review.app import create_app
    from tests.bot.review.site import Visitor

    site.access.accounts.add("mika", Role.REVIEWER, PASSWORD)
    app = create_app(replace(site.desk, tls=True), hosts=["review.example"])
    visitor = Visitor(app)
    visitor.http.base_url = "https://review.example"
    answer = visitor.http.get("/sign-in")
    visitor.page = answer
    assert "max-age" in answer.headers["strict-transport-security"]
    answer = visitor.http.post(
        "/sign-in",
        data=forms(answer.text)["/sign-in"] | {"name": "mika", "password": PASSWORD},
        follow_redirects=False,
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-lodestone-review=")
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert word in cookie
    visitor.http.base_url = "https://other.example"
    assert visitor.http.get("/sign-in").status_code == 421


def test_a_body_without_end_is_cut_off(site: Site) -> None:
    visitor = site.visitor()
    answer = visitor.http.post("/sign-in", data={"name": "x" * 3_000_000})
    assert answer.status_code == 413


def test_the_language_is_remembered(site: Site) -> None:
    visitor = site.signed_in("mika")
    visitor.get("/queue")
    page = visitor.send("/language", language="ja")
    assert page.url.path == "/queue"
    assert '<html lang="ja">' in page.text
    assert "待ち行列" in page.text


def test_who_signs_in_and_out_is_noted(site: Site) -> None:
    visitor = site.signed_in("mika", Role.ADMIN)
    visitor.get("/queue")
    visitor.send("/sign-out")
    kinds = [event.kind for event in site.desk.reviews.events()]
    assert {"sign-in", "read-list", "sign-out"} <= set(kinds)


def test_a_defect_is_told_without_the_inside_and_as_strictly(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = site.signed_in("mika")

    def fail(**_: object) -> None:
        raise ZeroDivisionError("the inside")

    monkeypatch.setattr(site.desk.reviews, "progress", fail)
    visitor.http = TestClient(
        site.app,
        base_url="http://127.0.0.1:8080",
        cookies=visitor.http.cookies,
        raise_server_exceptions=False,
    )
    answer = visitor.get("/queue")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "inside" not in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


@pytest.mark.parametrize("path", ["/documents/x?start=a", "/activity?before=now", "/nowhere"])
def test_an_address_that_cannot_be_read_gets_a_page(site: Site, path: str) -> None:
    answer = site.signed_in("boss", Role.ADMIN).get(path)
    assert answer.status_code in {400, 404}
    assert 'role="alert"' in answer.text


def test_an_address_puts_no_words_into_the_pages_mouth(site: Site) -> None:
    visitor = site.signed_in("mika")
    assert "Saved." in visitor.get("/golden?said=saved").text
    assert "Pay here" not in visitor.get("/golden?said=Pay+here").text
