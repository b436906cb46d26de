"""What always holds between rounds, awards and instalments (TRUST 4, I5; FIELD B1)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import case, func, select

from fund import db
from fund.awards.agreement import text_hash
from fund.awards.models import Award, Signature, Tranche
from fund.ledger.models import Account, Balance, Disbursement
from fund.rounds.models import Round

LIVE = ("offered", "accepted", "agreement_signed", "active", "completed", "defaulted", "forgiven")


def awards_fit_their_pot() -> list[str]:
    """The awards of a round that stand are together not more than its budget."""
    rows = db.session.execute(
        select(Round.slug, Round.budget_minor, func.sum(Award.amount_minor - Award.released_minor))
        .join(Award, Award.round_id == Round.id)
        .where(Award.state.in_(LIVE))
        .group_by(Round.slug, Round.budget_minor)
        .having(func.sum(Award.amount_minor - Award.released_minor) > Round.budget_minor)
    )
    return [f"round {slug}: {int(total)} awarded of a budget of {budget}" for slug, budget, total in rows]


def tranches_make_the_award() -> list[str]:
    """The instalments of an award add up to it; an award that was not taken up has none left."""
    kept = func.sum(case((Tranche.state != "cancelled", Tranche.amount_minor), else_=0))
    rows = db.session.execute(
        select(Award.id, Award.state, Award.amount_minor - Award.released_minor, kept)
        .join(Tranche, Tranche.award_id == Award.id)
        .group_by(Award.id, Award.state, Award.amount_minor, Award.released_minor)
    )
    return [
        f"award {award_id}: its instalments add up to {int(total)}, it should be {amount if state in LIVE else 0}"
        for award_id, state, amount, total in rows
        if int(total) != (amount if state in LIVE else 0)
    ]


def paid_within_the_award() -> list[str]:
    """No award was paid more than it is, and what it has left lies on its account; what older books paid is not here."""
    paid = (
        select(Tranche.award_id, func.sum(Disbursement.amount_minor).label("paid"))
        .join(Disbursement, Disbursement.tranche_id == Tranche.id)
        .where(Disbursement.state == "paid")
        .group_by(Tranche.award_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Award.id,
            Award.state,
            Award.terms,
            Award.amount_minor - Award.released_minor,
            func.coalesce(paid.c.paid, 0),
            Balance.posted_minor,
        )
        .outerjoin(paid, paid.c.award_id == Award.id)
        .outerjoin(Account, (Account.award_id == Award.id) & (Account.kind == "cash"))
        .outerjoin(Balance, Balance.account_id == Account.id)
    )
    faults = []
    for award_id, state, terms, amount, out, held in rows:
        if "taken_over_on" in terms:
            continue
        if int(out) > amount:
            faults.append(f"award {award_id}: {int(out)} was paid of {amount}")
        left = amount - int(out) if state in LIVE else 0
        if held != left:
            faults.append(f"award {award_id}: {held or 0} lies on its account, it should be {left}")
    return faults


def tranches_follow_payments() -> list[str]:
    """An instalment is paid exactly when a payment of it was made (here, or by older books), and asked for when one is on
    its way."""
    rows = db.session.execute(
        select(
            Tranche.id, Tranche.state, Tranche.amount_minor, Disbursement.state, Disbursement.amount_minor, Award.terms
        )
        .join(Award, Award.id == Tranche.award_id)
        .outerjoin(
            Disbursement,
            (Disbursement.tranche_id == Tranche.id)
            & Disbursement.state.not_in(("bounced", "voided", "expired", "refused")),
        )
    )
    expected = {"requested": "requested", "approved": "approved", "on_pay_list": "approved", "sent": "approved"}
    faults = []
    for tranche_id, state, amount, payment, paid, terms in rows:
        none = ("paid",) if "taken_over_on" in terms else ("planned", "cancelled")
        should = {None: none, "paid": ("paid",)}.get(payment, (expected.get(payment or "", ""),))
        if state not in should:
            faults.append(f"instalment {tranche_id} is {state}, its payment is {payment or 'not asked for'}")
        if paid is not None and paid != amount:
            faults.append(f"instalment {tranche_id} is {amount}, its payment {paid}")
    return faults


def agreements_are_signed_as_read() -> list[str]:
    """An agreement's hash is that of its text, and every signature is under that hash."""
    faults = [
        f"award {award.id}: its agreement is not the text that was hashed"
        for award in db.session.scalars(select(Award).where(Award.agreement_bytes.is_not(None)))
        if text_hash(award.agreement_bytes or b"") != award.agreement_hash
    ]
    rows = db.session.execute(
        select(Signature.award_id, Signature.party)
        .join(Award, Award.id == Signature.award_id)
        .where(Signature.agreement_hash != Award.agreement_hash)
    )
    return faults + [f"award {award_id}: the {party} signed another text" for award_id, party in rows]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("no round awards more than its budget", awards_fit_their_pot),
    ("the instalments of an award add up to it", tranches_make_the_award),
    ("no award is paid more than it is, and the rest lies on its account", paid_within_the_award),
    ("an instalment is paid exactly when its payment was made", tranches_follow_payments),
    ("agreements were signed as they were read", agreements_are_signed_as_read),
)
