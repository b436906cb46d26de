"""Reports of grantees: what the money did, in any form: a few sentences, a photo, or told by phone and typed by a steward.

The charter says how many days after the first payment each is due and who may read it (`products.report_days`,
`later_report_days`, `report_shown`). A reminder goes out two weeks before, and one more a week after; no others.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fund import audit, db
from fund.awards import payments, standing
from fund.awards.evidence import PICTURES, Evidence, Kept, clean, plain_name, store
from fund.awards.models import Award, Report
from fund.awards.offering import tell
from fund.db import Transaction
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.permissions import MEMBERS, MONEY_HANDS, Actor, require

FIRST_REMINDER = dt.timedelta(days=14)
SECOND_REMINDER = dt.timedelta(days=7)
MOST_JOBS = 100_000


@dataclass(frozen=True)
class Outcomes:
    """What a business states came of the money so far: jobs, and anything else in lines of its own."""

    jobs_kept: int | None = None
    jobs_made: int | None = None
    lines: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was stated."""
        return self.jobs_kept is None and self.jobs_made is None and not self.lines.strip()


NOTHING_STATED = Outcomes()


def due_days(award: Award) -> list[dt.date]:
    """The days on which reports are due, told or not; none when nothing was paid or none is asked for."""
    first = award.terms.get("report_days")
    paid = [tranche.paid_on for tranche in award.tranches if tranche.paid_on is not None]
    if not first or not paid:
        return []
    return [min(paid) + dt.timedelta(days=days) for days in (first, *award.terms.get("later_report_days", ()))]


def next_due(award: Award) -> dt.date | None:
    """When the next report that was not told is due; None when none is."""
    if award.reported_on is not None:
        return None
    days = due_days(award)
    return days[len(award.reports)] if len(award.reports) < len(days) else None


def tell_report(
    award_id: int, *, text: str = "", photo: Evidence | None = None, stated: Outcomes = NOTHING_STATED, by: Actor
) -> Report:
    """Keep a report of the business; typed by a steward, it was told by phone. The last one may complete an award.

    Raises Invalid with no words, no photo and nothing stated, WrongState when no report is waited for.
    """
    require(by, "award.report")
    if not text.strip() and photo is None and stated.is_empty:
        raise Invalid(_l("Write a sentence or two, or send a photo."), field="text")
    for name, jobs in (("jobs_kept", stated.jobs_kept), ("jobs_made", stated.jobs_made)):
        if jobs is not None and not 0 <= jobs <= MOST_JOBS:
            raise Invalid(_l("A number of jobs is not negative, and not too large."), field=name)
    with db.writing() as tx:
        award = tx.lock(Award, award_id)
        who = standing.of_award(tx.session, award)
        require(by, "award.report", who)
        tx.session.refresh(award, ["reports", "tranches"])
        if award.state != "active" or next_due(award) is None:
            raise WrongState(_l("No report is waited for."))
        assert by.person_id is not None
        report = Report(
            award_id=award.id, number=len(award.reports) + 1, text=text.strip(),
            by_phone=by.person_id not in who.party, typed_by=by.person_id, told_at=tx.now(),
            told_on=foundation.today_in(tx), jobs_kept=stated.jobs_kept,
            jobs_made=stated.jobs_made, outcomes=stated.lines.strip(),
        )  # fmt: skip
        _keep(tx, report, photo)
        if report.number == len(due_days(award)):
            award.reported_on = report.told_on
            tx.session.flush()
            payments.complete_if_done(tx, award)
        audit.record(tx, "award.report", by=by.person_id, on=("award", award.id), number=report.number)
    return report


def refuse_reader(award: Award, actor: Actor, party: frozenset[int]) -> None:
    """Raise Forbidden unless this person may read the reports on an award, as the charter says."""
    if not may_read(award, actor, party):
        raise Forbidden(_l("The charter does not show these reports to everybody."))


def may_read(award: Award, actor: Actor, party: frozenset[int]) -> bool:
    """Whether the charter shows the reports on an award to this person."""
    shown = award.terms.get("report_shown", "public")
    if shown == "public" or actor.person_id in party or actor.roles & MONEY_HANDS:
        return True
    return shown == "members" and bool(actor.roles & MEMBERS)


def photo_of(award_id: int, number: int) -> Kept:
    """The photo of a report. Raises NotFound."""
    report = db.session.scalars(
        select(Report).where(Report.award_id == award_id, Report.number == number)
    ).one_or_none()
    if report is None or report.photo_key is None:
        raise NotFound(_l("This report has no photo."))
    return Kept(report.photo_name or "photo", report.photo_type or "image/jpeg", store().get(report.photo_key))


def remind_due() -> int:
    """Remind businesses of a report: two weeks before it is due and, if it did not come, a week after. Returns how many
    awards were looked at; safe to repeat, for each reminder goes out once."""
    today = foundation.today()
    rows = db.session.scalars(
        select(Award)
        .where(Award.state == "active", Award.reported_on.is_(None))
        .options(selectinload(Award.tranches), selectinload(Award.reports))
        .order_by(Award.id)
    ).all()
    late = [(one, due) for one in rows if (due := next_due(one)) is not None and due - FIRST_REMINDER <= today]
    sent = 0
    for award, due in late:
        which = "late" if today >= due + SECOND_REMINDER else "soon"
        key = f"report:{award.id}:{len(award.reports) + 1}:{which}"
        if db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.dedupe_key.like(f"{key}:%")).limit(1)):
            continue
        with db.writing() as tx:
            tell(tx, tx.get(Award, award.id), "report_due", once=key, due_on=due.isoformat(), is_late=which == "late")
        sent += 1
    return sent


def _keep(tx: Transaction, report: Report, photo: Evidence | None) -> None:
    key = None
    if photo is not None:
        media_type, data = clean(photo.data)
        if media_type not in PICTURES:
            raise Invalid(_l("Please send a photo (JPEG, PNG, WebP)."), field="file")
        key = store().put(data)
        report.photo_key, report.photo_type = key, media_type
        report.photo_name = plain_name(photo.name, media_type)
    try:
        tx.add(report)
    except Exception:
        if key is not None:
            store().remove(key)
        raise
