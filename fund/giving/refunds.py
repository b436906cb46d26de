"""Giving back what was given: an outflow like any other, under a refund decision, approved by others (TRUST 4).

The money goes back from where it was kept; never more than came, and once. What pools have of it they give back first,
and have again when the refund comes to nothing. When it is paid the contribution is refunded; when the bank sends it
back, it is received as before.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fund import db
from fund.db import Transaction
from fund.decisions.models import Decision
from fund.errors import Invalid, WrongState
from fund.ledger.models import Account, Contribution, Disbursement, Posting
from fund.members.models import Person
from fund.payments import kinds, payees
from fund.payments.kinds import Parties, Step, Story
from fund.payments.service import Request, ask, person
from fund.permissions import Actor, require
from fund.pots import incoming

ABOUT = "contribution:"
OVER = ("bounced", "voided", "expired", "refused")


def request(contribution_id: int, *, amount_minor: int, payee: str, decision_id: int, by: Actor) -> Disbursement:
    """Ask that a contribution is given back. Raises Invalid for more than came, or a decision of another kind;
    WrongState when it has not come, or is given back already."""
    require(by, "giving.refund")
    with db.writing() as tx:
        given = tx.lock(Contribution, contribution_id)
        if given.state != "received" or given.entry_id is None:
            raise WrongState(_l("Only money that came can be given back, and only once."))
        if not 0 < amount_minor <= given.amount_minor:
            raise Invalid(_l("More than nothing, and at most what was given, can be given back."), field="amount")
        if tx.get(Decision, decision_id).kind != "refund":
            raise Invalid(_l("This kind of decision does not carry it."), field="decision")
        source, target = _accounts(tx, given)
        about = f"{ABOUT}{given.id}"
        _nothing_on_its_way(tx, about)
        incoming.give_back(tx, given, amount_minor, key=f"{about}:{_asked_before(tx, about)}", by=by.person_id)
        to = tx.session.get(Person, given.person_id) if given.person_id is not None else None
        paid = payees.of_person(tx, to.id, to.display_name) if to is not None else payees.by_name(tx, payee)
        return ask(
            tx,
            Request(
                kind="refund", source=source, target=target, amount_minor=amount_minor, payee=paid,
                decision_id=decision_id, purpose=target.name, about=about,
            ),
            by=person(by),
        )  # fmt: skip


def _accounts(tx: Transaction, given: Contribution) -> tuple[Account, Account]:
    """Where its money was put, and which income it was."""
    found = {
        account.kind: account
        for account in tx.session.scalars(
            select(Account).join(Posting, Posting.account_id == Account.id).where(Posting.entry_id == given.entry_id)
        )
    }
    return found["cash"], found["income"]


def _nothing_on_its_way(tx: Transaction, about: str) -> None:
    live = select(Disbursement.id).where(Disbursement.about == about, Disbursement.state.not_in(OVER))
    if tx.session.scalars(live.limit(1)).first() is not None:
        raise WrongState(_l("This is on its way already, or was paid."))


def _asked_before(tx: Transaction, about: str, than: int | None = None) -> int:
    """How often this was asked for before (this payment)."""
    earlier = select(func.count()).select_from(Disbursement).where(Disbursement.about == about)
    return int(tx.session.scalar(earlier if than is None else earlier.where(Disbursement.id < than)) or 0)


def _of(session: Session, payment: Disbursement) -> Contribution | None:
    number = (payment.about or "").removeprefix(ABOUT)
    return session.get(Contribution, int(number)) if number.isdigit() else None


def _parties(session: Session, payment: Disbursement) -> Parties:
    given = _of(session, payment)
    people = frozenset({given.person_id}) if given is not None and given.person_id is not None else frozenset()
    return Parties(payment.payee_name, party=people, tied=people)


def _story(session: Session, payment: Disbursement) -> Story:
    given = _of(session, payment)
    if given is None:
        return Story(payment.purpose)
    return Story(_("Refund of contribution %(n)s", n=given.id), url=f"/me/gifts/{given.id}/receipt")


def _moved(tx: Transaction, payment: Disbursement, step: Step) -> None:
    found = _of(tx.session, payment)
    if found is None:
        return
    if step.state in OVER:
        key = f"{payment.about}:{_asked_before(tx, payment.about or '', payment.id)}"
        incoming.keep_after_all(tx, found, key=key, reason=step.reason, by=step.by)
    if step.state not in ("paid", "bounced"):
        return
    given = tx.lock(Contribution, found.id)
    paid = step.state == "paid"
    given.state, given.refund_entry_id = ("refunded", payment.entry_id) if paid else ("received", None)
    tx.session.flush()


kinds.register("refund", kinds.Way(parties=_parties, story=_story, moved=_moved))
