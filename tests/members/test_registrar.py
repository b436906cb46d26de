"""The steward's queue: what is needed, verifying, refusing, appealing, vouching, leaving; who may not do it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from fund import db
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.members import joining, registrar, service, verification, vouching
from fund.members.joining import Application
from fund.members.models import Membership, Person
from fund.permissions import CLOCK, VISITOR
from fund.presentation import date
from tests import factories
from tests.members import steps


@pytest.fixture
def imani(app: Flask) -> Person:
    """A steward in a fund with the demo's charter."""
    factories.adopt()
    return factories.officer("Imani")


def newcomer(name: str = "Rosa", **more: object) -> Membership:
    """Somebody who has asked to join and is verified by nothing yet."""
    said = Application(name=name, class_code="member", basis="lives", of_age=True, dues="zero", **more)  # type: ignore[arg-type]
    joined = joining.join(said, by=VISITOR)
    return db.session.get_one(Membership, joined.membership_id)


def test_the_queue_says_what_each_newcomer_still_needs(imani: Person, client: FlaskClient) -> None:
    newcomer(postal_code="99999", statement=True)
    factories.sign_in(client, imani)
    page = steps.text_of(client.get("/members/queue"))
    for part in ("Rosa", "0 of 2 members have vouched", "not one of the area", "no steward has met them yet"):
        assert part in page


def test_who_gave_no_postal_code_is_not_told_that_it_is_a_wrong_one(imani: Person, client: FlaskClient) -> None:
    rosa = newcomer(statement=True)
    factories.sign_in(client, db.session.get_one(Person, rosa.person_id))
    page = steps.text_of(client.get("/me/membership"))
    assert ("no postal code given" in page, "not one of the area" in page) == (True, False)
    assert ("your own word" in page, "their own word" in page) == (True, False)
    factories.sign_in(client, imani)
    assert "their own word" in steps.text_of(client.get(f"/members/{rosa.person_id}"))


def test_a_newcomer_mends_their_postal_code_and_is_verified_by_it(imani: Person, client: FlaskClient) -> None:
    rosa = newcomer(statement=True, email="rosa@example.org")
    with db.writing() as tx:
        joining.confirm_address(tx, rosa.person_id)
    factories.sign_in(client, db.session.get_one(Person, rosa.person_id))
    area = foundation.current_charter()
    said = {"display_name": "Rosa", "email": "rosa@example.org", "language": "en"}
    place = area.fund.neighbourhoods[0]
    assert steps.post(client, "/me/details", **said, postal_code="99999", neighbourhood=place).status_code == 303
    mended = steps.membership_of(rosa.person_id)
    assert (mended.state, mended.postal_code, mended.neighbourhood) == ("applied", "99999", place)
    assert "not one of the area" in steps.text_of(client.get("/me/membership"))
    good = area.verification.postal_code.codes[0]
    assert steps.post(client, "/me/details", **said, postal_code=good, neighbourhood=place).status_code == 303
    assert (steps.membership_of(rosa.person_id).state, steps.membership_of(rosa.person_id).postal_code) == (
        "verified", good,
    )  # fmt: skip
    assert "postal_code" not in steps.text_of(client.get("/me/details"))
    assert steps.post(client, "/me/details", **said, postal_code="99999", neighbourhood="").status_code == 303
    kept = steps.membership_of(rosa.person_id)
    assert (kept.postal_code, kept.neighbourhood) == (good, place), "a verified member's place is not theirs to change"


def test_a_steward_who_met_somebody_verifies_them_and_the_waiting_days_begin(
    imani: Person, client: FlaskClient
) -> None:
    waiting = newcomer()
    factories.sign_in(client, imani)
    path = f"/members/{waiting.person_id}"
    before = steps.text_of(client.get(path))
    assert "believe that they are who they say. With this they are verified." in before
    assert "see nothing wrong. What the charter asks besides is still needed." in before
    page = steps.text_of(client.get(f"{path}/{waiting.id}/seen"))
    assert "Rosa becomes a member as" in page
    assert date(db.now() + dt.timedelta(days=14)) in page
    assert "Rosa is not verified by it yet" in steps.text_of(client.get(f"{path}/{waiting.id}/looked"))
    assert steps.membership_of(waiting.person_id).state == "applied", "looking at the question changes nothing"
    answer = steps.post(client, f"{path}/{waiting.id}/seen", note="at the Lock House")
    assert answer.location == path
    done = steps.membership_of(waiting.person_id)
    assert (done.state, done.verified_how) == ("verified", "seen_in_person")
    assert done.voting_from - done.verified_at == dt.timedelta(days=14)
    assert [row.by_id for row in done.verifications] == [imani.id]


def test_waiting_days_end_by_the_clock_and_nobody_needs_a_worker(imani: Person) -> None:
    waiting = newcomer()
    registrar.mark_seen(waiting.id, by=factories.actor(imani))
    rosa = db.session.get_one(Person, waiting.person_id)
    assert service.why_not_voting(rosa.id, ["member"], db.now()) is not None
    assert not factories.actor(rosa).has("member")
    factories.later(days=14, minutes=1)
    with db.writing() as tx:
        electors = {row.person_id for row in service.electorate(tx, ["member"], tx.now())}
    assert rosa.id in electors
    assert factories.actor(rosa).has("member"), "before any worker looked"
    assert service.activate_due() == 1
    assert service.activate_due() == 0
    assert steps.membership_of(rosa.id).state == "active"
    assert steps.last_message("member_active").person_id == rosa.id


def test_nobody_decides_about_themselves(imani: Person, client: FlaskClient) -> None:
    founder = factories.person("Founder")
    from fund.stewards.models import StewardTerm

    with db.writing() as tx:
        day = foundation.today()
        tx.add(StewardTerm(person_id=founder.id, role="steward", selected_by="founding", starts_on=day,
                           ends_on=day + dt.timedelta(days=90)))  # fmt: skip
    said = Application(name="Founder", class_code="member", basis="lives", of_age=True, dues="zero")
    joined = joining.join(said, by=factories.actor(founder))
    for act in (registrar.mark_seen, registrar.accept_word):
        with pytest.raises(Forbidden, match="about yourself"):
            act(joined.membership_id, by=factories.actor(founder))
    with pytest.raises(Forbidden, match="about yourself"):
        registrar.refuse(joined.membership_id, reason="no", by=factories.actor(founder))
    registrar.mark_seen(joined.membership_id, by=factories.actor(imani))
    assert steps.membership_of(founder.id).state == "verified"


def test_refusal_reason_appeal_and_another_steward(imani: Person, client: FlaskClient) -> None:
    dana, waiting = factories.officer("Dana"), newcomer(email="rosa@example.org")
    rosa = db.session.get_one(Person, waiting.person_id)
    stewards_page = f"/members/{rosa.id}/{waiting.id}/refuse"
    factories.sign_in(client, imani)
    assert steps.post(client, stewards_page, reason="  ").status_code == 422
    assert steps.post(client, stewards_page, reason="Lives in the next town").status_code == 303
    mail = steps.last_message("member_refused")
    assert (mail.person_id, mail.facts["reason"]) == (rosa.id, "Lives in the next town")
    own = client.application.test_client()
    factories.sign_in(own, rosa)
    assert "Lives in the next town" in steps.text_of(own.get("/me/membership"))
    assert steps.post(own, f"/me/membership/{waiting.id}/appeal", "/me/membership", text="I moved").status_code == 303
    assert steps.membership_of(rosa.id).state == "appealed"
    assert steps.post(own, f"/me/membership/{waiting.id}/appeal", "/me/details", text="again").status_code == 409
    with pytest.raises(Forbidden, match="another steward"):
        registrar.decide_appeal(waiting.id, grant=False, answer="no", by=factories.actor(imani))
    decider = client.application.test_client()
    factories.sign_in(decider, dana)
    path = f"/members/{rosa.id}/{waiting.id}/appeal"
    assert "I moved" in steps.text_of(decider.get(path))
    assert steps.post(decider, path, decision="grant", answer="Welcome").status_code == 303
    assert steps.membership_of(rosa.id).state == "applied", "and still needs what the charter asks"
    registrar.mark_seen(waiting.id, by=factories.actor(imani))
    assert steps.membership_of(rosa.id).state == "verified"


def test_a_denied_appeal_is_the_last(imani: Person) -> None:
    dana, waiting = factories.officer("Dana"), newcomer()
    rosa = db.session.get_one(Person, waiting.person_id)
    registrar.refuse(waiting.id, reason="unknown", by=factories.actor(imani))
    registrar.appeal(waiting.id, text="I am known", by=factories.actor(rosa))
    registrar.decide_appeal(waiting.id, grant=False, answer="We asked around", by=factories.actor(dana))
    assert steps.membership_of(rosa.id).state == "refused"
    with pytest.raises(WrongState):
        registrar.appeal(waiting.id, text="once more", by=factories.actor(rosa))


def test_an_appeal_has_its_days_and_its_owner(imani: Person) -> None:
    waiting = newcomer()
    rosa, other = db.session.get_one(Person, waiting.person_id), factories.person("Other")
    registrar.refuse(waiting.id, reason="unknown", by=factories.actor(imani))
    with pytest.raises(Forbidden):
        registrar.appeal(waiting.id, text="mine", by=factories.actor(other))
    factories.later(days=15)
    with pytest.raises(WrongState):
        registrar.appeal(waiting.id, text="too late", by=factories.actor(rosa))


def test_two_members_vouch_and_nobody_twice(imani: Person, client: FlaskClient) -> None:
    waiting, anna, bo = newcomer(), factories.member("Anna"), factories.member("Bo")
    code = vouching.code_of(waiting.id)
    factories.sign_in(client, anna)
    assert 'href="/vouch"' in client.get("/me").get_data(as_text=True)
    assert 'href="/vouch"' in client.get("/help").get_data(as_text=True)
    for number, voucher in enumerate((anna, anna, bo)):
        factories.sign_in(client, voucher)
        assert steps.post(client, "/vouch", code=code.lower()).location == f"/vouch/{code}"
        assert "Rosa" in steps.text_of(client.get(f"/vouch/{code}"))
        answer = steps.post(client, f"/vouch/{code}")
        assert answer.status_code == (422 if number == 1 else 303)
    done = steps.membership_of(waiting.person_id)
    assert (done.state, done.verified_how) == ("verified", "vouched")


def test_only_active_voting_members_vouch_and_only_with_the_newcomers_code(imani: Person, client: FlaskClient) -> None:
    waiting = newcomer()
    code = vouching.code_of(waiting.id)
    factories.sign_in(client, factories.member("Sol", class_code="solidarity"))
    assert 'href="/vouch"' not in client.get("/me").get_data(as_text=True)
    assert client.get(f"/vouch/{code}").status_code == 403
    factories.sign_in(client, factories.member("Anna"))
    assert client.get(f"/vouch/{waiting.id}XAAAAAAAA").status_code == 404
    assert client.get("/vouch/notacode").status_code == 404
    with pytest.raises(Forbidden):
        registrar.vouch(waiting.id, by=factories.actor(db.session.get_one(Person, waiting.person_id)))


def test_a_member_vouches_for_as_many_a_year_as_the_charter_allows(imani: Person) -> None:
    anna = factories.member("Anna")
    for number in range(5):
        registrar.vouch(newcomer(f"N{number}").id, by=factories.actor(anna))
    sixth = newcomer("N6")
    with pytest.raises(Invalid, match="5 people"):
        registrar.vouch(sixth.id, by=factories.actor(anna))
    factories.later(days=366)
    registrar.vouch(sixth.id, by=factories.actor(anna))


def test_leaving_and_joining_again(imani: Person, client: FlaskClient) -> None:
    rosa = factories.member("Rosa")
    factories.sign_in(client, rosa)
    membership = steps.membership_of(rosa.id)
    path = f"/me/membership/{membership.id}/leave"
    assert "leave" in steps.text_of(client.get(path)).lower()
    assert steps.post(client, path, reason="moving").status_code == 303
    assert steps.membership_of(rosa.id).state == "left"
    assert str(service.why_not_voting(rosa.id, ["member"], db.now())) == "You have left the fund."
    assert steps.join(client, name="Rosa", email="").status_code == 303
    assert steps.membership_of(rosa.id).state == "applied"
    other = factories.member("Other")
    factories.sign_in(client, other)
    assert steps.post(client, path, "/me/details", reason="").status_code in (403, 409)


def test_who_votes_and_who_does_not_and_why(imani: Person) -> None:
    sol, waiting = factories.member("Sol", class_code="solidarity"), newcomer()
    now = db.now()
    assert service.why_not_voting(imani.id, ["member"], now) is None
    assert "support the fund" in str(service.why_not_voting(sol.id, ["member"], now))
    assert "not verified" in str(service.why_not_voting(waiting.person_id, ["member"], now))
    assert "not a member" in str(service.why_not_voting(factories.person("X").id, ["member"], now))
    with db.writing() as tx:
        rows = service.electorate(tx, ["member"], tx.now())
    assert [row.person_id for row in rows] == [imani.id]
    assert service.names([imani.id, sol.id]) == {imani.id: "Imani", sol.id: "Sol"}
    assert service.names([]) == {}


def test_the_public_roll_has_counts_and_hides_the_small(imani: Person) -> None:
    for number in range(6):
        factories.member(f"M{number}")
    registrar.mark_seen(newcomer().id, by=factories.actor(imani))
    factories.member("Sol", class_code="solidarity")
    lines = {line.class_code: line for line in service.roll()}
    assert lines["member"].total == 8
    assert lines["member"].ways == (("seen_in_person", 8),)
    assert lines["solidarity"].ways == (("seen_in_person", None),)


@pytest.mark.parametrize(
    "path", ["/members", "/members/queue", "/members/import", "/members/invitations", "/members/1"]
)
def test_pages_of_stewards_are_for_stewards(imani: Person, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    factories.sign_in(client, factories.member("Rosa"))
    assert client.get(path).status_code == 403
    factories.sign_in(client, imani)
    assert client.get(path).status_code == 200


def test_a_page_of_one_person_does_not_do_anothers_act(imani: Person, client: FlaskClient) -> None:
    waiting, other = newcomer(), factories.person("Other")
    factories.sign_in(client, imani)
    assert client.get(f"/members/{other.id}/{waiting.id}/refuse").status_code == 404
    assert client.get("/members/9999").status_code == 404
    assert client.get(f"/members/{other.id}/9999/refuse").status_code == 404


def test_finding_people(imani: Person, client: FlaskClient) -> None:
    for number in range(60):
        factories.member(f"Neighbour {number:02d}", email=f"n{number}@example.org")
    factories.sign_in(client, imani)
    page = steps.text_of(client.get("/members?search=neighbour"))
    assert "60 people" in page
    assert "Page 1 of 2" in page
    assert "Neighbour 07" in steps.text_of(client.get("/members?search=N7@example"))
    assert "Nobody is found" in steps.text_of(client.get("/members?search=%25"))
    assert client.get("/members?page=999999999999&state=nonsense").status_code == 200


def test_lists_ask_the_database_as_often_for_three_as_for_forty(imani: Person, client: FlaskClient) -> None:
    factories.sign_in(client, imani)
    asked = []
    for size in (3, 40):
        for number in range(size):
            newcomer(f"P{size}-{number}", email=f"p{number}@example.org")
        asked.append([queries_of(client, path) for path in ("/members/queue", "/members")])
    assert asked[0] == asked[1]


def queries_of(client: FlaskClient, path: str) -> int:
    """How many statements the database gets for one page."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    engine = db.alchemy.engines[None]
    event.listen(engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_new_code_on_paper_only_for_somebody_without_address(imani: Person, client: FlaskClient) -> None:
    with_address, without = factories.member("Rosa", email="rosa@example.org"), factories.member("Bo")
    factories.sign_in(client, imani)
    refused = client.post(
        f"/members/{with_address.id}/new-code", data={"csrf_token": factories.csrf(client, "/members")}
    )  # fmt: skip
    assert refused.status_code == 403
    made = steps.post(client, f"/members/{without.id}/new-code", f"/members/{without.id}")
    code = steps.paper_code(steps.text_of(made))
    other = client.application.test_client()
    assert steps.post(other, "/sign-in/paper", "/sign-in", code=code).status_code == 303
    own = steps.text_of(other.get("/me/details"))
    assert 'value="Bo"' in own
    assert "Imani made a code in your name" in own


def test_the_registry_explains_itself() -> None:
    for handler in verification.HANDLERS.values():
        assert str(handler.words)
    assert verification.in_words("postal_code+self_attested") == "a postal code of the area, their own word"


def test_the_clock_verifies_nobody(imani: Person) -> None:
    with pytest.raises(Forbidden):
        registrar.mark_seen(newcomer().id, by=CLOCK)


def test_outbox_rows_name_people_by_number(imani: Person) -> None:
    registrar.mark_seen(newcomer(email="rosa@example.org").id, by=factories.actor(imani))
    row = steps.last_message("member_verified")
    assert isinstance(row, OutboxMessage)
    assert "Rosa" not in str(row.facts)
