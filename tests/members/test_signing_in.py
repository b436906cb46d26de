"""Signing in by code, link, paper and founding link; sharing an address; ending sessions; where `next` may lead."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fund import db
from fund.db.outbox import OutboxMessage
from fund.members import credentials
from fund.members.models import Credential, Person
from fund.stewards import service as stewards
from tests import factories
from tests.members import steps


@pytest.fixture
def rosa(app: Flask) -> Person:
    """A member with an address, in a fund with the demo's charter."""
    factories.adopt()
    return factories.member("Rosa", email="rosa@example.org")


def ask(client: FlaskClient, email: str = "rosa@example.org", **more: str):
    """Ask for a code."""
    return steps.post(client, "/sign-in", email=email, **more)


def link_in_mail() -> str:
    return "/sign-in/link/" + str(steps.last_message("sign_in").facts["secret_link"])


def test_the_code_is_typed_where_it_was_asked_for(rosa: Person, client: FlaskClient) -> None:
    assert ask(client, " Rosa@Example.org ").location == "/sign-in/code"
    assert client.get("/sign-in/code").status_code == 200
    answer = steps.post(client, "/sign-in/code", code=steps.code_in_mail())
    assert answer.location == "/me"
    assert steps.is_signed_in(client)


def test_the_code_counts_only_in_the_browser_that_asked(app: Flask, rosa: Person, client: FlaskClient) -> None:
    ask(client)
    code = steps.code_in_mail()
    thief = app.test_client()
    assert thief.get("/sign-in/code").location == "/sign-in"
    ask(thief)
    other_code = steps.code_in_mail()
    if code != other_code:
        assert steps.post(thief, "/sign-in/code", code=code).status_code == 422
    assert steps.post(client, "/sign-in/code", code=code).status_code == 303, "a second request spoils nothing"


def test_a_code_is_used_once_and_grows_old(app: Flask, rosa: Person, client: FlaskClient) -> None:
    ask(client)
    code = steps.code_in_mail()
    assert steps.post(client, "/sign-in/code", code=code).status_code == 303
    second = app.test_client()
    ask(second)
    factories.later(minutes=16)
    assert steps.post(second, "/sign-in/code", code=steps.code_in_mail()).status_code == 422
    assert not steps.is_signed_in(second)


def test_five_wrong_tries_end_a_code(rosa: Person, client: FlaskClient) -> None:
    ask(client)
    code = steps.code_in_mail()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(credentials.CODE_ATTEMPTS):
        assert steps.post(client, "/sign-in/code", code=wrong).status_code == 422
    assert steps.post(client, "/sign-in/code", code=code).status_code == 422
    assert not steps.is_signed_in(client)


def test_control_the_right_code_after_four_wrong_tries(rosa: Person, client: FlaskClient) -> None:
    ask(client)
    code = steps.code_in_mail()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(credentials.CODE_ATTEMPTS - 1):
        steps.post(client, "/sign-in/code", code=wrong)
    assert steps.post(client, "/sign-in/code", code=code).status_code == 303


def test_opening_a_link_uses_nothing_up_and_a_click_uses_it_once(app: Flask, rosa: Person, client: FlaskClient) -> None:
    ask(client)
    link = link_in_mail()
    scanner = app.test_client()
    for _ in range(5):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    used = db.session.scalar(select(func.count()).where(Credential.used_at.is_not(None)))
    assert used == 0
    assert not steps.is_signed_in(scanner)
    secret = link.rpartition("/")[2]
    phone = app.test_client()
    assert steps.post(phone, "/sign-in/link", link, secret=secret).location == "/me"
    assert steps.is_signed_in(phone)
    again = app.test_client()
    answer = steps.post(again, "/sign-in/link", link, secret=secret)
    assert answer.status_code == 422
    assert "works no more" in steps.text_of(answer)
    assert not steps.is_signed_in(again)


def test_a_link_cannot_be_used_by_get(app: Flask, rosa: Person, client: FlaskClient) -> None:
    ask(client)
    secret = link_in_mail().rpartition("/")[2]
    assert client.get("/sign-in/link", query_string={"secret": secret}).status_code == 405
    assert client.post("/sign-in/link", data={"secret": secret}).status_code == 400, "without the page's token"


def test_who_shares_an_address_says_who_they_are_after_the_code(app: Flask, rosa: Person, client: FlaskClient) -> None:
    lupe = factories.member("Lupe", email="rosa@example.org")
    stranger = factories.member("Dana", email="dana@example.org")
    page = ask(client)
    assert "Lupe" not in steps.text_of(client.get(page.location)), "no name before the code"
    assert client.get("/sign-in/who").location == "/sign-in"
    assert steps.post(client, "/sign-in/code", code=steps.code_in_mail()).location == "/sign-in/who"
    who = steps.text_of(client.get("/sign-in/who"))
    assert "Lupe" in who
    assert "Rosa" in who
    assert "Dana" not in who
    assert not steps.is_signed_in(client)
    assert steps.post(client, "/sign-in/who", person=str(stranger.id)).status_code == 422
    cookie = client.get_cookie("fund")
    assert steps.post(client, "/sign-in/who", person=str(lupe.id)).location == "/me"
    assert "Lupe" in steps.text_of(client.get("/me/details"))
    replay = app.test_client()
    replay.set_cookie("fund", cookie.value)
    assert steps.post(replay, "/sign-in/who", person=str(rosa.id)).status_code == 422, "the proof is used once"


def test_known_or_not_the_answer_is_the_same(app: Flask, rosa: Person, client: FlaskClient) -> None:
    known, unknown = app.test_client(), app.test_client()
    first, second = ask(known), ask(unknown, "nobody@example.org")
    assert (first.status_code, first.location) == (second.status_code, second.location)
    one = steps.text_of(known.get("/sign-in/code")).replace("rosa@example.org", "X")
    other = steps.text_of(unknown.get("/sign-in/code")).replace("nobody@example.org", "X")
    assert _without_token(one) == _without_token(other)
    assert {row.kind for row in db.session.scalars(select(OutboxMessage))} == {"sign_in", "sign_in_unknown"}
    wrong = [steps.post(browser, "/sign-in/code", code="12345") for browser in (known, unknown)]
    assert wrong[0].status_code == wrong[1].status_code == 422


def test_joining_with_a_known_address_answers_the_same(app: Flask, rosa: Person, client: FlaskClient) -> None:
    known, unknown = app.test_client(), app.test_client()
    first, second = steps.join(known), steps.join(unknown, email="new@example.org")
    assert (first.status_code, first.location) == (second.status_code, second.location)
    one = steps.text_of(known.get("/me/confirm")).replace("rosa@example.org", "X")
    other = steps.text_of(unknown.get("/me/confirm")).replace("new@example.org", "X")
    assert _without_token(one) == _without_token(other)


def test_a_founding_link_signs_in_once_and_gives_a_code_on_paper(app: Flask, client: FlaskClient) -> None:
    (_imani, secret), _other = stewards.found_stewards(["Imani", "Dana"])
    link = f"/sign-in/link/{secret}"
    assert steps.post(client, "/sign-in/link", link, secret=secret).location == "/sign-in/next-code"
    code = steps.paper_code(steps.text_of(client.get("/sign-in/next-code")))
    assert "Imani" in steps.text_of(client.get("/me/details"))
    second = app.test_client()
    assert steps.post(second, "/sign-in/link", link, secret=secret).status_code == 422
    assert steps.post(second, "/sign-in/paper", "/sign-in", code=code).status_code == 303


def test_signing_out_here_and_everywhere(app: Flask, rosa: Person, client: FlaskClient) -> None:
    other = app.test_client()
    for browser in (client, other):
        factories.sign_in(browser, rosa)
    assert steps.post(client, "/sign-out", "/me/details").status_code == 303
    assert not steps.is_signed_in(client)
    assert steps.is_signed_in(other)
    factories.sign_in(client, rosa)
    steps.post(other, "/me/sign-out-everywhere", "/me/details")
    assert not steps.is_signed_in(client)
    assert not steps.is_signed_in(other)


def test_a_session_begins_anew_at_sign_in(app: Flask, rosa: Person, client: FlaskClient) -> None:
    client.get("/sign-in")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
        token = before.get("csrf_token")
    ask(client)
    steps.post(client, "/sign-in/code", code=steps.code_in_mail())
    with client.session_transaction() as after:
        assert "planted" not in after
        assert "code_credential" not in after
        assert after.get("csrf_token") != token


def test_an_erased_person_gets_in_no_more(rosa: Person, client: FlaskClient) -> None:
    factories.sign_in(client, rosa)
    with db.writing() as tx:
        tx.lock(Person, rosa.id).erased_at = tx.now()
    assert not steps.is_signed_in(client)
    ask(client)
    assert steps.last_message("sign_in_unknown").address == "rosa@example.org"


NOT_HERE = (
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil",
    "http:///evil.example", "javascript:alert(1)", "/\tevil.example/x", "evil.example", "/%0d%0aLocation:x\n", "",
    "/..//evil.example\r\n", "data:text/html,x", "ftp://x", " //evil.example", "/\x00//evil.example", "@evil.example",
)  # fmt: skip


def test_next_never_leads_away(app: Flask, rosa: Person) -> None:
    for target in NOT_HERE:
        client = app.test_client()
        ask(client, next=target)
        location = steps.post(client, "/sign-in/code", code=steps.code_in_mail()).location
        assert location == "/me", repr(target)


def test_control_next_leads_to_a_page_of_this_fund(rosa: Person, client: FlaskClient) -> None:
    ask(client, next="/me/dues?x=1")
    assert steps.post(client, "/sign-in/code", code=steps.code_in_mail()).location == "/me/dues?x=1"


def test_links_in_mails_do_not_follow_the_host_that_was_asked(app: Flask, rosa: Person) -> None:
    client = app.test_client()
    token = factories.csrf(client, "/sign-in")
    client.post(
        "/sign-in", data={"csrf_token": token, "email": "rosa@example.org"},
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    )  # fmt: skip
    from fund.messages import wording

    letter = wording.word("sign_in", steps.last_message("sign_in").facts, name="Rosa", language="en")
    assert "http://localhost/sign-in/link/" in letter.text
    assert "evil" not in letter.text + letter.html


def test_no_code_is_in_the_log(rosa: Person, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    ask(client)
    facts = steps.last_message("sign_in").facts
    steps.post(client, "/sign-in/code", code="999999")
    steps.post(client, "/sign-in/code", code=facts["secret_code"])
    assert str(facts["secret_code"]) not in caplog.text
    assert str(facts["secret_link"]) not in caplog.text
    stored = db.session.scalars(select(Credential.secret_hash)).all()
    assert all(len(one) == 32 for one in stored)


def _without_token(page: str) -> str:
    import re

    return re.sub(r'name="csrf_token"[^>]*>', "", page)


def test_a_return_code_typed_as_a_code_on_paper_is_shown_its_own_page(rosa: Person, client: FlaskClient) -> None:
    refused = steps.post(client, "/sign-in/paper", "/sign-in", code="ABCD-EFGH-JKMN-PQRS")
    assert refused.status_code == 422
    assert "a return code opens an application" in steps.text_of(refused)
    assert 'href="/applications/return"' in steps.text_of(refused)
