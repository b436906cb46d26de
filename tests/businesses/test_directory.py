"""The directory: naming, reaching, claiming, passing on, certifying; what is public and what is not."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from fund import db
from fund.businesses import agents, desk, nominations, service
from fund.businesses.models import Business, BusinessAgent, Nomination
from fund.businesses.nominations import Named
from fund.businesses.service import Described
from fund.errors import Forbidden, FundError, Invalid, NotFound, SignInNeeded, TooMany, WrongState
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import VISITOR
from fund.prose import paragraphs
from tests import factories

BREAD = Named("Alder Bread", "The best bread", "Ask for Ada, 555 0100", "Tannery Flats")


def listed(name: str = "Alder Bread", agent: Person | None = None, **more: object) -> Business:
    """A business in the directory."""
    with db.writing() as tx:
        return service.make(tx, Described(name=name, **more), agent_id=agent.id if agent else None)  # type: ignore[arg-type]


def fresh(business: Business) -> Business:
    """The business as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Business, business.id)


def test_a_resident_names_a_steward_reaches_the_business_claims(app: Flask) -> None:
    factories.adopt()
    rosa, imani, ada = factories.member("Rosa"), factories.officer("Imani"), factories.person("Ada")
    nomination = nominations.name_business(BREAD, by=factories.actor(rosa))
    assert [str(item.text) for item in desk.waiting(factories.actor(imani))] == ["Reach out to Alder Bread"]
    code = nominations.make_claim(nomination.id, by=factories.actor(imani))
    assert desk.waiting(factories.actor(imani)) == []
    with pytest.raises(SignInNeeded):
        agents.claim(code, by=VISITOR)
    claimed = agents.claim(code.lower(), by=factories.actor(ada))
    assert claimed.id in factories.actor(ada).businesses
    assert db.session.get_one(Nomination, nomination.id).state == "claimed"
    with pytest.raises(Invalid):
        agents.claim(code, by=factories.actor(rosa))
    with pytest.raises(Invalid):
        nominations.name_business(BREAD, by=factories.actor(rosa))


def test_naming_needs_words_and_membership_and_has_a_limit(app: Flask) -> None:
    factories.adopt()
    rosa = factories.actor(factories.member("Rosa"))
    with pytest.raises(Invalid):
        nominations.name_business(Named("Bread", " ", "555"), by=rosa)
    with pytest.raises(Forbidden):
        nominations.name_business(BREAD, by=factories.actor(factories.person("Eve")))
    for i in range(nominations.MOST_OPEN_PER_PERSON):
        nominations.name_business(Named(f"Stall {i}", "Good", "there"), by=rosa)
    with pytest.raises(TooMany):
        nominations.name_business(BREAD, by=rosa)


def test_the_same_business_named_twice_is_listed_once(app: Flask) -> None:
    factories.adopt()
    for name in ("Rosa", "Joon"):
        nominations.name_business(BREAD, by=factories.actor(factories.member(name)))
    assert service.directory().total == 1
    assert nominations.reasons(service.directory().rows[0].id) == ["The best bread"] * 2


def test_who_declines_is_taken_out(app: Flask) -> None:
    factories.adopt()
    nomination = nominations.name_business(BREAD, by=factories.actor(factories.member("Rosa")))
    imani = factories.actor(factories.officer("Imani"))
    nominations.record_contact(nomination.id, state="declined", note="No time", by=imani)
    assert service.directory().total == 0


def test_a_code_dies_with_its_days(app: Flask) -> None:
    factories.adopt()
    imani = factories.actor(factories.officer("Imani"))
    code = nominations.make_claim_for(listed().id, by=imani)
    factories.later(days=agents.CODE_DAYS)
    with pytest.raises(Invalid):
        agents.claim(code, by=factories.actor(factories.person("Ada")))


def test_two_people_with_one_code_at_the_same_moment_let_in_one(app: Flask) -> None:
    factories.adopt()
    imani = factories.actor(factories.officer("Imani"))
    for i in range(3):
        business = listed(f"Stall {i}")
        code = nominations.make_claim_for(business.id, by=imani)
        gate, ends = threading.Barrier(2), []

        def use(actor, gate=gate, ends=ends, code=code) -> None:  # type: ignore[no-untyped-def]
            with app.app_context():
                gate.wait()
                try:
                    agents.claim(code, by=actor)
                    ends.append("in")
                except FundError:
                    ends.append("out")

        people = [factories.actor(factories.person(f"P{i}{j}")) for j in range(2)]
        threads = [threading.Thread(target=use, args=(one,)) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ends) == ["in", "out"]
        db.session.rollback()
        assert len(service.agents_of(business.id)) == 1


def test_acting_for_a_business_passes_on_and_the_last_one_cannot_vanish(app: Flask) -> None:
    factories.adopt()
    ada, bo, cy = (factories.person(name) for name in ("Ada", "Bo", "Cy"))
    business = listed(agent=ada)
    mine = db.session.query(BusinessAgent).filter_by(person_id=ada.id).one()
    with pytest.raises(WrongState):
        agents.end(mine.id, by=factories.actor(ada))
    with pytest.raises(Forbidden):
        agents.let_in(business.id, hands_over=False, by=factories.actor(bo))
    agents.claim(agents.let_in(business.id, hands_over=False, by=factories.actor(ada)), by=factories.actor(bo))
    with pytest.raises(NotFound):
        agents.end(mine.id, by=factories.actor(cy))
    agents.claim(agents.let_in(business.id, hands_over=True, by=factories.actor(ada)), by=factories.actor(cy))
    assert service.agents_of(business.id) == {bo.id, cy.id}
    agents.end(db.session.query(BusinessAgent).filter_by(person_id=bo.id).one().id, by=factories.actor(cy))
    assert [(name, agent.until is None) for agent, name in agents.listed(business.id)] == [
        ("Cy", True), ("Bo", False), ("Ada", False),
    ]  # fmt: skip


def test_two_who_end_each_other_leave_one(app: Flask) -> None:
    factories.adopt()
    ada, bo = factories.person("Ada"), factories.person("Bo")
    business = listed(agent=ada)
    agents.claim(agents.let_in(business.id, hands_over=False, by=factories.actor(ada)), by=factories.actor(bo))
    rows = {row.person_id: row.id for row in db.session.query(BusinessAgent)}
    gate, ends = threading.Barrier(2), []

    def end(actor, number) -> None:  # type: ignore[no-untyped-def]
        with app.app_context():
            gate.wait()
            try:
                agents.end(number, by=actor)
                ends.append("ended")
            except FundError:
                ends.append("refused")

    pairs = [(factories.actor(ada), rows[bo.id]), (factories.actor(bo), rows[ada.id])]
    threads = [threading.Thread(target=end, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["ended", "refused"]
    db.session.rollback()
    assert len(service.agents_of(business.id)) == 1


def test_certification_holds_until_its_day_and_is_not_given_to_oneself(app: Flask) -> None:
    factories.adopt()
    imani = factories.officer("Imani")
    business, own = listed(), listed("Imani's stall", agent=imani)
    today = foundation.today()
    for until, reason in (
        (today, "visited"),
        (today + dt.timedelta(days=1200), "visited"),
        (today + dt.timedelta(9), ""),
    ):
        with pytest.raises(Invalid):
            service.certify(business.id, until=until, reason=reason, by=factories.actor(imani))
    with pytest.raises(Forbidden):
        service.certify(own.id, until=today + dt.timedelta(9), reason="I know it", by=factories.actor(imani))
    service.certify(business.id, until=today + dt.timedelta(9), reason="Visited by two", by=factories.actor(imani))
    assert service.standing(fresh(business)) == "certified"
    (item,) = desk.waiting(factories.actor(imani))
    assert item.url == f"/businesses/{business.slug}/certify", "whoever could renew it is told in time"
    factories.later(days=10)
    assert service.standing(fresh(business)) == "expired"


def test_the_directory_is_filtered_paged_and_asks_as_many_questions_for_1000_as_for_10(
    app: Flask, client: FlaskClient
) -> None:
    factories.adopt()
    asked: list[str] = []
    event.listen(db.alchemy.engines[None], "before_cursor_execute", lambda *args: asked.append(args[2]))

    def questions() -> int:
        client.get("/businesses")
        asked.clear()
        assert client.get("/businesses").status_code == 200
        return len(asked)

    for i in range(10):
        listed(
            f"Stall {i}",
            neighbourhood="Tannery Flats",
            ownership="worker_owned" if i < 3 else "sole_owner",
            tags={"a": True},
        )
    few = questions()
    with db.writing() as tx:
        for i in range(990):
            tx.session.add(
                Business(slug=f"more-{i}", name=f"More {i}", listed_at=tx.now(), neighbourhood="Quarry Hill")
            )
    assert questions() == few
    page = client.get("/businesses?neighbourhood=Tannery Flats&ownership=worker_owned").get_data(as_text=True)
    assert "3 businesses" in page
    assert "Page 2 of 42" in client.get("/businesses?page=2").get_data(as_text=True)
    for odd in ("page=0", "page=-1", "page=99999999999", "page=x", "ownership=x&neighbourhood='--", "page=999"):
        assert client.get(f"/businesses?{odd}").status_code == 200


def test_contact_and_private_words_are_never_on_the_page(app: Flask, client: FlaskClient) -> None:
    factories.adopt()
    ada = factories.person("Ada")
    listed(agent=ada, contact_email="ada@example.org", contact_phone="555 010 1234", contact_name="Ada B",
           tags={"queer-run": False, "open late": True})  # fmt: skip
    nominations.name_business(
        Named("Other", "Why not <b>", "secret door"), by=factories.actor(factories.member("Rosa Q"))
    )
    for path in ("/businesses", "/businesses/alder-bread", "/businesses/other"):
        page = client.get(path).get_data(as_text=True)
        for private in ("ada@example.org", "555 010", "queer-run", "secret door", "Rosa Q", "<b>"):
            assert private not in page
    assert "open late" in client.get("/businesses/alder-bread").get_data(as_text=True)


def test_only_its_people_change_a_page(app: Flask, client: FlaskClient) -> None:
    factories.adopt()
    ada, eve = factories.person("Ada"), factories.person("Eve")
    business = listed(agent=ada)
    said = {"name": "Alder & Co", "ownership": "worker_owned", "tags": "family-run, open late", "state": "certified",
            "certified_until": "2030-01-01", "slug": "evil", "neighbourhood": ""}  # fmt: skip
    factories.sign_in(client, eve)
    token = factories.csrf(client, "/businesses/claim")
    for path in ("edit", "people", "listing", "certify", "code"):
        answer = client.post(f"/businesses/alder-bread/{path}", data={**said, "csrf_token": token})
        assert (path, answer.status_code) == (path, 403)
    factories.sign_in(client, ada)
    token = factories.csrf(client, "/businesses/alder-bread/edit")
    assert client.post("/businesses/alder-bread/edit", data={**said, "csrf_token": token}).status_code == 303
    changed = fresh(business)
    assert (changed.name, changed.slug, changed.state, changed.certified_until) == (
        "Alder & Co",
        "alder-bread",
        "listed",
        None,
    )
    assert client.post("/businesses/alder-bread/listing", data={"csrf_token": token}).status_code == 303
    assert app.test_client().get("/businesses/alder-bread").status_code == 404
    assert client.get("/businesses/alder-bread").status_code == 200


def test_a_code_passes_on_through_the_pages_and_is_shown_once(app: Flask, client: FlaskClient) -> None:
    factories.adopt()
    ada, bo = factories.person("Ada"), factories.person("Bo")
    business = listed(agent=ada)
    factories.sign_in(client, ada)
    path = "/businesses/alder-bread/people"
    token = factories.csrf(client, path)
    client.post(path, data={"way": "instead", "csrf_token": token})
    shown = re.search(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}", client.get(path).get_data(as_text=True))
    assert shown is not None
    assert shown[0] not in client.get(path).get_data(as_text=True)
    other = app.test_client()
    assert other.get(f"/businesses/claim/{shown[0]}").headers["Location"].startswith("/sign-in?next=")
    factories.sign_in(other, bo)
    assert other.get(f"/businesses/claim/{shown[0]}").status_code == 200
    assert service.agents_of(business.id) == {ada.id}
    token = factories.csrf(other, "/businesses/claim")
    assert other.post("/businesses/claim", data={"code": shown[0], "csrf_token": token}).status_code == 303
    assert service.agents_of(business.id) == {bo.id}
    assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("One\ntwo\n\nthree", "<p>One<br>\ntwo</p>\n<p>three</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,a)", "<p>[x](data:text/html,a)</p>\n"),
        ("![x](https://a.example/b.png)", None),
        ("# Big", "<p># Big</p>\n"),
        ("    not code", "<p>not code</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<a href=x onclick=y>z</a>", "<p>&lt;a href=x onclick=y&gt;z&lt;/a&gt;</p>\n"),
        (None, ""),
    ],
)
def test_long_texts_become_paragraphs_and_nothing_that_runs(typed: str | None, html: str | None) -> None:
    made = str(paragraphs(typed))
    assert made == html or html is None
    assert not re.search(r"<(?!/?(p|br|em|strong|ul|ol|li|blockquote|a)\b)", made)
    assert "javascript:" not in re.sub(r">[^<]*<", "><", made)
