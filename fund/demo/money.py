"""Scene two: money comes in. Notes are later work of the program and are entered as history (docs/demo.md)."""

from __future__ import annotations

from fund.decisions import service as decisions
from fund.decisions.service import NewDecision
from fund.demo.people import SOLIDARITY, TREASURER, VOTING
from fund.demo.stage import Stage, key
from fund.ledger import contributions, costs, history
from fund.ledger.contributions import NewContribution

GIFTS = (
    ("the Alder Valley foundation", 5_000), ("a legacy", 3_000), ("the harbour festival", 2_000),
    ("a collection at the market", 1_000), ("a neighbour", 600),
)  # fmt: skip
NEIGHBOUR_NOTES = (*([150] * 40), 400)
SOLIDARITY_NOTES = (*([1_500] * 13), 2_500)
ANCHOR_NOTES = (15_000, 15_000)
NO_DUES = VOTING[:9]
"""Nine members chose the tier of nothing; each gave seven hours instead."""
MIDDLE_DUES = VOTING[9:11]
LOWEST_DUES = VOTING[11:45]
CENTS = 100


def comes_in(stage: Stage) -> None:
    """Gifts, dues by tier, hours, and the notes of three classes: 71,240 in all."""
    by = stage.actor(TREASURER)
    for i, (giver, amount) in enumerate(GIFTS):
        gift = NewContribution("gift", stage.day(325), amount * CENTS, note=f"from {giver}", request_id=key("gift", i))
        contributions.record_contribution(gift, by=by)
    for name, tier in _dues():
        contributions.record_contribution(
            NewContribution(
                "dues",
                stage.day(325),
                tier * CENTS,
                tier=str(tier),
                person_id=stage.number(name),
                request_id=key("dues", name),
            ),
            by=by,
        )
    for resident in NO_DUES:
        contributions.record_contribution(
            NewContribution(
                "hours",
                stage.day(325),
                hours=7,
                person_id=stage.number(resident.name),
                request_id=key("hours", resident.name),
            ),
            by=by,
        )
    for note_class, title, amounts in (
        ("neighbour", "Neighbour notes", NEIGHBOUR_NOTES), ("solidarity", "Solidarity notes", SOLIDARITY_NOTES), ("anchor", "Anchor notes", ANCHOR_NOTES),
    ):  # fmt: skip
        for i, amount in enumerate(amounts):
            history.past_note(
                note_class=note_class,
                name=title,
                amount_minor=amount * CENTS,
                issued_on=stage.day(325),
                entry_id=key("note", note_class, i),
                by=by,
            )


def _dues() -> list[tuple[str, int]]:
    voting = [(r.name, 0) for r in NO_DUES] + [(r.name, 25) for r in MIDDLE_DUES] + [(r.name, 5) for r in LOWEST_DUES]
    return voting + [(name, 60) for name in SOLIDARITY]


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
    for i, (memo, amount) in enumerate((("Bank charges", 180), ("Printing and room for the assembly", 300))):
        costs.record_cost(
            amount_minor=amount * CENTS,
            memo=memo,
            paid_on=stage.day(320),
            decision_id=rule.id,
            entry_id=key("cost", i),
            by=by,
        )


def micro_grants_are_promised(stage: Stage) -> None:
    """This week's micro-grants: 300 approved, to be paid on Friday; no names."""
    history.promise(
        code="cash:micro-grants", name="Micro-grants approved this week", amount_minor=300 * CENTS, on=stage.day(0), entry_id=key("micro"),
        by=stage.actor(TREASURER),
    )  # fmt: skip
