"""The verbs of an award: accept, decline, sign for the business, sign for the fund (FIELD B1 Award).

offered -> accepted -> agreement_signed -> active -> completed; an offer may be declined or expire. Both sides sign the
hash of the same bytes by typing their name; when both have signed, an instalment that is due at signature is asked for
at once. Offers are made in `offering`, payments in `payments`.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fund import audit, db
from fund.awards import payments, standing
from fund.awards.models import Award, Signature, Tranche
from fund.awards.offering import end_unsigned, expire_due, offer_awards, offer_due, offer_winners, refuse_unless, tell
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.permissions import Actor, require
from fund.rounds.models import Round

__all__ = [
    "accept", "countersign", "decline", "expire_due", "get", "of_round", "offer_awards",
    "offer_due", "offer_winners", "sign", "tranche",
]  # fmt: skip

UNSIGNED = ("offered", "accepted")


def get(award_id: int) -> Award:
    """One award. Raises NotFound."""
    found = db.session.get(Award, award_id)
    if found is None:
        raise NotFound(_l("There is no such award."))
    return found


def tranche(award_id: int, number: int) -> Tranche:
    """One instalment of an award. Raises NotFound."""
    found = db.session.scalars(
        select(Tranche).where(Tranche.award_id == award_id, Tranche.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such instalment."))
    return found


def of_round(round_id: int) -> list[Award]:
    """Every award of a round, in the order in which they were offered."""
    return list(db.session.scalars(select(Award).where(Award.round_id == round_id).order_by(Award.id)))


def accept(award_id: int, *, show_repayments: bool = False, by: Actor) -> Award:
    """Accept an offer for the business, and say whether anyone may see exactly what is paid back.

    Raises WrongState when it is not offered (any more).
    """
    require(by, "award.answer")
    with db.writing() as tx:
        award = _locked(tx, award_id)
        require(by, "award.answer", standing.of_award(tx.session, award))
        if award.state == "accepted":
            return award
        refuse_unless(award, "offered")
        _refuse_late(tx, award)
        now = tx.now()
        award.state, award.accepted_at, award.accepted_by = "accepted", now, by.person_id
        award.terms = {**award.terms, "repayments_shown": show_repayments}
        audit.record(tx, "award.accept", by=by.person_id, on=("award", award.id))
    return award


def decline(award_id: int, *, reason: str, by: Actor) -> Award:
    """Decline an offer that is not signed; the money goes to the next on the reserve list."""
    require(by, "award.answer")
    with db.writing() as tx:
        tx.lock(Round, tx.get(Award, award_id).round_id)
        award = _locked(tx, award_id)
        require(by, "award.answer", standing.of_award(tx.session, award))
        refuse_unless(award, *UNSIGNED)
        words = reason.strip() or str(_l("The business declined."))
        end_unsigned(tx, award, state="declined", reason=words, by=by.person_id)
    return award


def sign(award_id: int, *, typed_name: str, seen_hash: bytes, by: Actor) -> Award:
    """Sign the agreement for the business. Raises Invalid without a name, WrongState when the award is not accepted or
    the text is not the one that was read."""
    require(by, "award.answer")
    with db.writing() as tx:
        award = _locked(tx, award_id)
        require(by, "award.answer", standing.of_award(tx.session, award))
        _sign(tx, award, "business", typed_name, seen_hash, by)
    return award


def countersign(award_id: int, *, typed_name: str, seen_hash: bytes, by: Actor) -> Award:
    """Sign the agreement for the fund, as a steward without a tie to the business."""
    require(by, "award.countersign")
    with db.writing() as tx:
        award = _locked(tx, award_id)
        require(by, "award.countersign", standing.of_award(tx.session, award))
        _sign(tx, award, "fund", typed_name, seen_hash, by)
    return award


def _sign(tx: Transaction, award: Award, party: str, typed_name: str, seen_hash: bytes, by: Actor) -> None:
    if not typed_name.strip():
        raise Invalid(_l("Type your name to sign."), field="typed_name")
    if any(one.party == party for one in award.signatures):
        raise WrongState(_l("This side has signed already."))
    refuse_unless(award, "accepted")
    _refuse_late(tx, award)
    if seen_hash != award.agreement_hash or by.person_id is None:
        raise WrongState(_l("This is not the text you read. Please open the page again."))
    try:
        with tx.session.begin_nested():
            tx.add(
                Signature(
                    award_id=award.id, party=party, person_id=by.person_id, typed_name=typed_name.strip()[:120],
                    agreement_hash=seen_hash, signed_at=tx.now(),
                )
            )  # fmt: skip
    except IntegrityError:
        raise WrongState(_l("This side has signed already.")) from None
    audit.record(
        tx, "award.sign", by=by.person_id, on=("award", award.id), party=party, hash=award.agreement_hash.hex()
    )
    tx.session.refresh(award)
    if {one.party for one in award.signatures} == {"business", "fund"}:
        now = tx.now()
        award.state, award.signed_at = "agreement_signed", now
        payments.set_dates(tx, award)
        tx.session.flush()
        payments.request_what_signing_makes_due(tx, award)
        tell(tx, award, "agreement_signed")


def _locked(tx: Transaction, award_id: int) -> Award:
    award = tx.lock(Award, award_id)
    tx.session.refresh(award, ["signatures"])
    return award


def _refuse_late(tx: Transaction, award: Award) -> None:
    if award.expires_at <= tx.now():
        raise WrongState(_l("This offer has expired."))
