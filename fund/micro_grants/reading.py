"""What is read of micro-grants: public figures by month, the desk's list, one week.

Public figures are of months that are over, so that nobody can watch a single gift come in, and never of fewer than five
people: a month is told only when at least five different ways to pay were used in one of its weeks. What the desk sees
of those who wait are amounts and days; names and ways to pay are opened for those who pay, once two people approved.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import db
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members.service import names
from fund.micro_grants import sealing
from fund.micro_grants.models import ENDED, MicroLine, MicroRequest, MicroRun

FEWEST = 5
LATEST_AT_BANK = dt.timedelta(days=28)
"""So many days after it was ticked off a gift may still come up on a statement."""
MONTHS = 24


@dataclass(frozen=True)
class Month:
    """One month's public figures; amounts in minor units. Without figures where they would tell of fewer than five."""

    month: dt.date
    told: bool
    count: int = 0
    total_minor: int = 0
    median_minor: int = 0
    wait_days: int = 0


@dataclass(frozen=True)
class Gift:
    """One line of a week for those who work on it; `name` and `way` only once they are needed."""

    line: MicroLine
    request: MicroRequest
    name: str
    way: str


@dataclass(frozen=True)
class Week:
    """One run with everything its page needs."""

    run: MicroRun
    gifts: Sequence[Gift]
    decision: Decision | None
    seed_by: str
    given_minor: int
    sent_back_by: str

    @property
    def offered(self) -> Gift | None:
        """The gift of which only a part is left and that waits for an answer."""
        return next((one for one in self.gifts if self.run.state == "drawn" and one.line.answer == "offered"), None)

    @property
    def approved(self) -> bool:
        """Whether two people stand for it."""
        return self.decision is not None and self.decision.stands


@dataclass(frozen=True)
class OnStatement:
    """A gift as a statement of the bank may show it: the amount with its sign, the days between which it may stand there."""

    amount_minor: int
    first: dt.date
    last: dt.date


def on_statements(first: dt.date, last: dt.date) -> list[OnStatement]:
    """Gifts that a statement of these days may show, in the order of their days: those that were paid, those that are to be,
    and those that could not be paid, which go and come back."""
    rows = db.session.execute(
        select(MicroLine.amount_minor, MicroRequest.paid_on, MicroRequest.state, MicroRun.week_of)
        .join(MicroRequest, MicroRequest.id == MicroLine.request_id)
        .join(MicroRun, MicroRun.id == MicroLine.run_id)
        .where(
            MicroLine.amount_minor > 0, MicroRun.state.in_(("proposed", "booked")), MicroRequest.state != "waiting",
            MicroRun.week_of <= last, MicroRun.week_of >= first - LATEST_AT_BANK,
        )
        .order_by(MicroRun.week_of, MicroLine.place)
    )  # fmt: skip
    found = []
    for amount, paid_on, state, week_of in rows:
        until = (paid_on or week_of) + LATEST_AT_BANK
        found.append(OnStatement(-amount, week_of, until))
        if state == "unpaid":
            found.append(OnStatement(amount, week_of, until))
    return found


def months() -> list[Month]:
    """Public figures of the last months that are over and in which something was given, newest first."""
    this = foundation.today().replace(day=1)
    rows = db.session.execute(
        select(MicroRequest.paid_on, MicroRequest.paid_minor, MicroRequest.asked_on, MicroLine.run_id)
        .join(MicroLine, MicroLine.request_id == MicroRequest.id)
        .join(MicroRun, (MicroRun.id == MicroLine.run_id) & (MicroRun.state != "sent_back"))
        .where(
            MicroRequest.state == "paid", MicroLine.amount_minor > 0, MicroRequest.paid_on < this,
            MicroRequest.paid_on >= this - dt.timedelta(days=31 * MONTHS),
        )
    ).all()  # fmt: skip
    by_month: dict[dt.date, list[Any]] = {}
    for row in rows:
        if row[0] is not None:
            by_month.setdefault(row[0].replace(day=1), []).append(row)
    return [_month(month, by_month[month]) for month in sorted(by_month, reverse=True)]


def draws(*, most: int = 5) -> Sequence[MicroRun]:
    """The last weeks that were drawn, with the public text of each draw."""
    return db.session.scalars(
        select(MicroRun)
        .where(MicroRun.seed_confirmed_by.is_not(None))
        .order_by(MicroRun.week_of.desc(), MicroRun.id.desc())
        .limit(most)
    ).all()


def waiting(*, most: int = 200) -> Sequence[MicroRequest]:
    """Requests that are in no closed list, those needed soonest first."""
    return db.session.scalars(
        select(MicroRequest)
        .where(MicroRequest.state == "waiting")
        .order_by(MicroRequest.urgent_by.is_(None), MicroRequest.urgent_by, MicroRequest.id)
        .limit(most)
    ).all()


def open_week() -> MicroRun | None:
    """The week that is being worked on."""
    return db.session.scalars(select(MicroRun).where(MicroRun.state.not_in(ENDED))).one_or_none()


def weeks(*, most: int = 12) -> Sequence[MicroRun]:
    """The last weeks, newest first."""
    return db.session.scalars(select(MicroRun).order_by(MicroRun.week_of.desc(), MicroRun.id.desc()).limit(most)).all()


def week(run_id: int) -> Week:
    """One run with its gifts in the order of the draw. Raises NotFound."""
    run = db.session.get(MicroRun, run_id)
    if run is None:
        raise NotFound(_l("There is no such week."))
    decision = decisions.get(run.decision_id) if run.decision_id is not None else None
    to_pay = decision is not None and decision.stands and run.state == "proposed"
    rows = db.session.execute(
        select(MicroLine, MicroRequest)
        .join(MicroRequest, MicroRequest.id == MicroLine.request_id)
        .where(MicroLine.run_id == run_id)
        .order_by(MicroLine.place, MicroLine.request_id)
    ).all()
    gifts = [_gift(line, request, to_pay=to_pay, drawn=run.state == "drawn") for line, request in rows]
    who = names([one for one in (run.seed_by, run.sent_back_by) if one is not None])
    return Week(
        run, gifts, decision, who.get(run.seed_by or 0, ""), sum(one.line.amount_minor for one in gifts),
        who.get(run.sent_back_by or 0, ""),
    )  # fmt: skip


def _gift(line: MicroLine, request: MicroRequest, *, to_pay: bool, drawn: bool) -> Gift:
    """A part that is offered has to be told to somebody, and a gift has to be paid: only then is it opened."""
    needed = request.state == "listed" and ((to_pay and line.amount_minor > 0) or (drawn and line.answer == "offered"))
    if not needed:
        return Gift(line, request, "", "")
    return Gift(line, request, sealing.name_of(request), sealing.way_of(request))


def _month(month: dt.date, rows: Sequence[Any]) -> Month:
    if max(Counter(run_id for _paid, _amount, _asked, run_id in rows).values()) < FEWEST:
        return Month(month, told=False)
    amounts = sorted(amount for _paid, amount, _asked, _run in rows)
    waits = sorted((paid - asked).days for paid, _amount, asked, _run in rows)
    return Month(month, True, len(rows), sum(amounts), _median(amounts), _median(waits))


def _median(values: Sequence[int]) -> int:
    """The middle of sorted whole numbers; between two of them, the whole number at or below their mean."""
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) // 2
