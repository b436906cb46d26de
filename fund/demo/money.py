"""Scene two: money comes in: gifts, dues, and the notes that lenders hold (docs/demo.md)."""

from __future__ import annotations

from fund import db
from fund.decisions import service as decisions
from fund.decisions.service import NewDecision
from fund.demo.people import TREASURER, VOTING
from fund.demo.stage import Stage, key
from fund.ledger import contributions
from fund.ledger.contributions import NewContribution
from fund.micro_grants import running as weeks
from fund.micro_grants import service as micro_grants
from fund.micro_grants.service import Asking
from fund.notes import service as notes
from fund.notes.holders import NewHolder
from fund.notes.service import NewNote
from fund.payments import asking
from fund.payments import service as payments
from fund.payments.asking import Expense
from fund.permissions import VISITOR

GIFTS = (
    ("the Alder Valley foundation", 5_000), ("a legacy", 3_000), ("the harbour festival", 2_000),
    ("a collection at the market", 1_000), ("a neighbour", 600),
)  # fmt: skip
NOTES = (
    ("neighbour", "A neighbour", (*([150] * 40), 400), 430),
    ("solidarity", "A supporter", (*([1_500] * 13), 2_500), 1_500),
    ("anchor", "An anchor", (15_000, 15_000), 2_200),
)
"""Class, what holders outside the fund are called, the amount of each note, and days from today until it matures: 6,400
from 41 holders, 22,000 from 14, 30,000 from two; the first notes mature in 14 months."""
NO_DUES = VOTING[:9]
"""Nine members chose the tier of nothing; each gave seven hours instead."""
MIDDLE_DUES = VOTING[9:11]
"""Two members pay 25; the other 37 and all solidarity members pay the lowest tier of their class."""
NOT_YET_PAID = VOTING[45:]
"""Three members who chose a tier and whose dues have not come yet."""
COSTS = (
    ("cost", "Port Alder Savings Bank", "Bank charges", 180),
    ("cost", "Lock Street Copies", "Printing and room for the assembly", 300),
)
HANDS = ("Walter Pike", "Kwame Mensah")
"""Who approved what was paid in the first year."""
ASKED_THIS_WEEK = (
    ("a neighbour with a cold flat", 120, "cash at the market stall"), ("Juniper", 100, "cash at the Lock House"),
    ("for the bus", 80, "cash at the market stall, after five"),
)  # fmt: skip
"""Alias, amount, and how to be paid; all three ways are used here only."""
CENTS = 100


def comes_in(stage: Stage) -> None:
    """Gifts, dues by tier, hours, and the notes of three classes: 71,240 in all."""
    by, day = stage.actor(TREASURER), stage.day(325)
    with db.writing():
        for i, (giver, amount) in enumerate(GIFTS):
            contributions.record_contribution(
                NewContribution("gift", day, amount * CENTS, note=f"from {giver}", request_id=key("gift", i)), by=by
            )
        for resident in NO_DUES:
            contributions.record_contribution(
                NewContribution(
                    "hours", day, hours=7, person_id=stage.number(resident.name), request_id=key("hours", resident.name)
                ),
                by=by,
            )
        _dues_come(stage)
        _notes_are_issued(stage)


def _dues_come(stage: Stage) -> None:
    """The dues that members chose when they joined arrive, all but those of the last three."""
    by, late = stage.actor(TREASURER), {stage.number(one.name) for one in NOT_YET_PAID}
    for pledge, _name in contributions.pledged(most=200):
        if pledge.person_id not in late:
            contributions.receive(pledge.id, on=stage.day(325), entry_id=key("dues", pledge.id), by=by)


def _notes_are_issued(stage: Stage) -> None:
    by = stage.actor(TREASURER)
    for note_class, title, amounts, matures_in_days in NOTES:
        for i, amount in enumerate(amounts):
            notes.record_note(
                NewNote(
                    class_code=note_class, holder=_holder(stage, note_class, title, i), principal_minor=amount * CENTS,
                    issued_on=stage.day(325), matures_on=stage.day(-matures_in_days), request_id=key("note", note_class, i),
                ),
                by=by,
            )  # fmt: skip


def _holder(stage: Stage, note_class: str, title: str, i: int) -> NewHolder:
    """Neighbour notes are held by members; of the other holders the demo knows only that they exist."""
    if note_class == "neighbour":
        return NewHolder("", person_id=stage.number(VOTING[i].name))
    return NewHolder(f"{title}, number {i + 1}", "by letter")


def costs_are_paid(stage: Stage) -> None:
    """A standing rule allows running costs; two are paid under it: 480 in all."""
    by = stage.actor(TREASURER)
    rule = decisions.record_decision(
        NewDecision(
            "standing_rule",
            "Running costs of the first year",
            "Up to 600 dollars for the bank, printing and the room.",
            stage.day(320),
            600 * CENTS,
        ),
        by=by,
    )
    decisions.confirm(rule.id, by=stage.actor("Imani Walker"))
    for i, (kind, payee, purpose, amount) in enumerate(COSTS):
        asked = asking.ask_expense(Expense(kind, payee, amount * CENTS, purpose, rule.id), by=by)
        for name in HANDS:
            payments.approve(asked.id, seen_hash=asked.payload_hash, by=stage.actor(name))
        payments.settle(asked.id, paid_on=stage.day(320), entry_id=key("cost", i), by=by)


def micro_grants_are_promised(stage: Stage) -> None:
    """This week's micro-grants: three ask for 300 together, the list is closed and drawn in public, the treasurer puts it
    up and Imani approves it; to be paid on Friday. Who asked stands sealed in the requests and nowhere else."""
    treasurer, imani = stage.actor(TREASURER), stage.actor("Imani Walker")
    for alias, amount, way in ASKED_THIS_WEEK:
        micro_grants.ask(Asking(alias, amount * CENTS, way, not_a_steward=True), by=VISITOR)
    run = weeks.close_list(by=treasurer)
    for hand in (treasurer, imani):
        weeks.enter_draw(run.id, "the dice at the market: 5 2 6 1", by=hand)
    weeks.propose(run.id, by=treasurer)
    weeks.approve(run.id, by=imani)


def a_rule_waits(stage: Stage) -> None:
    """The treasurer has recorded another rule for small costs, which a second person has still to confirm."""
    decisions.record_decision(
        NewDecision(
            "standing_rule",
            "Postage and telephone for the phone bank",
            "Up to 120 dollars for letters and calls to members who have no e-mail.",
            stage.day(1),
            120 * CENTS,
        ),
        by=stage.actor(TREASURER),
    )
