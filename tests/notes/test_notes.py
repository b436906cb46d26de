"""A note's life: issued, interest, handed on, paid by its terms or earlier, made a gift; and who may see it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask

from fund import db, jobs
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import history, reading
from fund.notes import changes, interest, payouts
from fund.notes import service as notes
from fund.notes.holders import NewHolder
from fund.notes.models import Note, NoteMovement
from fund.notes.reading import lenders, of_holder
from fund.notes.service import NewNote
from fund.operations import check
from fund.payments import service as payments
from fund.permissions import Actor
from tests import factories
from tests.ledger import money
from tests.notes import terms


@pytest.fixture
def hands(app: Flask) -> tuple[Actor, Actor, Actor]:
    """C1; a treasurer, and two stewards."""
    factories.adopt("c1-commons-fund")
    return (
        terms.treasurer(),
        *(factories.actor(factories.officer(name, class_code="voting")) for name in ("Dana", "Ruth")),
    )  # type: ignore[return-value]


def unbroken() -> list[str]:
    return [fault for _sentence, faults in check.examined(check.invariants()) for fault in faults]


def paid(payment_id: int, amount_by: tuple[Actor, Actor, Actor], key: uuid.UUID | None = None) -> None:
    by, one, other = amount_by
    seen = payments.get(payment_id).payload_hash
    payments.approve(payment_id, seen_hash=seen, by=one)
    if payments.get(payment_id).state == "requested":
        payments.approve(payment_id, seen_hash=seen, by=other)
    payments.settle(payment_id, paid_on=foundation.today(), entry_id=key or uuid.uuid4(), by=by)


def test_a_year_of_a_solidarity_note_and_its_end(hands: tuple[Actor, Actor, Actor]) -> None:
    by = hands[0]
    money.gift(1_000_000, by=by)
    note = terms.note("solidarity", 1_000, by=by, matures_on=foundation.today() + dt.timedelta(days=365)).id
    factories.later(days=365)
    assert interest.accrue(by=by) == 2_000
    assert interest.accrue(by=by) == 0
    assert (money.held("liability:interest-solidarity"), money.held("expense:note-interest")) == (-2_000, 2_000)
    schedule = terms.decided("note_schedule", by=by, second=hands[1])
    for part in ("interest", "principal"):
        paid(payouts.request(note, part=part, decision_id=schedule.id, by=by).id, hands)
    assert notes.get(note).state == "repaid"
    assert (money.held("liability:notes-solidarity"), money.held("cash:free")) == (0, 998_000)
    whole = reading.money()
    assert whole.adds_up
    assert [(one.label, one.amount_minor) for one in whole.elsewhere] == [("Paid to note-holders", 102_000)]
    assert unbroken() == []
    with pytest.raises(WrongState):
        payouts.request(note, part="principal", decision_id=schedule.id, by=by)


def test_the_clock_counts_whole_months_once(hands: tuple[Actor, Actor, Actor]) -> None:
    note = terms.note("anchor", 36_500, by=hands[0]).id
    factories.later(days=70)
    assert jobs.tick() == []
    end = foundation.today().replace(day=1) - dt.timedelta(days=1)
    counted = notes.get(note)
    assert counted.accrued_through == end
    booked = counted.interest_minor
    assert booked == (end - counted.issued_on).days * 100
    assert jobs.tick() == []
    assert notes.get(note).interest_minor == booked
    assert unbroken() == []


def test_paying_before_maturity_needs_a_decision_of_its_own(hands: tuple[Actor, Actor, Actor]) -> None:
    by, second, _third = hands
    note = terms.note("anchor", 5_000, by=by).id
    schedule = terms.decided("note_schedule", by=by, second=second)
    with pytest.raises(Invalid, match="kind of decision"):
        payouts.request(note, part="principal", decision_id=schedule.id, by=by)
    early = terms.decided("consent", by=by, second=second)
    for wrong in (0, -1, 500_001, 10**16):
        with pytest.raises(Invalid):
            payouts.request(note, part="principal", amount_minor=wrong, decision_id=early.id, by=by)
    payment = payouts.request(note, part="principal", amount_minor=200_000, decision_id=early.id, by=by)
    with pytest.raises(WrongState, match="on its way"):
        payouts.request(note, part="principal", decision_id=early.id, by=by)
    paid(payment.id, hands)
    assert (notes.get(note).state, notes.get(note).owed_minor) == ("repaying", 300_000)
    assert unbroken() == []


def test_a_payment_that_came_back_is_owed_again(hands: tuple[Actor, Actor, Actor]) -> None:
    by, second, _third = hands
    note = terms.note("anchor", 5_000, by=by).id
    early = terms.decided("consent", by=by, second=second)
    payment = payouts.request(note, part="principal", decision_id=early.id, by=by).id
    paid(payment, hands)
    assert notes.get(note).state == "repaid"
    payments.bounce(payment, reason="No such account", new_id=uuid.uuid4(), by=by)
    assert (notes.get(note).state, notes.get(note).owed_minor) == ("repaying", 500_000)
    assert unbroken() == []


def test_nobody_approves_what_they_asked_for_or_are_paid(hands: tuple[Actor, Actor, Actor]) -> None:
    by, second, third = hands
    note = terms.note("anchor", 5_000, by=by, holder=NewHolder("", person_id=second.person_id)).id
    early = terms.decided("consent", by=by, second=third)
    payment = payouts.request(note, part="principal", decision_id=early.id, by=by)
    seen = payment.payload_hash
    for person in (by, second):
        with pytest.raises(Forbidden):
            payments.approve(payment.id, seen_hash=seen, by=person)
    with pytest.raises(WrongState):
        payments.approve(payment.id, seen_hash=b"x" * 32, by=third)
    payments.approve(payment.id, seen_hash=seen, warnings_read=[f"name:{second.person_id}"], by=third)
    with pytest.raises(Forbidden):
        payments.approve(payment.id, seen_hash=seen, by=third)
    with pytest.raises(WrongState):
        payments.settle(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    payments.end(payment.id, reason="Not yet", by=by)
    assert notes.get(note).owed_minor == 500_000


def test_a_note_recorded_twice_is_one_and_a_mistake_is_mirrored(hands: tuple[Actor, Actor, Actor]) -> None:
    by = hands[0]
    new = NewNote("anchor", NewHolder("Ada"), 500_000, foundation.today(), uuid.uuid4())
    first = notes.record_note(new, by=by).id
    assert notes.record_note(new, by=by).id == first
    other = NewNote("anchor", NewHolder("Ada"), 600_000, foundation.today(), new.request_id)
    with pytest.raises(Invalid, match="other content"):
        notes.record_note(other, by=by)
    notes.take_back(first, reason="Typed twice", new_id=uuid.uuid4(), by=by)
    assert (money.held("cash:free"), notes.get(first).state) == (0, "withdrawn")
    assert unbroken() == []


@pytest.mark.parametrize(
    ("code", "amount", "more"),
    [
        ("unknown", 5_000_00, {}), ("anchor", 499_999, {}), ("anchor", 0, {}), ("anchor", -5, {}), ("anchor", 10**16, {}),
        ("neighbour", 2_500, {}), ("anchor", 500_000, {"rate_bp": 2001}), ("anchor", 500_000, {"issued_on": +1}),
        ("anchor", 500_000, {"matures_on": -1}), ("anchor", 500_000, {"holder": NewHolder(" ")}),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(
    hands: tuple[Actor, Actor, Actor], code: str, amount: int, more: dict[str, object]
) -> None:
    day = foundation.today()
    said = {
        "class_code": code,
        "holder": NewHolder("Ada"),
        "principal_minor": amount,
        "issued_on": day,
        "request_id": uuid.uuid4(),
    } | {
        name: day + dt.timedelta(days=value) if isinstance(value, int) and name != "rate_bp" else value
        for name, value in more.items()
    }
    with pytest.raises(Invalid):
        notes.record_note(NewNote(**said), by=hands[0])  # type: ignore[arg-type]
    assert db.session.query(Note).count() == 0
    assert money.held("cash:free") == 0


def test_promised_then_issued_or_set_aside(hands: tuple[Actor, Actor, Actor]) -> None:
    by = hands[0]
    made = [
        notes.record_note(
            NewNote("anchor", NewHolder("Ada"), 500_000, foundation.today(), uuid.uuid4()), pledged=True, by=by
        ).id
        for _one in range(2)
    ]
    assert money.held("cash:free") == 0
    notes.issue(made[0], on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    notes.withdraw(made[1], by=by)
    assert [notes.get(one).state for one in made] == ["issued", "withdrawn"]
    with pytest.raises(WrongState):
        notes.issue(made[1], on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    assert unbroken() == []


def test_a_note_of_somebody_who_died_goes_to_the_estate_and_the_heir(hands: tuple[Actor, Actor, Actor]) -> None:
    by, second, _third = hands
    note = terms.note("neighbour", 100, by=by, holder=NewHolder("", person_id=second.person_id)).id
    today = foundation.today()
    with pytest.raises(Invalid, match="keeps this class"):
        changes.hand_on(note, to=NewHolder("A cousin"), why="Sold", on=today, by=by)
    changes.hand_on(note, to=NewHolder("Estate of Dana"), why="She died", on=today, estate=True, by=by)
    assert of_holder(second.person_id or 0).notes == []
    heir = factories.member("Heir", class_code="voting")
    changes.hand_on(note, to=NewHolder("", person_id=heir.id), why="Inherited", on=today, by=by)
    assert [one.id for one in of_holder(heir.id).notes] == [note]
    assert db.session.query(NoteMovement).filter_by(kind="transferred").count() == 2
    assert unbroken() == []


def test_a_note_made_a_gift_can_be_granted(hands: tuple[Actor, Actor, Actor]) -> None:
    by, second, _third = hands
    note = terms.note("solidarity", 1_000, by=by).id
    factories.later(days=73)
    assert reading.money().own.grantable_minor == 0
    decision = terms.decided("consent", by=by, second=second)
    changes.convert(note, decision_id=decision.id, entry_id=uuid.uuid4(), said="With love", by=by)
    assert notes.get(note).state == "converted_to_gift"
    assert reading.money().own.grantable_minor == 100_000
    assert reading.money().adds_up
    assert unbroken() == []
    with pytest.raises(WrongState):
        changes.hand_on(note, to=NewHolder("X"), why="x", on=foundation.today(), by=by)


def test_notes_of_older_books_take_up_their_opening_balance(hands: tuple[Actor, Actor, Actor]) -> None:
    by, day = hands[0], foundation.today() - dt.timedelta(days=30)
    history.opening_balance(
        code="liability:notes-anchor", name="Anchor notes", amount_minor=700_000, on=day, entry_id=uuid.uuid4(), by=by
    )
    assert unbroken() == []
    new = NewNote("anchor", NewHolder("Ada"), 500_000, day, uuid.uuid4())
    notes.record_note(new, in_the_books=True, by=by)
    assert unbroken() == []
    with pytest.raises(Invalid, match="opening balance"):
        notes.record_note(NewNote("anchor", NewHolder("Bo"), 500_000, day, uuid.uuid4()), in_the_books=True, by=by)


def test_a_loss_leaves_what_is_promised_to_a_holder_in_the_bank(hands: tuple[Actor, Actor, Actor]) -> None:
    from fund.notes import losses

    by, second, third = hands
    note = terms.note("anchor", 10_000, by=by).id
    decision = terms.decided("consent", by=by, second=second)
    payment = payouts.request(note, part="principal", amount_minor=600_000, decision_id=decision.id, by=by)
    for person in (second, third):
        payments.approve(payment.id, seen_hash=payment.payload_hash, by=person)
    money.gift(1, by=by)
    losses.record_loss(amount_minor=400_001, memo="Stolen", decision_id=decision.id, entry_id=uuid.uuid4(), by=by)
    assert notes.get(note).owed_minor == 600_000
    payments.settle(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    assert (notes.get(note).owed_minor, notes.get(note).state) == (0, "repaid")
    assert unbroken() == []


def test_anyone_sees_what_matures_and_no_terms(app: Flask, hands: tuple[Actor, Actor, Actor]) -> None:
    by = hands[0]
    terms.note(
        "anchor", 5_000, by=by, matures_on=foundation.today() + dt.timedelta(days=300), holder=NewHolder("Zelda Q")
    )
    terms.note("anchor", 7_000, by=by, matures_on=foundation.today() + dt.timedelta(days=400))
    assert lenders().within_12_months_minor == 500_000
    page = app.test_client().get("/money").text
    assert "$5,000 of it matures within 12 months" in page
    assert "Zelda" not in page
    assert app.test_client().get("/treasury/notes").status_code == 303
