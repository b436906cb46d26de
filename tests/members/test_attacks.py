"""Attacks on signing in with many hands at once, each with a control that succeeds where the protection is missing."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from fund import db
from fund.audit.models import AuditEvent
from fund.errors import Invalid
from fund.extensions import limiter
from fund.members import credentials, details, joining, likeness, registrar, signing_in
from fund.members.models import Credential, Membership, Person
from fund.permissions import VISITOR
from tests import factories
from tests.members import steps

HANDS = 50


@pytest.fixture
def rosa(app: Flask) -> Person:
    """A member with an address."""
    factories.adopt()
    return factories.member("Rosa", email="rosa@example.org")


def at_once(app: Flask, act: Callable[[int], object], hands: int = HANDS) -> Counter[object]:
    """Let many threads do the same at the same moment; counts what came back."""
    barrier, outcomes = threading.Barrier(hands), []

    def one(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes.append(act(number))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def posts(app: Flask, path: str, page: str, **fields: str) -> Callable[[int], int]:
    """One browser for each hand, ready to press the button."""
    browsers = [app.test_client() for _ in range(HANDS)]
    tokens = [factories.csrf(browser, page) for browser in browsers]
    db.session.remove()
    return lambda n: browsers[n].post(path, data={"csrf_token": tokens[n], **fields}).status_code


def test_fifty_clicks_on_one_link_make_one_session(app: Flask, rosa: Person) -> None:
    signing_in.request_code("rosa@example.org", language="en")
    secret = str(steps.last_message("sign_in").facts["secret_link"])
    outcomes = at_once(app, posts(app, "/sign-in/link", f"/sign-in/link/{secret}", secret=secret))
    assert outcomes == {303: 1, 422: HANDS - 1}
    assert db.session.scalar(select(func.count()).where(AuditEvent.act == "session.begin")) == 1


def test_fifty_uses_of_one_code_on_paper_make_one_session(app: Flask, rosa: Person) -> None:
    with db.writing() as tx:
        code = credentials.make(tx, "printed", person_id=rosa.id)
    outcomes = at_once(app, posts(app, "/sign-in/paper", "/sign-in", code=code))
    assert outcomes == {303: 1, 422: HANDS - 1}


def test_control_without_holding_the_row_several_get_in(app: Flask, rosa: Person) -> None:
    """The same uses with a credential that is read first and written later, as a naive program would."""
    with db.writing() as tx:
        row, secret = credentials.make_row(tx, "printed", person_id=rosa.id)
    both_have_read = threading.Barrier(2)

    def naive(_number: int) -> bool:
        unused = db.session.get_one(Credential, row.id).used_at is None
        both_have_read.wait()
        with db.writing() as tx:
            tx.get(Credential, row.id).used_at = tx.now()
        return unused

    assert at_once(app, naive, hands=2) == {True: 2}
    assert secret


def test_guesses_in_parallel_are_all_counted(app: Flask, rosa: Person) -> None:
    sent = signing_in.request_code("rosa@example.org", language="en")
    wrong = "000000" if steps.code_in_mail() != "000000" else "111111"

    def guess(_number: int) -> str:
        try:
            signing_in.enter_with_code(sent.credential_id, wrong)
        except Exception as error:
            return type(error).__name__
        return "in"

    assert at_once(app, guess, hands=20) == {"Invalid": 20}
    db.session.rollback()
    assert db.session.get_one(Credential, sent.credential_id).attempts == credentials.CODE_ATTEMPTS


@pytest.fixture
def limits_on(app: Flask):
    """The limits of a served fund, which tests otherwise leave off; only for a test marked `own_app`."""
    app.config["RATELIMIT_ENABLED"] = True
    limiter.enabled = True
    limiter.init_app(app)
    yield
    limiter.enabled = False


@pytest.mark.own_app
def test_an_address_gets_five_codes_a_minute_whoever_asks(app: Flask, rosa: Person, limits_on: None) -> None:
    outcomes = Counter()
    for number in range(12):
        browser = app.test_client()
        token = factories.csrf(browser, "/sign-in")
        answer = browser.post(
            "/sign-in", data={"csrf_token": token, "email": "Rosa@example.org" if number % 2 else "rosa@example.org"},
            environ_base={"REMOTE_ADDR": f"203.0.113.{number}"}, headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )  # fmt: skip
        outcomes[answer.status_code] += 1
    assert outcomes == {303: 5, 429: 7}


@pytest.mark.own_app
def test_mistakes_in_the_form_of_joining_do_not_use_the_limit_up_but_joinings_do(
    app: Flask, rosa: Person, limits_on: None
) -> None:
    outcomes: Counter[int] = Counter()
    for number in range(14):
        browser = app.test_client()
        data = {**steps.ANSWERS, "csrf_token": factories.csrf(browser, "/join/member")}
        data["name"] = "" if number < 7 else f"Person {number}"
        place = {"REMOTE_ADDR": f"203.0.113.{number}"}
        outcomes[browser.post("/join/member", data=data, environ_base=place).status_code] += 1
    assert outcomes == {422: 7, 303: 5, 429: 2}


@pytest.mark.own_app
def test_a_place_gets_twenty_posts_a_minute_and_a_made_up_header_helps_nobody(
    app: Flask, rosa: Person, limits_on: None
) -> None:  # fmt: skip
    outcomes = Counter()
    for number in range(30):
        browser = app.test_client()
        token = factories.csrf(browser, "/sign-in")
        answer = browser.post(
            "/sign-in/paper", data={"csrf_token": token, "code": f"AAAABBBBCCCC{number:04d}"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )  # fmt: skip
        outcomes[answer.status_code] += 1
    assert outcomes == {422: 20, 429: 10}


def test_control_without_limits_every_post_is_looked_at(app: Flask, rosa: Person) -> None:
    browser = app.test_client()
    answers = [
        steps.post(browser, "/sign-in/paper", "/sign-in", code="AAAABBBBCCCCDDDD").status_code for _ in range(30)
    ]
    assert answers == [422] * 30


@pytest.mark.own_app
def test_guesses_without_end_are_cut_to_few(app: Flask, rosa: Person, limits_on: None) -> None:
    """One browser asks for codes and guesses at them as fast as it can: five a minute are looked at, whatever it sends."""
    browser = app.test_client()
    evaluated = 0
    for _ in range(60):
        answer = _guess_from(browser, "203.0.113.9")
        evaluated += answer == 422
    assert evaluated <= 20
    db.session.rollback()
    assert (db.session.scalar(select(func.sum(Credential.attempts))) or 0) <= 25


@pytest.mark.own_app
def test_the_count_of_tries_is_shared_and_survives_a_rush(app: Flask, rosa: Person, limits_on: None) -> None:
    browsers = [app.test_client() for _ in range(30)]
    tokens = [factories.csrf(browser, "/sign-in") for browser in browsers]
    db.session.remove()

    def ask(n: int) -> int:
        data = {"csrf_token": tokens[n], "email": "rosa@example.org"}
        return browsers[n].post("/sign-in", data=data, environ_base={"REMOTE_ADDR": f"203.0.113.{n}"}).status_code

    assert at_once(app, ask, hands=30) == {303: 5, 429: 25}


def test_five_hundred_scripted_joinings_gain_no_vote(app: Flask, rosa: Person) -> None:
    """Plus parts, dots, look-alike letters: none is verified by its own word, and the queue shows whom they resemble."""
    from fund.errors import FundError
    from fund.members.joining import Application

    addresses = [f"rosa+{n}@example.org" for n in range(20)] + [
        "r.o.s.a@gmail.com",
        "ro.sa@googlemail.com",
        "rosa@gmail.com",
    ]
    addresses += ["r\u043esa@example.org"]
    joined = []
    for number, address in enumerate(addresses):
        said = Application(
            name=f"Person {number}", class_code="member", basis="lives", of_age=True, postal_code="04901", statement=True,
            email=address, dues="zero",
        )  # fmt: skip
        try:
            joined.append(joining.join(said, by=VISITOR))
        except FundError:
            continue
        code = steps.code_in_mail("confirm_address")
        person = db.session.get_one(Person, joined[-1].person_id)
        joining.confirm(joined[-1].credential_id or 0, code, by=factories.actor(person))
    db.session.rollback()
    verified = db.session.scalars(select(Membership).where(Membership.state != "applied")).all()
    by_script = [one for one in verified if one.person_id != rosa.id]
    assert len(by_script) <= 1, "only the first address that resembles nobody"
    flagged = [one for one in registrar.queue(page_size=200) if one.alike]
    assert len(flagged) >= 0.9 * (len(joined) - 1)


def test_a_postal_code_mended_after_the_look_is_looked_at_again(app: Flask, rosa: Person) -> None:
    """Somebody without an address shows a steward an honest answer, and then gives the one that counts."""
    wren, tomas = (factories.actor(factories.officer(name)) for name in ("Wren", "Tomas"))
    newcomer = _on_paper("Nell", "99999")
    registrar.accept_word(newcomer.id, by=wren)
    _mend(newcomer, "04901")
    waiting = registrar.waiting(newcomer.id)
    assert (waiting.membership.state, waiting.standing and waiting.standing.needs_a_look) == ("applied", True)
    with pytest.raises(Invalid, match="somebody else"):
        registrar.accept_word(newcomer.id, by=wren)
    assert registrar.accept_word(newcomer.id, by=tomas).state == "verified"


def test_control_who_is_looked_at_after_mending_is_verified_at_once(app: Flask, rosa: Person) -> None:
    newcomer = _on_paper("Nell", "99999")
    _mend(newcomer, "04901")
    assert steps.membership_of(newcomer.person_id).state == "applied"
    assert registrar.accept_word(newcomer.id, by=factories.actor(factories.officer("Wren"))).state == "verified"


def _on_paper(name: str, postal_code: str) -> Membership:
    """Somebody who joined without an address and waits."""
    said = joining.Application(
        name=name, class_code="member", basis="lives", of_age=True, postal_code=postal_code, statement=True, dues="zero"
    )
    return db.session.get_one(Membership, joining.join(said, by=VISITOR).membership_id)


def _mend(membership: Membership, postal_code: str) -> None:
    person = db.session.get_one(Person, membership.person_id)
    said = details.Details(person.display_name, None, None, "en", "", postal_code)
    details.change(said, by=factories.actor(person))
    db.session.rollback()


def test_look_alikes_are_one() -> None:
    assert (
        likeness.name_key("Ros\u00e1 LIND")
        == likeness.name_key("lind rosa")
        == likeness.name_key("R\u043es\u0430 Lind")
    )
    assert likeness.address_key("A.B+x@GMAIL.com") == likeness.address_key("ab@googlemail.com")
    assert likeness.address_key("a.b@example.org") != likeness.address_key("ab@example.org")
    assert likeness.phone_key("+1 207 555 0134") == likeness.phone_key("(207) 555-0134")


def _guess_from(browser, place: str) -> int:
    with_place = {"REMOTE_ADDR": place}
    page = browser.get("/sign-in/code", environ_base=with_place)
    if page.status_code == 303:
        token = factories.csrf(browser, "/sign-in")
        data = {"csrf_token": token, "email": "rosa@example.org"}
        browser.post("/sign-in", data=data, environ_base=with_place)
    token = factories.csrf(browser, "/sign-in")
    data = {"csrf_token": token, "code": "123456"}
    return int(browser.post("/sign-in/code", data=data, environ_base=with_place).status_code)
