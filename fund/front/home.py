"""What the home page and the list of rounds tell, whether the installation is ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from fund import db, desk
from fund.audit.models import AuditEvent
from fund.db import guards
from fund.db.clock import Clock
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.members import service as members
from fund.permissions import Actor
from fund.presentation import date, moment, money
from fund.rounds import listing
from fund.rounds.models import Round

LOG_ROWS = 50
ROUNDS_PER_PAGE = 24
RUNNING_AT_HOME, ENDED_AT_HOME = 12, 6


@dataclass(frozen=True)
class RoundCard:
    """A round on a card: what it is, where it stands in one sentence, its budget."""

    title: str
    slug: str
    status: str
    when: str
    facts: list[str]


def overview(actor: Actor) -> dict[str, Any]:
    """Rounds that are going on, the newest that ended, what is on for this person, and three figures of money."""
    return {
        "running": going_on(),
        "ended": cards(listing.first(listing.OVER, ENDED_AT_HOME)),
        "mine": desk.mine_of(actor) if actor.is_signed_in else [],
        "figures_of_money": [(label, money(amount)) for label, amount in ledger.headline()],
        "shared": _shared(),
    }


def _shared() -> list[tuple[str, str]]:
    """What this fund shares beside its rounds, with the page that tells how."""
    charter = foundation.current_charter()
    links = [(_("Hours and goods"), "/timebank")]
    if charter.surplus_split:
        links.insert(0, (_("Surplus"), "/surplus"))
    if charter.micro_grants is not None:
        links.insert(0, (_("Micro-grants: small gifts, no proof of need"), "/micro-grants"))
    return links


def going_on() -> list[RoundCard]:
    """The rounds that go on, as cards, as many as a page of other things has room for."""
    return cards(listing.first(listing.GOING_ON, RUNNING_AT_HOME))


def rounds_page(number: int) -> dict[str, Any]:
    """One page of the list of rounds: those that go on, then those that are over. Raises NotFound beyond the last."""
    page = listing.by_standing(number, size=ROUNDS_PER_PAGE)
    if number > page.total:
        raise NotFound(_("There is no such page."))
    return {
        "running": cards(one for one in page.rounds if one.status in listing.GOING_ON),
        "ended": cards(one for one in page.rounds if one.status in listing.OVER),
        "page": page,
    }


def log_page(page: int) -> dict[str, Any]:
    """One page of the log of acts, newest first."""
    total = db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    pages = max(1, -(-total // LOG_ROWS))
    page = min(page, pages)
    events = db.session.scalars(
        select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(LOG_ROWS).offset((page - 1) * LOG_ROWS)
    ).all()
    names = members.names([event.actor_id for event in events if event.actor_id is not None])
    rows = [
        [
            event.seq,
            moment(event.happened_at),
            names.get(event.actor_id, "") if event.actor_id is not None else _("the program"),
            event.act,
            f"{event.subject_kind} {event.subject_id}",
        ]
        for event in events
    ]
    return {
        "rows": rows,
        "number": page,
        "total": pages,
        "before": f"/log?page={page - 1}" if page > 1 else None,
        "after": f"/log?page={page + 1}" if page < pages else None,
    }


def cards(rounds: Iterable[Round]) -> list[RoundCard]:
    """Rounds as cards."""
    return [
        RoundCard(
            one.title,
            one.slug,
            one.status,
            where_it_stands(one),
            [_("Budget: %(sum)s", sum=money(one.budget_minor))] if one.budget_minor else [],
        )
        for one in rounds
    ]


def where_it_stands(round_: Round) -> str:
    """One sentence: what happens now and until when."""
    now = db.now()
    if round_.status == "open" and round_.closes_at is not None:
        return _("Vote until %(when)s.", when=moment(round_.closes_at))
    if round_.status == "frozen" and round_.opens_at is not None:
        return _("Voting opens on %(when)s.", when=moment(round_.opens_at))
    if round_.status == "lapsed":
        return _("Too few people voted, so nothing was decided. Proposals may come back.")
    if round_.status == "cancelled":
        return _("Cancelled: %(why)s", why=round_.ended_reason or "")
    if round_.status == "awaiting_draw":
        return _("Voting has ended in a tie, which waits for the public draw.")
    if round_.status in ("certified", "final"):
        return _("Voting ended on %(when)s.", when=date(round_.closed_at))
    if round_.status != "draft":
        return _("Voting has ended; the result is being counted and certified.")
    running = [phase for phase in round_.phases if phase.starts_at <= now < phase.ends_at]
    sentences = {
        "submissions": _("Applications are open until %(when)s."),
        "review": _("Stewards review the proposals until %(when)s."),
        "appeal": _("Appeals are heard until %(when)s."),
        "deliberation": _("Questions and answers until %(when)s."),
    }
    for phase in running:
        if phase.label in sentences:
            return sentences[phase.label] % {"when": date(phase.ends_at)}
    return _("This round is being prepared.")


def readiness() -> list[str]:
    """What keeps this installation from serving, in words; empty when it is ready."""
    try:
        missing = guards.missing(db.session.connection())
        if db.session.get(Clock, 1) is None:
            return ["the database is empty: run `fund migrate`"]
    except DBAPIError as error:
        return [f"the database does not answer: {type(error.orig).__name__}"]
    return [f"trigger missing or changed: {name}" for name in missing]
