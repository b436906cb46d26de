"""The lane of small payments: one person approved, another looks at it within the week and says what they saw.

Nothing is undone by a review; what looks wrong is written down, and the treasurer and the stewards see it.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.errors import Invalid, WrongState
from fund.ledger.models import Disbursement
from fund.payments import standing
from fund.payments.service import held, person
from fund.permissions import Actor, require


def review(payment_id: int, *, note: str, by: Actor) -> Disbursement:
    """Note what a second person saw in a small payment. Raises Invalid without words, Forbidden for who had a hand in
    it, WrongState when nothing is to be reviewed."""
    require(by, "payment.review")
    if not note.strip():
        raise Invalid(_l("Say in a sentence what you saw."), field="note")
    with db.writing() as tx:
        payment = held(tx, payment_id)
        require(by, "payment.review", standing.of_payment(tx.session, payment))
        if not payment.small_lane or payment.state != "paid" or payment.reviewed_at is not None:
            raise WrongState(_l("This payment does not wait for a review."))
        payment.reviewed_by, payment.reviewed_at = person(by), tx.now()
        payment.review_note = note.strip()[:300]
        tx.session.flush()
        audit.record(tx, "payment.review", by=by.person_id, on=("disbursement", payment.id))
    return payment
