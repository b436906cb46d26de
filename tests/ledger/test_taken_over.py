"""What an old fund brought with it goes on here: its loans are paid back, its notes and members' accounts paid out."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fund import db
from fund.awards.models import Award
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.ledger import takeover
from fund.ledger.models import BroughtLine, Disbursement
from fund.members.models import Person
from fund.notes.models import Note
from fund.operations.check import examined, invariants
from fund.payments import service as payments
from fund.permissions import Actor
from fund.pots import reading as pots
from fund.repayments import plan
from fund.surplus.models import SurplusShare
from tests import factories
from tests.ledger import money
from tests.notes import terms

HEAD = "what,account,name,amount,date,due,product,rate,interest\n"
LATER = f"{dt.datetime.now(dt.UTC).year + 2}-01-15"
FILE = (
    HEAD
    + f"""balance,cash:free,,50000,,,,,
note,neighbour,Rosa,2500,2020-05-01,2024-05-01,,2,12.50
note,old-friends,A lender far away,1500,2023-06-01,{LATER},,1.5,
loan,bread,Alder Bread,9000,2023-07-01,{LATER},zero_interest,,
repayment,bread,,3000,2024-01-31,,,,
loan,mill,The Mill,1200,2023-07-01,{LATER},,3,
loan,cart,Tamale Cart,4000,2023-07-01,,revenue_share,4,
loan,paid,Long Paid,100,2020-07-01,2021-01-01,,,
repayment,paid,,100,2021-01-01,,,,
member,,Rosa,120,,,,,
member,,Pat,80,,{LATER},,,
balance,equity:fund,What the fund owns,56987.50,,,,,
"""
)


@pytest.fixture
def people(app: Flask) -> dict[str, Person]:
    """An old fund whose books came in."""
    factories.adopt()
    made = {
        "rosa": factories.member("Rosa"),
        "pat": factories.member("Pat"),
        "imani": factories.officer("Imani", "treasurer"),
    }
    made |= {name: factories.officer(name.title()) for name in ("wren", "dana")}
    by = factories.actor(made["imani"])
    assert takeover.look("opening", FILE.encode(), on=foundation.today(), by=by).faults == ()
    takeover.bring("opening", FILE.encode(), on=foundation.today(), by=by)
    return made


def actors(people: dict[str, Person], *names: str) -> list[Actor]:
    return [factories.actor(people[name]) for name in names]


def holds() -> bool:
    db.session.rollback()
    return [fault for _s, found in examined(invariants()) for fault in found] == []


def award_of(name: str) -> Award:
    db.session.rollback()
    awards = db.session.scalars(select(Award).order_by(Award.id)).all()
    return awards[("bread", "mill", "cart").index(name)]


def paid_out(people: dict[str, Person]) -> Disbursement:
    """The newest payment is approved by two and recorded as made."""
    payment = db.session.scalars(select(Disbursement).order_by(Disbursement.id.desc()).limit(1)).one()
    imani, wren, dana = actors(people, "imani", "wren", "dana")
    for hand in (wren, dana):
        if payments.get(payment.id).state == "requested":
            payments.approve(payment.id, seen_hash=payment.payload_hash, by=hand)
    return payments.settle(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=imani)


def test_the_position_holds_and_every_loan_has_a_plan_of_what_is_left(people: dict[str, Person]) -> None:
    assert holds()
    bread, mill, cart = (plan.of(db.session(), award_of(name)) for name in ("bread", "mill", "cart"))
    assert (bread.capital_minor, bread.open_minor, bread.gained_minor) == (600_000, 600_000, 0)
    assert 12 <= len(bread.open) <= 25
    assert bread.open[-1].due.due_on.isoformat() == LATER
    assert mill.open_minor > mill.capital_minor == 120_000
    assert (cart.capital_minor, cart.open, cart.room_minor) == (400_000, [], 400_000)
    assert money.held("liability:notes-old-friends") == -150_000
    assert money.held("liability:interest-neighbour") == -1_250


def test_what_goes_on_is_not_corrected_behind_its_back(people: dict[str, Person]) -> None:
    by = factories.actor(people["imani"])
    lines = db.session.scalars(
        select(BroughtLine).where(BroughtLine.entry_id.is_not(None)).order_by(BroughtLine.id)
    ).all()
    for line in lines:
        if line.what in ("note", "loan", "member"):
            assert line.entry_id is not None
            with pytest.raises(Invalid, match="goes on as"):
                ledger.reverse_entry(line.entry_id, new_id=uuid.uuid4(), reason="Wrong", by=by)
    assert holds()


def test_a_loan_taken_over_is_paid_back_on_its_page(client: FlaskClient, people: dict[str, Person]) -> None:
    award = award_of("bread")
    page = f"/awards/{award.id}"
    assert client.get(page).status_code in (404, 401, 302, 303)
    factories.sign_in(client, people["rosa"])
    assert client.get(page).status_code == 404
    factories.sign_in(client, people["imani"])
    shown = client.get(page).text
    assert "$9,000" in shown
    assert "$3,000" in shown
    token = factories.csrf(client, f"{page}/repayments/receive")
    sent = {"csrf_token": token, "amount": "100", "paid_on": foundation.today().isoformat(), "kind": "due",
            "request_id": str(uuid.uuid4())}  # fmt: skip
    assert client.post(f"{page}/repayments/receive", data=sent).status_code == 303
    assert money.held(f"receivable:award-{award.id}") == 590_000
    assert holds()


def test_who_acts_for_the_business_reads_what_it_owes_now(client: FlaskClient, people: dict[str, Person]) -> None:
    factories.sign_in(client, people["imani"])
    assert "Alder Bread" in client.get("/treasury/repayments").text
    with db.writing() as tx:
        from fund.businesses import agents
        from fund.businesses.models import Business

        business = tx.session.scalars(select(Business).where(Business.name == "Tamale Cart")).one()
        agents.add(tx, business, people["pat"].id, let_in_by=people["imani"].id)
    factories.later(days=32)
    factories.sign_in(client, people["pat"])
    assert "Tamale Cart" in client.get("/me/owed").text
    told = client.get(f"/awards/{award_of('cart').id}/repayments")
    assert told.status_code == 200
    assert holds()


def test_no_page_for_everyone_names_a_business_of_older_books(client: FlaskClient, people: dict[str, Person]) -> None:
    decided = db.session.scalars(select(Decision.id)).all()
    pages = ["/rounds", "/rounds/older-loans", "/money", "/money/journal", "/money/reports", "/money/reports/portfolio",
             "/rounds/older-loans/proposals/bread", "/businesses", *(f"/decisions/{number}" for number in decided)]  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert answer.status_code in (200, 404), (page, answer.status_code)
        assert "Alder Bread" not in answer.text, page
        assert "Rosa" not in answer.text, page


def test_a_note_taken_over_is_seen_by_its_holder_and_paid_out(client: FlaskClient, people: dict[str, Person]) -> None:
    factories.sign_in(client, people["rosa"])
    shown = client.get("/me/notes").text
    assert "$2,500" in shown
    imani, wren = actors(people, "imani", "wren")
    decision = terms.decided("note_schedule", by=imani, second=wren)
    note = db.session.scalars(select(Note).order_by(Note.id)).first()
    assert note is not None
    factories.sign_in(client, people["imani"])
    for part in ("principal", "interest"):
        page = f"/treasury/notes/{note.id}"
        token = factories.csrf(client, page)
        sent = {"csrf_token": token, "part": part, "decision": str(decision.id)}
        assert client.post(f"{page}/payouts", data=sent).status_code == 303
        paid_out(people)
    db.session.rollback()
    note = db.session.get_one(Note, note.id)
    assert (note.state, note.owed_minor, note.interest_minor) == ("repaid", 0, 0)
    assert holds()


def test_a_members_account_taken_over_is_paid_out_when_its_day_has_come(
    client: FlaskClient, people: dict[str, Person]
) -> None:
    first, second = db.session.scalars(select(SurplusShare).order_by(SurplusShare.id)).all()
    factories.sign_in(client, people["rosa"])
    assert "$120" in client.get("/me/surplus").text
    factories.sign_in(client, people["imani"])
    token = factories.csrf(client, f"/surplus/runs/{first.run_id}")

    def asked(share: SurplusShare) -> int:
        sent = {"csrf_token": token, "share": str(share.id)}
        return client.post(f"/surplus/runs/{share.run_id}/redeem", data=sent).status_code

    assert asked(second) == 409
    for decision in db.session.scalars(select(Decision).where(Decision.title.contains("accounts"))).all():
        decisions.confirm(decision.id, by=factories.actor(people["wren"]))
    assert asked(first) == 303
    assert paid_out(people).payee_name == "Rosa"
    assert money.held("liability:member-accounts") == -8_000
    assert holds()


def test_money_of_a_pot_comes_into_the_pot_and_no_other_is_known(app: Flask) -> None:
    factories.adopt("c6-land-return")
    by = money.treasurer()
    position = HEAD + "balance,cash:pot-indigenous-led,,300,,,,,\nbalance,equity:fund,Own,300,,,,,\n"
    wrong = takeover.look("opening", position.replace("led,", "lad,").encode(), on=foundation.today(), by=by)
    assert [(fault.line, fault.column) for fault in wrong.faults] == [(2, "account")]
    takeover.bring("opening", position.encode(), on=foundation.today(), by=by)
    assert pots.pot("indigenous-led").held_minor == 30_000
    assert holds()


@pytest.mark.parametrize(("line", "column"), [
    ("loan,a,A,10,2024-01-01,,,,", "due"), ("loan,a,A,10,2024-01-01,2030-01-01,gift,,", "product"),
    ("loan,a,A,10,2024-01-01,,revenue_share,,", "rate"), ("loan,a,A,10,2024-01-01,2030-01-01,zero_interest,3,", "rate"),
    ("loan,a,A,10,2024-01-01,2030-01-01,,3,5", "interest"), ("note,n,Rosa,10,2024-01-01,2023-01-01,,,", "due"),
    ("note,n,Rosa,10,2024-01-01,,,25,", "rate"), ("note,n,Rosa,10,2024-01-01,,grant,,", "product"),
    ("note,n,Rosa,10,2024-01-01,,,much,", "rate"), ("member,,Nobody,10,,,,,", "name"),
    ("balance,liability:interest-n,,10,,,,,", "account"),
])  # fmt: skip
def test_what_could_not_go_on_here_is_named_before_anything_is_written(app: Flask, line: str, column: str) -> None:
    factories.adopt()
    factories.member("Rosa")
    found = takeover.look("opening", f"{HEAD}{line}\n".encode(), on=foundation.today(), by=money.treasurer())
    assert column in {fault.column for fault in found.faults if fault.line == 2}
