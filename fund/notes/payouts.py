"""Payments to note-holders: what is due by its terms, or earlier by decision (FIELD A2).

What is due rests on a decision of the kind `note_schedule`: interest that was counted, and the sum once the note has
matured. Paying earlier rests on a decision of its own. Sum and interest are two payments. How a payment is approved, sent
and booked is told in `fund.payments`; here stands what a note adds to it: who is paid, and what is owed afterwards.
"""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fund import db
from fund.db import Transaction
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement, Entry
from fund.notes import layers
from fund.notes.interest import accrue_notes
from fund.notes.models import Note, NoteHolder, NotePayout
from fund.notes.movements import decided, move, owing
from fund.notes.words import PART_WORDS
from fund.payments import kinds, payees
from fund.payments.kinds import Parties, Step, Story
from fund.payments.models import Payee
from fund.payments.service import Request, ask, person
from fund.permissions import Actor, require

EARLY = ("consent", "council", "standing_rule")
"""Kinds of decisions that let a holder leave before the note matures."""


def decide_schedule(*, title: str, text: str, limit_minor: int | None, by: Actor) -> Decision:
    """Record the decision that notes are paid by their terms; it stands once another person has confirmed it."""
    require(by, "note.request")
    if not title.strip():
        raise Invalid(_l("Give the decision a title."), field="title")
    with db.writing() as tx:
        return decisions.record(
            tx, "note_schedule", title.strip()[:200], text.strip(), limit_minor=limit_minor, by=by.person_id
        )


def request(note_id: int, *, part: str, amount_minor: int | None = None, decision_id: int, by: Actor) -> Disbursement:
    """Ask for a payment to a note's holder: `principal` or `interest`, all that is owed unless an amount is given.

    Raises Invalid for more than is owed, or not due under this decision; WrongState while one is on its way.
    """
    require(by, "note.request")
    with db.writing() as tx:
        note = tx.lock(Note, note_id)
        today = foundation.today_in(tx)
        owing(note)
        accrue_notes(tx, [note], through=today, by=by.person_id)
        early = part == "principal" and (note.matures_on is None or note.matures_on > today)
        decided(tx, decision_id, EARLY if early else ("note_schedule",))
        _nothing_on_its_way(tx, note, part)
        owed = note.owed_minor if part == "principal" else note.interest_minor
        amount = owed if amount_minor is None else amount_minor
        if not 0 < amount <= owed:
            raise Invalid(_l("More than nothing, and at most what is owed, can be paid."), field="amount")
        of_class = layers.owed_account if part == "principal" else layers.interest_account
        payment = ask(
            tx,
            Request(
                kind="note_payout", source=accounts.free(tx), target=of_class(tx, note.class_code, note.class_name),
                amount_minor=amount, payee=_payee(tx, note), decision_id=decision_id, purpose=note.class_name,
            ),
            by=person(by),
        )  # fmt: skip
        tx.add(NotePayout(note_id=note.id, disbursement_id=payment.id, part=part, early=early))
    return payment


def _payee(tx: Transaction, note: Note) -> Payee:
    holder = tx.get(NoteHolder, note.holder_id)
    if holder.person_id is not None:
        return payees.of_person(tx, holder.person_id, holder.name)
    return payees.by_name(tx, holder.name)


def _nothing_on_its_way(tx: Transaction, note: Note, part: str) -> None:
    open_n = tx.session.scalar(
        select(func.count())
        .select_from(NotePayout)
        .join(Disbursement, Disbursement.id == NotePayout.disbursement_id)
        .where(NotePayout.note_id == note.id, NotePayout.part == part, Disbursement.state.in_(OPEN_DISBURSEMENTS))
    )
    if open_n:
        raise WrongState(_l("This payment is on its way already."))


def _of(session: Session, payment: Disbursement) -> NotePayout | None:
    """What a payment pays of a note; None for a lender of older books, of whom no note is recorded."""
    return session.scalars(select(NotePayout).where(NotePayout.disbursement_id == payment.id)).one_or_none()


def _hold(tx: Transaction, payment: Disbursement) -> None:
    """Hold the note before its payment."""
    payout = _of(tx.session, payment)
    if payout is not None:
        tx.lock(Note, payout.note_id)


def _parties(session: Session, payment: Disbursement) -> Parties:
    """The holder is paid, and decides nothing about it."""
    found = session.scalar(
        select(NoteHolder.person_id)
        .join(Note, Note.holder_id == NoteHolder.id)
        .join(NotePayout, NotePayout.note_id == Note.id)
        .where(NotePayout.disbursement_id == payment.id)
    )
    people = frozenset({found}) if found is not None else frozenset()
    return Parties(payment.payee_name, party=people, tied=people)


def _story(session: Session, payment: Disbursement) -> Story:
    payout = _of(session, payment)
    if payout is None:
        return Story(payment.purpose)
    note = session.get_one(Note, payout.note_id)
    facts = [(_("Before it matures"), _("yes, by a decision of its own"))] if payout.early else []
    title = _("%(name)s, number %(n)s: %(part)s", name=note.class_name, n=note.id, part=PART_WORDS[payout.part])
    return Story(title, url=f"/treasury/notes/{note.id}", facts=facts)


def _moved(tx: Transaction, payment: Disbursement, step: Step) -> None:
    """What was paid is owed no longer; what came back is owed again. Raises WrongState when a loss has since taken away
    what was to be paid."""
    payout = _of(tx.session, payment)
    if payout is None or step.state not in ("paid", "bounced"):
        return
    note = tx.get(Note, payout.note_id)
    of_sum = payout.part == "principal"
    amount = -payment.amount_minor if step.state == "paid" else payment.amount_minor
    if step.state == "paid" and -amount > (note.owed_minor if of_sum else note.interest_minor):
        raise WrongState(_l("Less than this is owed now. End this payment and ask anew."))
    kind = ("paid" if of_sum else "interest_paid") if step.state == "paid" else "came_back"
    move(
        tx, note, kind, principal=amount if of_sum else 0, interest=0 if of_sum else amount,
        on=step.paid_on or foundation.today_in(tx), entry_id=_entry_of(tx, payment, step),
        decision_id=payment.decision_id, said=step.reason, by=step.by,
        state="repaying" if note.owed_minor + note.interest_minor + amount else "repaid",
    )  # fmt: skip


def _entry_of(tx: Transaction, payment: Disbursement, step: Step) -> uuid.UUID | None:
    """The entry of a payment, or the one that mirrors it when it came back."""
    if step.state == "paid":
        return payment.entry_id
    return tx.session.scalar(select(Entry.id).where(Entry.reverses_id == payment.entry_id))


kinds.register("note_payout", kinds.Way(hold=_hold, parties=_parties, story=_story, moved=_moved))
