"""Contributions: dues by tier, gifts, hours and goods; pledged, then received (FIELD B1).

Nothing is a tier like any other, and no vote depends on it. Hours and goods are counted and thanked for, never priced:
they are in no entry. The books name no giver; who gave is known to the giver and the treasurer alone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from fund import audit, db
from fund.db import MINOR_LIMIT, Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry, reverse
from fund.ledger.given import MOST_PURPOSE, cash_for, income_of
from fund.ledger.models import Contribution
from fund.members.models import Person
from fund.permissions import Actor, require

RECORDED = ("gift", "dues", "land_tax", "hours", "goods")
UNPRICED = ("hours", "goods")
RECEIVED: list[Callable[[Transaction, Contribution, int | None], None]] = []
"""What follows in the same transaction when money came (with who recorded it); rooms above add to it."""
TAKEN_BACK: list[Callable[[Transaction, Contribution, str, int | None], None]] = []
"""What comes before a contribution is taken back, with the reason and who does it."""
MOST_HOURS = 10_000


@dataclass(frozen=True)
class NewContribution:
    """What a treasurer records. `request_id` is made by the form, so that sending it twice records it once."""

    kind: str
    given_on: dt.date
    amount_minor: int = 0
    hours: int = 0
    tier: str | None = None
    person_id: int | None = None
    note: str = ""
    request_id: uuid.UUID | None = None
    purpose: str = ""
    through_sponsor: bool = False


def record_contribution(new: NewContribution, *, pledged: bool = False, by: Actor) -> Contribution:
    """Record something received: its money comes in by one entry; hours and goods are only counted. `pledged`: it is
    promised, and has not come yet.

    Raises Invalid for an amount where none belongs, none where one does (dues may be nothing), or a day to come.
    """
    require(by, "contribution.record")
    with db.writing() as tx:
        known = _recorded_before(tx, new)
        if known is not None:
            return known
        _check(tx, new)
        try:
            contribution = _insert(tx, new, by=by.person_id)
        except IntegrityError:
            known = _recorded_before(tx, new)
            if known is None:
                raise
            return known
        if not pledged:
            _receive(tx, contribution, on=new.given_on, entry_id=new.request_id or uuid.uuid4(), by=by.person_id)
        audit.record(
            tx, "contribution.record", by=by.person_id, on=("contribution", contribution.id), kind=new.kind,
            amount_minor=new.amount_minor, hours=new.hours,
        )  # fmt: skip
    return contribution


def pledge_dues(tx: Transaction, person_id: int, tier: str, amount_minor: int) -> Contribution:
    """Note what a member chose to give when joining. Nothing is received at once; hours and money when they come."""
    if amount_minor < 0:
        raise Invalid(_l("Dues are nothing or more."), field="dues")
    day = foundation.today_in(tx)
    in_hours = tier == "hours"
    nothing = not amount_minor and not in_hours
    return tx.add(
        Contribution(
            person_id=person_id, kind="hours" if in_hours else "dues", tier=tier, amount_minor=amount_minor,
            state="received" if nothing else "pledged", given_on=day, recorded_by=person_id, recorded_at=tx.now(),
        )
    )  # fmt: skip


def promise(tx: Transaction, new: NewContribution) -> Contribution:
    """Note what somebody promises of their own accord; nothing is received. Raises Invalid as recording it would."""
    _check(tx, new)
    return _insert(tx, new, by=new.person_id)


def change_pledge(tx: Transaction, person_id: int, tier: str, amount_minor: int) -> Contribution:
    """Put what a member chooses now in the place of what they pledged and has not come; the same choice changes nothing.

    What was received stays as it is.
    """
    tx.lock(Person, person_id)
    open_ = tx.lock_all(
        select(Contribution)
        .where(
            Contribution.person_id == person_id, Contribution.state == "pledged", Contribution.tier.is_not(None),
            Contribution.kind.in_(("dues", "hours")),
        )
        .order_by(Contribution.id)
    )  # fmt: skip
    same = [one for one in open_ if (one.tier, one.amount_minor) == (tier, amount_minor)]
    for one in open_:
        if one not in same[:1]:
            one.state = "void"
    return same[0] if same else pledge_dues(tx, person_id, tier, amount_minor)


def receive(
    contribution_id: int, *, on: dt.date, entry_id: uuid.UUID, amount_minor: int | None = None, hours: int | None = None,
    rest_comes: bool = False, by: Actor,
) -> Contribution:  # fmt: skip
    """Record that what was pledged has come, in the amount that came; with `rest_comes` the rest stays pledged.

    Raises WrongState unless it is pledged.
    """
    require(by, "contribution.record")
    with db.writing() as tx:
        contribution = tx.lock(Contribution, contribution_id)
        if contribution.state == "received" and contribution.entry_id == entry_id:
            return contribution
        if contribution.state != "pledged":
            raise WrongState(_l("This was received or set aside already."))
        if contribution.kind in UNPRICED:
            contribution.hours = hours if hours is not None else contribution.hours
        elif amount_minor is not None:
            _check_amount(amount_minor)
            if rest_comes and amount_minor < contribution.amount_minor:
                _keep_rest(tx, contribution, contribution.amount_minor - amount_minor)
            contribution.amount_minor = amount_minor
        if on > foundation.today_in(tx):
            raise Invalid(_l("This day has not come yet."), field="given_on")
        contribution.given_on, contribution.recorded_by = on, by.person_id
        _receive(tx, contribution, on=on, entry_id=entry_id, by=by.person_id)
        audit.record(
            tx, "contribution.receive", by=by.person_id, on=("contribution", contribution.id),
            amount_minor=contribution.amount_minor,
        )  # fmt: skip
    return contribution


def void(contribution_id: int, *, reason: str, new_id: uuid.UUID, by: Actor) -> Contribution:
    """Take back a contribution recorded by mistake, with a mirrored entry, or a pledge that will not come.

    Raises WrongState when it is void already, Invalid without a reason or when the money has been spent.
    """
    require(by, "contribution.record")
    if not reason.strip():
        raise Invalid(_l("Say why this is taken back."), field="reason")
    with db.writing() as tx:
        contribution = tx.lock(Contribution, contribution_id)
        if contribution.state not in ("pledged", "received"):
            raise WrongState(_l("This was taken back already."))
        if contribution.entry_id is not None:
            for first in TAKEN_BACK:
                first(tx, contribution, reason, by.person_id)
            reverse(tx, contribution.entry_id, new_id=new_id, reason=reason, by=by.person_id)
        contribution.state = "void"
        audit.record(tx, "contribution.void", by=by.person_id, on=("contribution", contribution.id))
    return contribution


def contributions_of(person_id: int) -> Sequence[Contribution]:
    """What a person pledged and gave, newest first."""
    return db.session.scalars(
        select(Contribution).where(Contribution.person_id == person_id).order_by(Contribution.id.desc()).limit(200)
    ).all()


def pledged(*, most: int = 100) -> Sequence[tuple[Contribution, str | None]]:
    """Pledges that have not come yet with the giver's name, oldest first; for the treasurer."""
    rows = db.session.execute(
        select(Contribution, Person.display_name)
        .outerjoin(Person, Person.id == Contribution.person_id)
        .where(Contribution.state == "pledged")
        .order_by(Contribution.id)
        .limit(most)
    )
    return [(contribution, name) for contribution, name in rows]


def recent(*, most: int = 20) -> Sequence[tuple[Contribution, str | None]]:
    """What was given last with the giver's name, newest first; for the treasurer."""
    rows = db.session.execute(
        select(Contribution, Person.display_name)
        .outerjoin(Person, Person.id == Contribution.person_id)
        .where(Contribution.state != "pledged")
        .order_by(Contribution.id.desc())
        .limit(most)
    )
    return [(contribution, name) for contribution, name in rows]


def get(contribution_id: int) -> Contribution:
    """One contribution. Raises NotFound."""
    found = db.session.get(Contribution, contribution_id)
    if found is None:
        raise NotFound(_l("There is no such contribution."))
    return found


def person_named(text: str, *, field: str = "giver") -> int | None:
    """The one person with this name or e-mail address; None for an empty text. Raises Invalid for none or several."""
    if not text:
        return None
    same = func.lower(text)
    found = db.session.scalars(
        select(Person.id)
        .where(
            Person.erased_at.is_(None), or_(func.lower(Person.display_name) == same, func.lower(Person.email) == same)
        )
        .limit(2)
    ).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid(_l("Several people have this name or address: leave it empty, or ask them."), field=field)
    raise Invalid(_l("Nobody here has this name or address."), field=field)


def _receive(tx: Transaction, contribution: Contribution, *, on: dt.date, entry_id: uuid.UUID, by: int | None) -> None:
    """Book the money, if there is any, and mark the contribution as received."""
    cash = cash_for(tx, contribution)
    if contribution.amount_minor:
        income = income_of(tx, contribution)
        entry = post_entry(
            tx,
            Draft(
                id=entry_id, kind="contribution", memo=income.name,
                lines=[(cash, contribution.amount_minor), (income, -contribution.amount_minor)],
                occurred_on=on, by=by,
            ),
        )  # fmt: skip
        contribution.entry_id = entry.id
    contribution.state = "received"
    tx.session.flush()
    if contribution.entry_id is not None and cash.code == accounts.FREE:
        for then in RECEIVED:
            then(tx, contribution, by)


def _keep_rest(tx: Transaction, contribution: Contribution, rest_minor: int) -> None:
    """What has not come of a pledge stays pledged, beside the part that came."""
    tx.add(
        Contribution(
            person_id=contribution.person_id, kind=contribution.kind, tier=contribution.tier, amount_minor=rest_minor,
            note=contribution.note, state="pledged", given_on=contribution.given_on, rest_of_id=contribution.id,
            recorded_by=contribution.recorded_by, recorded_at=tx.now(), purpose=contribution.purpose,
            through_sponsor=contribution.through_sponsor,
        )
    )  # fmt: skip


def _insert(tx: Transaction, new: NewContribution, *, by: int | None) -> Contribution:
    """The row, in a savepoint: the same form sent twice at the same moment meets itself here."""
    with tx.session.begin_nested():
        return tx.add(
            Contribution(
                person_id=new.person_id, kind=new.kind, tier=new.tier, amount_minor=new.amount_minor, hours=new.hours,
                note=new.note, state="pledged", given_on=new.given_on, recorded_by=by, recorded_at=tx.now(),
                request_id=new.request_id, purpose=new.purpose.strip() or None, through_sponsor=new.through_sponsor,
            )
        )  # fmt: skip


def _recorded_before(tx: Transaction, new: NewContribution) -> Contribution | None:
    """The contribution that this form made before. Raises Invalid when it was sent with other content."""
    if new.request_id is None:
        return None
    known = tx.session.scalars(select(Contribution).where(Contribution.request_id == new.request_id)).one_or_none()
    if known is None:
        return None
    same = (
        known.kind, known.amount_minor, known.hours, known.tier, known.person_id, known.note, known.given_on,
        known.purpose or "", known.through_sponsor,
    ) == (
        new.kind, new.amount_minor, new.hours, new.tier, new.person_id, new.note, new.given_on, new.purpose.strip(),
        new.through_sponsor,
    )  # fmt: skip
    if not same:
        raise Invalid(_l("This form was already sent with other content. Please open the page again."))
    return known


def _check(tx: Transaction, new: NewContribution) -> None:
    if new.kind not in RECORDED:
        raise Invalid(_l("Choose what was given."), field="kind")
    if new.kind in UNPRICED and new.amount_minor:
        raise Invalid(_l("Hours and goods are counted, never priced: leave the amount empty."), field="amount")
    if new.kind not in UNPRICED and new.hours:
        raise Invalid(_l("Hours belong to a contribution of hours."), field="hours")
    if new.kind == "hours" and not 0 < new.hours <= MOST_HOURS:
        raise Invalid(_l("How many hours were given?"), field="hours")
    if new.kind in ("gift", "land_tax") and new.amount_minor <= 0:
        raise Invalid(_l("How much was given?"), field="amount")
    if new.kind == "goods" and not new.note.strip():
        raise Invalid(_l("Say what was given."), field="note")
    if (new.purpose.strip() or new.through_sponsor) and new.kind != "gift":
        raise Invalid(_l("Only a gift of money has a purpose, or comes through a sponsor."), field="purpose")
    if len(new.purpose.strip()) > MOST_PURPOSE:
        raise Invalid(_l("Say the purpose in up to %(n)s characters.", n=MOST_PURPOSE), field="purpose")
    _check_amount(new.amount_minor)
    if new.given_on > foundation.today_in(tx):
        raise Invalid(_l("This day has not come yet."), field="given_on")
    if new.person_id is not None:
        tx.get(Person, new.person_id)


def _check_amount(amount_minor: int) -> None:
    if not 0 <= amount_minor <= MINOR_LIMIT:
        raise Invalid(_l("An amount is not negative, and not too large."), field="amount")
