"""The budget of an award, line by line: what was planned, what instalments say they are for, and what was paid.

Whoever asks for an instalment may say how much of it is for which line of the proposal's budget; it stands while the
payment is on its way. Warnings come from the same figures: more for a line than was planned, more than was asked for
(FEATURES 26 and 124). Each question takes the same number of queries, however many payments or lines there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fund.awards.models import Award, Tranche, TrancheLine
from fund.db import Transaction
from fund.errors import Invalid
from fund.ledger.models import Disbursement
from fund.members.models import Person
from fund.payments.cautions import close
from fund.payments.kinds import Caution
from fund.presentation import money
from fund.proposals.models import BudgetLine, Conflict, Proposal

ASKED = ("requested", "approved", "paid")
"""States of instalments that are on their way or paid."""


@dataclass(frozen=True)
class LineTold:
    """One line: planned, on its way, paid; minor units."""

    what: str
    stretch: bool
    planned_minor: int
    under_way_minor: int
    paid_minor: int


def lines_of(session: Session, proposal_id: int) -> Sequence[BudgetLine]:
    """The lines of a proposal's budget, in their order."""
    return session.scalars(
        select(BudgetLine).where(BudgetLine.proposal_id == proposal_id).order_by(BudgetLine.position)
    ).all()


def of_award(session: Session, award: Award) -> list[LineTold]:
    """Each line of the budget with what was planned, what is on its way and what was paid for it."""
    told: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line_id, state, total in session.execute(
        select(TrancheLine.line_id, Tranche.state, func.sum(TrancheLine.amount_minor))
        .join(Tranche, Tranche.id == TrancheLine.tranche_id)
        .where(Tranche.award_id == award.id, Tranche.state.in_(ASKED))
        .group_by(TrancheLine.line_id, Tranche.state)
    ):
        told[line_id]["paid" if state == "paid" else "under_way"] += int(total)
    return [
        LineTold(one.what, one.stretch, one.amount_minor, told[one.id]["under_way"], told[one.id]["paid"])
        for one in lines_of(session, award.proposal_id)
    ]


def name_lines(tx: Transaction, award: Award, tranche: Tranche, amounts: Mapping[int, int]) -> None:
    """Note how much of an instalment is for which line (amounts in minor units, by the line's number); both are held.

    Raises Invalid for a line of another budget, an amount that is none, and more than the instalment in all.
    """
    known = {one.id for one in lines_of(tx.session, award.proposal_id)}
    for number, amount in amounts.items():
        if number not in known or amount <= 0:
            words = _l("An amount must be more than nothing, and for a line of this budget.")
            raise Invalid(words, field=f"line{number}")
    if sum(amounts.values()) > tranche.amount_minor:
        words = _l(
            "Together the lines are more than the instalment, which is %(sum)s.", sum=money(tranche.amount_minor)
        )
        raise Invalid(words, field=f"line{next(iter(amounts))}")
    tx.session.execute(delete(TrancheLine).where(TrancheLine.tranche_id == tranche.id))
    for number, amount in amounts.items():
        tx.session.add(TrancheLine(tranche_id=tranche.id, line_id=number, amount_minor=amount))
    tx.session.flush()


def of_tranche(session: Session, tranche_id: int) -> list[tuple[str, str]]:
    """What an instalment is for, as pairs of line and amount in words."""
    rows = session.execute(
        select(BudgetLine.what, TrancheLine.amount_minor)
        .join(BudgetLine, BudgetLine.id == TrancheLine.line_id)
        .where(TrancheLine.tranche_id == tranche_id)
        .order_by(BudgetLine.position)
    )
    return [(what, money(amount)) for what, amount in rows]


def cautions(session: Session, payments: Sequence[Disbursement], named: bool) -> dict[int, list[Caution]]:
    """What is to be looked at twice about payments of awards."""
    found: dict[int, list[Caution]] = defaultdict(list)
    rows = session.execute(
        select(Tranche.id, Tranche.award_id, Award.proposal_id, Proposal.ask_minor)
        .join(Award, Award.id == Tranche.award_id)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .where(Tranche.id.in_({one.tranche_id for one in payments}))
    ).all()
    about = {tranche_id: (award_id, proposal_id, ask) for tranche_id, award_id, proposal_id, ask in rows}
    awards = {award_id for award_id, _proposal, _ask in about.values()}
    asked = _asked_in_all(session, awards)
    lines = _lines_above(session, awards)
    ties = _ties(session, {proposal_id for _award, proposal_id, _ask in about.values()})
    for one in payments:
        if one.tranche_id not in about:
            continue
        award_id, proposal_id, ask = about[one.tranche_id]
        if asked.get(award_id, 0) > ask:
            words = _l(
                "With this payment the award is above what was asked for: %(ask)s were asked, and this makes %(sum)s.",
                ask=money(ask), sum=money(asked[award_id]),
            )  # fmt: skip
            found[one.id].append(Caution("above_ask", words))
        found[one.id] += lines.get(one.tranche_id, [])
        found[one.id] += [close(person_id, name, named) for person_id, name in ties.get(proposal_id, [])]
    return found


def _asked_in_all(session: Session, awards: set[int]) -> dict[int, int]:
    """What is on its way or paid of each award."""
    rows = session.execute(
        select(Tranche.award_id, func.sum(Tranche.amount_minor))
        .where(Tranche.award_id.in_(awards), Tranche.state.in_(ASKED))
        .group_by(Tranche.award_id)
    )
    return {award_id: int(total) for award_id, total in rows}


def _lines_above(session: Session, awards: set[int]) -> dict[int, list[Caution]]:
    """Lines for which more is asked than was planned, by each instalment that asks for them."""
    rows = session.execute(
        select(TrancheLine.tranche_id, TrancheLine.line_id, TrancheLine.amount_minor, BudgetLine.what, BudgetLine.amount_minor)
        .join(BudgetLine, BudgetLine.id == TrancheLine.line_id)
        .join(Tranche, Tranche.id == TrancheLine.tranche_id)
        .where(Tranche.award_id.in_(awards), Tranche.state.in_(ASKED))
        .order_by(BudgetLine.position)
    ).all()  # fmt: skip
    sums: dict[int, int] = defaultdict(int)
    for _tranche, line_id, amount, _what, _planned in rows:
        sums[line_id] += amount
    found: dict[int, list[Caution]] = defaultdict(list)
    for tranche_id, line_id, _amount, what, planned in rows:
        if sums[line_id] > planned:
            words = _l(
                "“%(what)s” is above its line: %(planned)s were planned for it, and this makes %(sum)s.", what=what,
                planned=money(planned), sum=money(sums[line_id]),
            )  # fmt: skip
            found[tranche_id].append(Caution(f"above_line:{line_id}", words))
    return found


def _ties(session: Session, proposals: set[int]) -> dict[int, list[tuple[int, str]]]:
    """Who declared a tie to a proposal that nobody cleared."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for proposal_id, person_id, name in session.execute(
        select(Conflict.proposal_id, Conflict.person_id, Person.display_name)
        .join(Person, Person.id == Conflict.person_id)
        .where(Conflict.proposal_id.in_(proposals), Conflict.state != "cleared_by_other")
        .order_by(Conflict.id)
    ):
        found[proposal_id].append((person_id, name))
    return found
