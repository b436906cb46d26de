"""Share a surplus: look at the split, put it up with the decision it rests on, confirm it as a second person (FIELD C2).

The figures are the charter's and the recorded hours'; nobody types them. One entry books the whole: the indivisible
reserve and the solidarity pot get money of their own, and what goes to members is kept for them and owed to them. The
books hold sums; whose they are stands in the shares, which each member sees for themselves and the public never.
"""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.charter.model_money import SurplusPart
from fund.currency import written
from fund.db import MINOR_LIMIT, Transaction
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.ledger.models import Account, Entry
from fund.permissions import Actor, require
from fund.surplus.models import SurplusPeriod, SurplusRun, SurplusShare, WorkHours
from fund.surplus.splitting import PATRONAGE, Split, split_surplus

DECIDED = ("consent", "council", "standing_rule")


def parts() -> tuple[SurplusPart, ...]:
    """The charter's parts. Raises WrongState where the charter has none."""
    found = foundation.current_charter().surplus_split
    if not found:
        raise WrongState(_l("This fund's charter does not say how a surplus is split."))
    return found


def preview(period_id: int, surplus_minor: int) -> Split:
    """How a surplus of this period would be split, with nothing written. Raises Invalid, WrongState."""
    rows = db.session.execute(select(WorkHours.person_id, WorkHours.hundredths).where(WorkHours.period_id == period_id))
    found = db.session.get(SurplusPeriod, period_id)
    return _split(surplus_minor, {person: hours for person, hours in rows}, found.nonmember_hundredths if found else 0)


def propose(
    period_id: int, surplus_minor: int, *, how: str = "consent", decided_on: dt.date | None = None, by: Actor
) -> SurplusRun:
    """Put a surplus up for sharing: the figures are fixed and a decision is recorded, which another person confirms.

    Raises Invalid for an amount or a kind of decision, WrongState when the period has a run or nobody has hours.
    """
    require(by, "surplus.record")
    if how not in DECIDED:
        raise Invalid(_l("Say how it was decided."), field="how")
    with db.writing() as tx:
        period = tx.lock(SurplusPeriod, period_id)
        live = select(SurplusRun.id).where(SurplusRun.period_id == period_id, SurplusRun.dropped_at.is_(None))
        if tx.session.scalars(live).first() is not None:
            raise WrongState(_l("The surplus of this period is shared or proposed already."))
        if decided_on is not None and decided_on > foundation.today_in(tx):
            raise Invalid(_l("This day has not come yet."), field="decided_on")
        worked = tx.session.execute(
            select(WorkHours.person_id, WorkHours.hundredths).where(WorkHours.period_id == period_id)
        )
        found = _split(surplus_minor, {person: hours for person, hours in worked}, period.nonmember_hundredths)
        decision = decisions.record(
            tx, how, _("Surplus of %(period)s", period=period.name), _told(found), decided_on=decided_on,
            by=by.person_id,
        )  # fmt: skip
        run = _written(tx, period, found, decision.id, by)
        audit.record(tx, "surplus.propose", by=by.person_id, on=("surplus_run", run.id), surplus_minor=surplus_minor)
    return run


def confirm(run_id: int, *, by: Actor) -> SurplusRun:
    """Confirm a run as the second person; it is booked at once. Doing it twice books once.

    Raises Forbidden for who put it up, Invalid when free money is not enough, WrongState when it was dropped.
    """
    require(by, "surplus.confirm")
    with db.writing() as tx:
        run = tx.lock(SurplusRun, run_id)
        if run.entry_id is not None:
            return run
        if run.dropped_at is not None:
            raise WrongState(_l("This run was dropped."))
        if run.recorded_by == by.person_id:
            raise Forbidden(_l("You put this surplus up, so another person confirms it."))
        if not tx.get(Decision, run.decision_id).stands:
            decisions.confirm(run.decision_id, by=by)
        entry = post_entry(
            tx,
            Draft(
                id=uuid.uuid4(), kind="surplus", memo=_("Surplus of %(period)s", period=_name(tx, run)),
                lines=_lines(tx, run), occurred_on=foundation.today_in(tx), by=by.person_id, decision_id=run.decision_id,
            ),
        )  # fmt: skip
        run.entry_id = entry.id
        tx.session.flush()
        audit.record(tx, "surplus.confirm", by=by.person_id, on=("surplus_run", run.id))
    return run


def drop(run_id: int, *, by: Actor) -> None:
    """Take back a run that is not booked, so that hours can be mended and another be put up. Raises WrongState."""
    require(by, "surplus.record")
    with db.writing() as tx:
        run = tx.lock(SurplusRun, run_id)
        if run.entry_id is not None or run.dropped_at is not None:
            raise WrongState(_l("This surplus is shared already, or was dropped."))
        run.dropped_at = tx.now()
        tx.session.flush()
        audit.record(tx, "surplus.drop", by=by.person_id, on=("surplus_run", run.id))


def open_pot(amount_minor: int, *, entry_id: uuid.UUID, by: Actor) -> Entry:
    """Move money of the solidarity pot to free money, from which the round that gives it away reserves its budget.

    Raises Invalid for an amount that is not in the pot. Sending the form twice moves it once.
    """
    require(by, "surplus.record")
    if amount_minor <= 0:
        raise Invalid(_l("How much?"), field="amount")
    with db.writing() as tx:
        pot, free = accounts.named(tx, accounts.SOLIDARITY_POT), accounts.free(tx)
        entry = post_entry(
            tx,
            Draft(
                id=entry_id, kind="transfer", memo=_("From the solidarity pot to the round that gives it away"),
                lines=[(free, amount_minor), (pot, -amount_minor)], occurred_on=foundation.today_in(tx), by=by.person_id,
            ),
        )  # fmt: skip
        audit.record(tx, "surplus.open_pot", by=by.person_id, on=("entry", entry.id), amount_minor=amount_minor)
    return entry


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _split(surplus_minor: int, hours: dict[int, int], nonmember_hundredths: int) -> Split:
    charter_parts = parts()
    if not 0 < surplus_minor <= MINOR_LIMIT:
        raise Invalid(_l("A surplus is more than nothing, and not too large. A loss is shared in another way."),
                      field="surplus")  # fmt: skip
    if not hours and (nonmember_hundredths or any(one.to == PATRONAGE for one in charter_parts)):
        raise WrongState(_l("Record first who worked how many hours."))
    return split_surplus(surplus_minor, charter_parts, hours, nonmember_hundredths)


def _written(tx: Transaction, period: SurplusPeriod, found: Split, decision_id: int, by: Actor) -> SurplusRun:
    charter_parts = parts()
    months = next((one.months_in_accounts for one in charter_parts if one.to == PATRONAGE), 0)
    at_once = next((one.paid_at_once for one in charter_parts if one.to == PATRONAGE), 100)
    assert by.person_id is not None
    run = tx.add(
        SurplusRun(
            period_id=period.id, surplus_minor=found.surplus_minor, nonmember_minor=found.nonmember_minor,
            reserve_minor=found.reserve_minor, patronage_minor=found.patronage_minor, cash_minor=found.cash_minor,
            accounts_minor=found.accounts_minor, pot_minor=found.pot_minor, decision_id=decision_id,
            terms={**{one.to: one.percent for one in charter_parts}, "cash_percent": at_once, "months": months,
                   "nonmember_hundredths": period.nonmember_hundredths},
            redeem_on=months_later(foundation.today_in(tx), months), recorded_by=by.person_id, recorded_at=tx.now(),
        )
    )  # fmt: skip
    for one in found.shares:
        tx.add(
            SurplusShare(
                run_id=run.id, person_id=one.person_id, hundredths=one.hundredths, cash_minor=one.cash_minor,
                account_minor=one.account_minor,
            )
        )  # fmt: skip
    return run


def _lines(tx: Transaction, run: SurplusRun) -> Sequence[tuple[Account, int]]:
    """Money goes from free to where it is kept; what members are owed stands against what was shared with them."""
    moves = [
        (accounts.INDIVISIBLE_RESERVE, run.reserve_minor), (accounts.SOLIDARITY_POT, run.pot_minor),
        (accounts.FOR_MEMBERS, run.patronage_minor), (accounts.FREE, -run.surplus_minor),
        (accounts.SURPLUS_SHARED, run.patronage_minor), (accounts.PATRONAGE_DUE, -run.cash_minor),
        (accounts.MEMBER_ACCOUNTS, -run.accounts_minor),
    ]  # fmt: skip
    return [(accounts.named(tx, code), amount) for code, amount in moves if amount]


def _told(found: Split) -> str:
    """The sums of a split, as the public decision tells them: no member is named."""
    currency = foundation.fund().currency
    return _(
        "%(all)s is shared as the charter says: %(reserve)s to the indivisible reserve (of it %(others)s earned by"
        " non-members' labour), %(patronage)s to members by their hours (%(cash)s at once, %(kept)s into their accounts),"
        " %(pot)s to the solidarity pot.",
        all=written(found.surplus_minor, currency), reserve=written(found.reserve_minor, currency),
        others=written(found.nonmember_minor, currency), patronage=written(found.patronage_minor, currency),
        cash=written(found.cash_minor, currency), kept=written(found.accounts_minor, currency),
        pot=written(found.pot_minor, currency),
    )  # fmt: skip


def _name(tx: Transaction, run: SurplusRun) -> str:
    return tx.get(SurplusPeriod, run.period_id).name
