"""Taking in and matching, through the services: what is known stays known, sums are kept, two people leave a line out."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.audit.models import AuditEvent
from fund.awards.models import Tranche
from fund.bank import files, invariants, reading, recording, service, statements
from fund.bank.files import Told
from fund.bank.models import BankAccount, BankLine, IgnoredLine, Match, Statement, StatementFile, StatementLine
from fund.db import guards
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.ledger import accounts
from fund.ledger import service as ledger
from fund.ledger.models import Disbursement
from fund.payments import service as payments
from fund.permissions import Actor
from tests import factories
from tests.awards import winners
from tests.bank.hands import accept_sure, day, difference, lines_taken, taken
from tests.bank.made import Said, as_camt, as_csv, as_ofx
from tests.ledger import money


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


@pytest.fixture
def imani() -> Actor:
    """The treasurer."""
    return money.treasurer("Imani T.")


def count(model: type) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def the_lines() -> list[BankLine]:
    """Every line, oldest first."""
    return list(db.session.scalars(select(BankLine).order_by(BankLine.booked_on, BankLine.id)))


def broken() -> list[str]:
    """What breaks an invariant of the bank."""
    db.session.rollback()
    return [fault for _sentence, look in invariants.INVARIANTS for fault in look()]


def test_a_gift_at_the_bank_and_in_the_books_agree(imani: Actor) -> None:
    money.gift(50_000, by=imani, on=day(3))
    lines_taken(Said(day(2), 50_000, "A neighbour", "Gift"), by=imani)
    assert (difference(), reading.standing().open_lines) == (0, 1)  # type: ignore[union-attr]
    assert accept_sure(by=imani) == 1
    assert [one.state for one in the_lines()] == ["matched"]
    assert (difference(), reading.standing().open_lines) == (0, 0)  # type: ignore[union-attr]
    assert broken() == []


def test_the_same_file_twice_changes_nothing(imani: Actor) -> None:
    data = as_ofx([Said(day(2), 50_000, "x", "y")], 0, day(9), day(1))
    first = taken(data, by=imani)
    before = count(AuditEvent), count(BankLine), count(Statement)
    again = files.begin(first.account_id, "other name.ofx", data, by=imani)
    assert isinstance(again, Statement)
    assert again.id == first.id
    assert (count(AuditEvent), count(BankLine), count(Statement)) == before
    assert count(StatementFile) == 0


def test_days_that_overlap_bring_only_what_is_new_in_whatever_format(imani: Actor) -> None:
    lines = [
        Said(day(9), 100, "a", "one"),
        Said(day(5), 200, "b", "two"),
        Said(day(5), 200, "b", "two"),
        Said(day(2), -50, "c", "three"),
    ]
    taken(as_ofx(lines[:3], 0, day(9), day(4)), by=imani)
    taken(as_camt(lines[1:], 100, day(5), day(1)), by=imani, name="x.xml")
    taken(as_csv(lines, 0), by=imani, name="x.csv")
    assert [one.amount_minor for one in the_lines()] == [100, 200, 200, -50]
    assert reading.gaps() == []
    assert [count(StatementLine), count(Statement)] == [3 + 3 + 4, 3]
    assert broken() == []


def test_a_second_line_of_a_known_day_is_new_when_the_bank_names_it_otherwise(imani: Actor) -> None:
    taken(as_ofx([Said(day(5), 200, "b", "two", "N1")], 0, day(9), day(5)), by=imani)
    taken(
        as_ofx([Said(day(5), 200, "b", "two", "N1"), Said(day(5), 200, "b", "two", "N2")], 0, day(9), day(4)), by=imani
    )
    assert [one.external_id.split()[0] for one in the_lines()] == ["N1", "N2"]
    assert broken() == []


def test_a_gap_between_statements_is_named_and_closes_when_it_is_filled(imani: Actor) -> None:
    one, missing, two = Said(day(28), 100, "a"), Said(day(18), 70, "b"), Said(day(8), 30, "c")
    taken(as_camt([one], 0, day(30), day(25)), by=imani, name="1.xml")
    taken(as_camt([two], 170, day(10), day(5)), by=imani, name="3.xml")
    ((_name, gap),) = reading.gaps()
    assert (gap.first, gap.last, gap.amount_minor, gap.days) == (day(24), day(11), 70, 14)
    assert broken() == []
    taken(as_camt([missing], 100, day(24), day(11)), by=imani, name="2.xml")
    assert reading.gaps() == []
    assert broken() == []


def test_an_ofx_that_does_not_begin_where_the_last_ended_is_refused_with_both_sums(imani: Actor) -> None:
    taken(as_ofx([Said(day(9), 100, "a")], 0, day(9), day(6)), by=imani)
    with pytest.raises(Invalid, match=r"\$1 at the beginning.*at the end stand \$9"):
        taken(as_ofx([Said(day(5), 200, "b")], 700, day(5), day(1)), by=imani)
    assert count(Statement) == 1


def test_a_csv_without_balances_asks_for_both_and_refuses_what_does_not_add_up(imani: Actor) -> None:
    data = f"Date,Amount,Description\n{day(3)},5.00,x\n{day(2)},-1.50,y\n".encode()
    file = files.begin(0, "bank.csv", data, by=imani)
    assert isinstance(file, StatementFile)
    assert files.look(file.id).asks_for_balances
    with pytest.raises(Invalid, match="does not say what was on the account"):
        files.take(file.id, by=imani)
    files.tell(file.id, Told(opening_minor=100, closing_minor=451), by=imani)
    with pytest.raises(Invalid, match=r"\$4\.50, but at the end stand \$4\.51"):
        files.take(file.id, by=imani)
    assert count(Statement) == 0
    files.tell(file.id, Told(opening_minor=100, closing_minor=450, from_on=day(9), to_on=day(1)), by=imani)
    statement = files.take(file.id, by=imani)
    assert (statement.from_on, statement.to_on, statement.closing_minor) == (day(9), day(1), 450)
    assert count(StatementFile) == 0


def test_a_kept_profile_reads_the_next_file_of_that_bank_without_asking(imani: Actor) -> None:
    def file(n: int, amount: str) -> bytes:
        return f"wann;wieviel;wozu;danach\n{day(n):%d.%m.%Y};{amount};x;{amount}\n".encode()

    first = files.begin(0, "a.csv", file(8, "5,00"), by=imani)
    assert isinstance(first, StatementFile)
    assert files.look(first.id).refused
    mapping = files.told_of(first).mapping
    assert mapping is not None
    mapping = dataclasses.replace(
        mapping,
        delimiter="semicolon",
        date="wann",
        amount="wieviel",
        reference="wozu",
        balance="danach",
        decimal=",",
        date_form="DD.MM.YYYY",
    )
    files.tell(first.id, Told(mapping=mapping, profile="Sparkasse"), by=imani)
    files.take(first.id, by=imani)
    second = files.begin(
        1, "b.csv", b"wann;wieviel;wozu;danach\n" + f"{day(4):%d.%m.%Y};-2,00;y;3,00\n".encode(), by=imani
    )
    assert isinstance(second, StatementFile)
    assert files.look(second.id).whole is not None
    assert [one.name for one in files.profiles()] == ["Sparkasse"]


def test_a_statement_of_days_to_come_is_refused(imani: Actor) -> None:
    with pytest.raises(Invalid, match="not come yet"):
        taken(as_ofx([Said(day(2), 100, "a")], 0, day(9), day(-3)), by=imani)


def test_one_line_is_several_entries_and_one_entry_several_lines_with_sums_kept(imani: Actor) -> None:
    given = [money.gift(amount, by=imani, on=day(4)) for amount in (2_000, 2_000, 1_500, 10_000)]
    ids = [one.entry_id for one in given if one.entry_id is not None]
    lines_taken(
        Said(day(3), 5_500, "Card shop", "three gifts"),
        Said(day(3), 4_000, "part 1"),
        Said(day(2), 6_000, "part 2"),
        by=imani,
    )
    one, two, three = the_lines()
    assert service.match(one.id, ids[:3], by=imani).state == "matched"
    service.match(two.id, ids[3:], by=imani)
    assert broken() == []
    assert service.match(three.id, ids[3:], by=imani).state == "matched"
    amounts = sorted(one.amount_minor for one in db.session.scalars(select(Match)))
    assert amounts == [1_500, 2_000, 2_000, 4_000, 6_000]
    assert (difference(), broken()) == (0, [])


def test_a_line_that_is_more_than_its_entry_waits_with_the_rest(imani: Actor) -> None:
    gift = money.gift(2_000, by=imani, on=day(4))
    assert gift.entry_id is not None
    lines_taken(Said(day(3), 5_000, "both"), by=imani)
    line = service.match(the_lines()[0].id, [gift.entry_id], by=imani)
    assert (line.state, line.settled_minor) == ("open", 2_000)
    recording.as_contribution(line.id, kind="gift", request_id=uuid.uuid4(), by=imani)
    assert the_lines()[0].state == "matched"
    assert money.held("cash:free") == 5_000
    assert (difference(), broken()) == (0, [])


def test_what_does_not_fit_is_refused_and_nothing_is_written(imani: Actor) -> None:
    gift = money.gift(2_000, by=imani, on=day(4))
    assert gift.entry_id is not None
    lines_taken(Said(day(3), -2_000, "out"), Said(day(3), 2_000, "in"), Said(day(2), 2_000, "in again"), by=imani)
    out, come, again = the_lines()
    with pytest.raises(Invalid, match="different directions"):
        service.match(out.id, [gift.entry_id], by=imani)
    with pytest.raises(Invalid, match="at least one"):
        service.match(come.id, [], by=imani)
    service.match(come.id, [gift.entry_id], by=imani)
    with pytest.raises(WrongState, match="matched with another line"):
        service.match(again.id, [gift.entry_id], by=imani)
    with pytest.raises(WrongState, match="settled in the meantime"):
        service.match(come.id, [gift.entry_id], by=imani)
    for key in ("entry-nothing", "payment-x", "else-1", "entry-", "", "pledge-²"):
        with pytest.raises(NotFound):
            service.accept([(again.id, key)], by=imani)
    with pytest.raises(NotFound):
        service.accept([(99_999, f"entry-{gift.entry_id}")], by=imani)
    assert count(Match) == 1


def test_accepting_many_is_all_or_none(imani: Actor) -> None:
    first, second = (money.gift(amount, by=imani, on=day(4)) for amount in (2_000, 3_000))
    lines_taken(Said(day(3), 2_000, "a"), Said(day(3), 3_000, "b"), by=imani)
    one, two = the_lines()
    with pytest.raises(WrongState):
        service.accept([(one.id, f"entry-{first.entry_id}"), (two.id, f"entry-{first.entry_id}")], by=imani)
    assert count(Match) == 0
    assert service.accept([(one.id, f"entry-{first.entry_id}"), (two.id, f"entry-{second.entry_id}")], by=imani) == 2


def test_a_match_is_taken_away_and_made_anew(imani: Actor) -> None:
    gift = money.gift(2_000, by=imani, on=day(4))
    assert gift.entry_id is not None
    lines_taken(Said(day(3), 2_000, "a"), by=imani)
    line = the_lines()[0]
    service.match(line.id, [gift.entry_id], by=imani)
    assert service.unmatch(line.id, by=imani).state == "open"
    assert broken() == []
    with pytest.raises(WrongState):
        service.unmatch(line.id, by=imani)
    assert accept_sure(by=imani) == 1
    acts = [
        one.act
        for one in db.session.scalars(
            select(AuditEvent).where(AuditEvent.act.like("bank.%match")).order_by(AuditEvent.seq)
        )
    ]
    assert acts == ["bank.match", "bank.unmatch", "bank.match"]


def test_an_approved_payment_is_settled_by_accepting_its_line(imani: Actor) -> None:
    ended = winners.final_round([("wheelhouse", 600_000, "zero_interest")])
    (award,) = winners.offered(ended, "wheelhouse")
    wren, dana = (factories.actor(factories.officer(name)) for name in ("Wren", "Dana"))
    winners.signed(ended, "wheelhouse", award, wren)
    tranche = winners.tranches(award.id)[0]
    payment = winners.payment_of(tranche)
    for hand in (wren, dana):
        payments.approve(payment.id, seen_hash=payment.payload_hash, by=hand)
    lines_taken(
        Said(day(), -tranche.amount_minor, payment.payee_name, "INV 7"), by=imani, first=1, opening_minor=2_500_000
    )
    (row,) = reading.waiting()
    assert row.proposal is not None
    assert row.proposal.key == f"payment-{payment.id}"
    service.accept([(row.line.id, row.proposal.key)], by=imani)
    db.session.rollback()
    settled = payments.get(payment.id)
    assert (settled.state, settled.bank_reference) == ("paid", "INV 7")
    assert db.session.get_one(Tranche, tranche.id).paid_on == day()
    assert the_lines()[0].state == "matched"
    assert broken() == []


def test_dues_that_were_promised_are_received_by_accepting_their_line(imani: Actor) -> None:
    rosa = factories.member("Rosa Marín")
    with db.writing() as tx:
        pledge = ledger.pledge_dues(tx, rosa.id, "tier-1", 2_500)
    lines_taken(Said(day(1), 2_500, "MARÍN ROSA", "dues"), by=imani)
    (row,) = reading.waiting()
    assert row.proposal is not None
    assert (row.proposal.key, row.proposal.sure) == (f"pledge-{pledge.id}", True)
    accept_sure(by=imani)
    assert money.held("cash:free") == 2_500
    assert (difference(), broken()) == (0, [])


def fee_asked_for(line_id: int, rule_id: int, *, by: Actor) -> Disbursement:
    """A fee that the bank took, asked for as a payment from its line."""
    return recording.ask_for_cost(
        line_id, kind="cost", payee="The bank", purpose="Fee of the bank", decision_id=rule_id, by=by
    )


def test_what_is_not_in_the_books_is_recorded_from_its_line(imani: Actor) -> None:
    rule = money.rule_for_costs()
    lines_taken(Said(day(5), 9_000, "Rosa", "gift"), Said(day(4), -300, "Bank", "fee"), by=imani)
    gift, fee = the_lines()
    factories.member("Rosa Marín")
    recording.as_contribution(gift.id, kind="gift", giver="Rosa Marín", request_id=uuid.uuid4(), by=imani)
    with pytest.raises(Invalid, match="money went"):
        recording.as_contribution(fee.id, kind="gift", request_id=uuid.uuid4(), by=imani)
    asked = fee_asked_for(fee.id, rule.id, by=imani)
    with pytest.raises(WrongState, match="on its way already"):
        fee_asked_for(fee.id, rule.id, by=imani)
    (row,) = reading.waiting()
    assert (row.asked is not None, row.proposal) == (True, None), "it waits for approval"
    for name in ("Dana", "Sol"):
        payments.approve(asked.id, seen_hash=asked.payload_hash, by=factories.actor(factories.officer(name)))
    (row,) = reading.waiting()
    assert row.proposal is not None
    assert (row.proposal.key, row.proposal.sure) == (f"payment-{asked.id}", True)
    assert accept_sure(by=imani) == 1
    with pytest.raises(Invalid, match="settled in the meantime"):
        fee_asked_for(fee.id, rule.id, by=imani)
    assert [one.state for one in the_lines()] == ["matched", "matched"]
    assert [(one.memo, one.occurred_on) for one in money.entries("cost")] == [("Fee of the bank", day(4))]
    assert (difference(), broken()) == (0, [])


def test_a_repayment_is_recorded_from_its_line_and_not_beyond_what_is_owed(imani: Actor) -> None:
    ended = winners.final_round([("wheelhouse", 600_000, "zero_interest")])
    (award,) = winners.offered(ended, "wheelhouse")
    wren, dana = (factories.actor(factories.officer(name)) for name in ("Wren", "Dana"))
    winners.signed(ended, "wheelhouse", award, wren)
    winners.paid(winners.tranches(award.id)[0], wren, dana, treasurer=imani)
    ((number, _name, owed),) = reading.owing()
    lines_taken(
        Said(day(), 25_000, "Wheelhouse", "part 1"), Said(day(), owed, "Wheelhouse", "too much"), by=imani, first=1
    )
    part, too_much = the_lines()
    recording.as_repayment(part.id, award_id=number, kind="ahead", entry_id=uuid.uuid4(), by=imani)
    with pytest.raises(Invalid):
        recording.as_repayment(too_much.id, award_id=number, entry_id=uuid.uuid4(), by=imani)
    assert [one.state for one in the_lines()] == ["matched", "open"]
    assert broken() == []


def test_a_line_is_left_out_only_by_two_with_a_reason(imani: Actor) -> None:
    wren = factories.actor(factories.officer("Wren"))
    lines_taken(Said(day(5), 100, "Bank", "booked in error"), Said(day(4), -100, "Bank", "taken back"), by=imani)
    one, two = the_lines()
    with pytest.raises(Invalid):
        service.propose_ignoring(one.id, "  ", by=imani)
    with pytest.raises(WrongState):
        service.second_ignoring(one.id, by=wren)
    for line in (one, two):
        service.propose_ignoring(line.id, "Booked in error and taken back", by=imani)
        with pytest.raises(Forbidden, match="another person"):
            service.second_ignoring(line.id, by=imani)
        service.second_ignoring(line.id, by=wren)
    assert [line.state for line in the_lines()] == ["ignored", "ignored"]
    assert (difference(), broken()) == (0, [])
    assert service.take_up(one.id, by=wren).state == "open"
    assert broken() == []


def test_only_money_hands_may(imani: Actor) -> None:
    rosa = factories.actor(factories.member("Rosa"))
    lines_taken(Said(day(5), 100, "Bank"), by=imani)
    (line,) = the_lines()
    for verb in (
        lambda: files.begin(1, "x.csv", b"x", by=rosa), lambda: service.accept([(line.id, "x")], by=rosa),
        lambda: service.match(line.id, [], by=rosa), lambda: service.unmatch(line.id, by=rosa),
        lambda: service.propose_ignoring(line.id, "x", by=rosa), lambda: service.second_ignoring(line.id, by=rosa),
        lambda: service.add_account("Mine", by=rosa),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            verb()


def test_an_entry_and_its_correction_that_are_both_not_at_the_bank_wait_for_nothing(imani: Actor) -> None:
    cost = (
        money.cost(500, money.rule_for_costs(), by=imani, on=day(3)) if money.gift(1_000, by=imani, on=day(9)) else None
    )
    assert cost is not None
    lines_taken(Said(day(9), 1_000, "gift"), by=imani)
    accept_sure(by=imani)
    assert [one.kind for one in reading.not_at_bank()] == ["cost"]
    ledger.reverse_entry(cost.id, new_id=uuid.uuid4(), reason="Twice", by=imani)
    assert reading.not_at_bank() == []
    assert (difference(), broken()) == (0, [])


def test_two_bank_accounts_hold_the_cash_of_the_books_together(imani: Actor) -> None:
    money.gift(1_000, by=imani, on=day(6))
    money.gift(250, by=imani, on=day(6))
    lines_taken(Said(day(5), 1_000, "gift"), by=imani)
    other = service.add_account("Credit union", by=imani)
    with pytest.raises(Invalid, match="this name"):
        service.add_account("Credit union", by=imani)
    assert difference() == 250
    taken(as_ofx([Said(day(4), 250, "gift", "", "Z1")], 0, day(9), day(2)), by=imani, account=other.id)
    found = reading.standing()
    assert found is not None
    assert [(one.balance_minor, one.as_of) for one in found.accounts] == [(1_000, day(0)), (250, day(2))]
    assert (found.day, found.difference_minor) == (day(2), 0)
    assert accept_sure(by=imani) == 2
    assert broken() == []


def test_who_got_a_micro_grant_is_forgotten_at_the_bank_the_moment_it_is_matched(imani: Actor) -> None:
    money.gift(50_000, by=imani, on=day(5))
    rule = money.rule_for_costs()
    with db.writing() as tx:
        pair = [(accounts.named(tx, accounts.GRANTS), 20_000), (accounts.free(tx), -20_000)]
        entry = ledger.post_entry(
            tx, ledger.Draft(uuid.uuid4(), "micro_grant", "Micro-grants", pair, day(2), decision_id=rule.id)
        )
    lines_taken(Said(day(5), 50_000, "Gift of Rosa"), Said(day(2), -20_000, "PLANTED NAME", "rent"), by=imani)
    assert [one.counterparty for one in the_lines()] == ["Gift of Rosa", "PLANTED NAME"]
    service.match(the_lines()[1].id, [entry.id], by=imani)
    assert service.forget_due() == 0
    assert [one.counterparty for one in the_lines()] == ["Gift of Rosa", ""]
    assert broken() == []


DENIED = {
    "more of a line than it holds": lambda line, entry: Match(line_id=line.id, entry_id=entry, amount_minor=2_001),
    "the other direction": lambda line, entry: Match(line_id=line.id, entry_id=entry, amount_minor=-1),
    "nothing": lambda line, entry: Match(line_id=line.id, entry_id=entry, amount_minor=0),
}


@pytest.mark.parametrize("what", DENIED)
def test_the_database_itself_refuses_a_wrong_match(imani: Actor, what: str) -> None:
    gift = money.gift(5_000, by=imani, on=day(4))
    lines_taken(Said(day(3), 2_000, "a"), by=imani)
    row = DENIED[what](the_lines()[0], gift.entry_id)
    row.accepted_at = db.now()
    with pytest.raises(DBAPIError), db.writing() as tx:
        tx.add(row)


def test_the_database_itself_keeps_lines_and_statements(imani: Actor) -> None:
    lines_taken(Said(day(3), 2_000, "a", "b"), by=imani)
    wrong = (
        {"amount_minor": 1}, {"booked_on": day(9)}, {"reference": "other"}, {"state": "ignored"}, {"settled_minor": 5},
        {"state": "matched"}, {"state": "matched", "settled_minor": 2_000},
    )  # fmt: skip
    for values in wrong:
        with pytest.raises(DBAPIError), db.writing() as tx:
            tx.session.query(BankLine).update(values)
    with pytest.raises(DBAPIError), db.writing() as tx:
        tx.session.query(Statement).update({"closing_minor": 1})
    for model in (BankLine, Statement, StatementLine, BankAccount):
        with pytest.raises(DBAPIError), db.writing() as tx:
            tx.session.query(model).delete()
    with db.writing() as tx:
        tx.session.query(BankLine).update({"reference": "", "counterparty": ""})
    assert [(one.reference, one.counterparty) for one in the_lines()] == [("", "")]


def spoil_statement() -> None:
    """Change what a statement ends with."""
    with db.writing() as tx:
        tx.session.query(Statement).update({"closing_minor": Statement.closing_minor + 1})


def spoil_match() -> None:
    """Change how much of an entry is matched."""
    with db.writing() as tx:
        tx.session.query(Match).update({"amount_minor": Match.amount_minor - 1})


def spoil_line() -> None:
    """Change what the bank wrote."""
    with db.writing() as tx:
        tx.session.query(BankLine).update(
            {"amount_minor": BankLine.amount_minor + 1, "settled_minor": BankLine.settled_minor + 1}
        )


def spoil_ignored() -> None:
    """Leave a line out alone."""
    with db.writing() as tx:
        tx.session.query(Match).delete()
        tx.session.query(BankLine).update({"settled_minor": 0, "state": "ignored"})


@pytest.mark.parametrize("spoil", [spoil_statement, spoil_match, spoil_line, spoil_ignored])
def test_fund_check_names_what_was_changed_behind_the_guards(imani: Actor, spoil: object) -> None:
    money.gift(2_000, by=imani, on=day(4))
    lines_taken(Said(day(3), 2_000, "a"), by=imani)
    accept_sure(by=imani)
    assert broken() == []
    with db.writing() as tx:
        guards.remove(tx.session.connection())
    spoil()  # type: ignore[operator]
    assert broken() != []


def test_with_its_guards_removed_the_database_would_take_a_wrong_match(imani: Actor) -> None:
    """The control of the guards."""
    gift = money.gift(5_000, by=imani, on=day(4))
    lines_taken(Said(day(3), 2_000, "a"), by=imani)
    line = the_lines()[0]
    with db.writing() as tx:
        guards.remove(tx.session.connection())
    with db.writing() as tx:
        tx.add(Match(line_id=line.id, entry_id=gift.entry_id, amount_minor=2_001, accepted_at=tx.now()))
    assert broken() != []
    assert count(IgnoredLine) == 0
    assert statements.last_of(db.session(), line.account_id) is not None
