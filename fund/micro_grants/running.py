"""One week: close the list, draw in public, hear who accepts a part, approve by two, pay, one entry (FIELD C5).

The list is closed, and its hash stored, before anybody knows the draw; the text of the draw is typed by one person and
again by another, and orders the list by itself. Two people stand for the run: one proposes it, which records a decision,
and another confirms. The money is then set aside, each gift is ticked off as it is paid, which erases how it was paid,
and the week is in the books by one entry that names nobody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import Transaction, canonical_bytes
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.micro_grants import sealing
from fund.micro_grants.allotting import Asked, allot, in_order
from fund.micro_grants.models import MicroHelped, MicroLine, MicroRequest, MicroRun
from fund.permissions import Actor, require
from fund.presentation import date

LONGEST_SEED = 300


def close_list(*, by: Actor) -> MicroRun:
    """Close this week's list: every request that waits is in it. Raises WrongState when the week has one, or is empty."""
    require(by, "micro_grant.run")
    rules = foundation.current_charter().micro_grants
    if rules is None:
        raise NotFound(_l("This fund's charter has no micro-grants."))
    with db.writing() as tx:
        today = foundation.today_in(tx)
        week_of = today - dt.timedelta(days=today.weekday())
        standing = select(MicroRun).where(MicroRun.state != "sent_back")
        if tx.session.scalars(standing.where(MicroRun.week_of == week_of)).one_or_none() is not None:
            raise WrongState(_l("This week's list is closed already; what comes in now is for next week."))
        if tx.session.scalars(standing.where(MicroRun.state != "booked")).first() is not None:
            raise WrongState(_l("Finish the week before first."))
        lines = _lines_of_those_who_wait(tx, today, rules.again_after_days)
        if not lines:
            raise WrongState(_l("Nobody is waiting."))
        names = _lot_names(tx, lines)
        run = tx.add(
            MicroRun(
                week_of=week_of, pot_minor=rules.weekly_pot_minor, partial_min_minor=rules.partial_min_minor,
                recent_last="not_helped_recently" in rules.order, listed_at=tx.now(), list_hash=list_hash(
                    [(names[one.request_id], one.asked_minor, one.carried, one.recent) for one in lines]
                ),
            )
        )  # fmt: skip
        for line in lines:
            line.run_id = run.id
            tx.add(line)
        audit.record(tx, "micro_grant.close_list", by=by.person_id, on=("micro_run", run.id), list=run.list_hash.hex())
    return run


def enter_draw(run_id: int, text: str, *, by: Actor) -> MicroRun:
    """Type the text of the public draw, or confirm it by typing the same; the second person's text orders the list.

    The first may mend their own text until then. Raises Invalid when the texts differ or one person types both,
    WrongState when no draw is waited for.
    """
    require(by, "micro_grant.run")
    with db.writing() as tx:
        run = tx.lock(MicroRun, run_id)
        in_state(run, "listed")
        seed = " ".join(unicodedata.normalize("NFC", text).split())
        if not seed or len(seed) > LONGEST_SEED:
            raise Invalid(_l("Type the text of the draw exactly as it was read out."), field="text")
        if run.seed == seed and run.seed_by == by.person_id:
            raise Invalid(_l("A second person confirms the draw by typing it too."), field="text")
        if run.seed is None or run.seed_by == by.person_id:
            run.seed, run.seed_by = seed, by.person_id
        elif run.seed != seed:
            raise Invalid(_l("The first person typed another text. Compare with what was read out."), field="text")
        else:
            run.seed_confirmed_by, run.state = by.person_id, "drawn"
            tx.session.flush()
            _allot(tx, run)
        tx.session.flush()
        audit.record(tx, "micro_grant.draw", by=by.person_id, on=("micro_run", run.id), text=seed)
    return run


def answer_for(run_id: int, request_id: int, *, accepts: bool, by: Actor) -> None:
    """Type the answer that somebody gave by phone to the part they were offered."""
    require(by, "micro_grant.run")
    answer(run_id, request_id, accepts=accepts)


def answer(run_id: int, request_id: int, *, accepts: bool) -> None:
    """Take down whether a part is accepted; a part that is declined is offered to the next. Raises WrongState."""
    with db.writing() as tx:
        run = tx.lock(MicroRun, run_id)
        line = tx.lock(MicroLine, (run_id, request_id))
        if run.state != "drawn" or line.answer != "offered":
            raise WrongState(_l("No part is offered at the moment."))
        line.answer = "accepted" if accepts else "declined"
        tx.session.flush()
        _allot(tx, run)
        audit.record(tx, "micro_grant.answer", by=None, on=("micro_run", run.id))


def propose(run_id: int, *, by: Actor) -> Decision:
    """Put the drawn run up for approval as the first of two people: a decision is recorded, with the hash of what each
    gets. A part that nobody answered is not given. Raises WrongState when nothing is drawn or nothing is given."""
    require(by, "micro_grant.run")
    with db.writing() as tx:
        run = tx.lock(MicroRun, run_id)
        in_state(run, "drawn")
        lines = lines_of(tx, run.id)
        while offered := [one for one in lines if one.answer == "offered"]:
            offered[0].answer = "declined"
            tx.session.flush()
            _allot(tx, run)
            lines = lines_of(tx, run.id)
        total = sum(one.amount_minor for one in lines)
        if not total:
            raise WrongState(_l("Nothing is given this week."))
        text = _("By the charter's rules for micro-grants, after a public draw. The list of gifts has the hash %(hash)s.",
                 hash=gifts_hash(run, lines).hex())  # fmt: skip
        decision = decisions.record(
            tx, "micro_grants", _("Micro-grants of the week of %(day)s", day=date(run.week_of)), text,
            limit_minor=total, by=by.person_id,
        )  # fmt: skip
        run.decision_id, run.state = decision.id, "proposed"
        tx.session.flush()
        audit.record(tx, "micro_grant.propose", by=by.person_id, on=("micro_run", run.id))
    return decision


def approve(run_id: int, *, by: Actor) -> MicroRun:
    """Approve a run as the second person; the money is set aside. Raises Forbidden for who proposed it."""
    require(by, "micro_grant.run")
    with db.writing() as tx:
        run = tx.lock(MicroRun, run_id)
        in_state(run, "proposed")
        decision = tx.get(Decision, run.decision_id)
        if gifts_hash(run, lines_of(tx, run.id)).hex() not in decision.text:
            raise WrongState(_l("The gifts are not those that were proposed."))
        if decision.recorded_by == by.person_id:
            raise Forbidden(_l("You proposed this run, so another person approves it."))
        decisions.confirm(decision.id, by=by)
        set_aside(tx, run, by=by.person_id)
    return run


def set_aside(tx: Transaction, run: MicroRun, *, by: int | None) -> None:
    """Promise the money of an approved run, once. Raises Invalid when free money is not enough."""
    if run.reserved_entry_id is not None:
        return
    total = sum(one.amount_minor for one in lines_of(tx, run.id))
    promised, free = accounts.named(tx, accounts.MICRO_GRANTS), accounts.free(tx)
    entry = post_entry(
        tx,
        Draft(
            id=uuid.uuid4(), kind="reservation", memo=accounts.NAMES[accounts.MICRO_GRANTS],
            lines=[(promised, total), (free, -total)], occurred_on=foundation.today_in(tx), by=by,
        ),
    )  # fmt: skip
    run.reserved_entry_id = entry.id
    tx.session.flush()


def record_paid(run_id: int, request_id: int, *, paid: bool = True, by: Actor) -> MicroRun:
    """Tick one gift off as paid, or as one that could not be paid; how it was to be paid is erased at once.

    After the last the week is booked. Raises WrongState before two people approved the run, or when it is ticked off.
    """
    require(by, "micro_grant.pay")
    with db.writing() as tx:
        run = tx.lock(MicroRun, run_id)
        in_state(run, "proposed")
        if not tx.get(Decision, run.decision_id).stands:
            raise WrongState(_l("This run waits for a second person."))
        set_aside(tx, run, by=by.person_id)
        line = tx.lock(MicroLine, (run_id, request_id))
        request = tx.lock(MicroRequest, request_id)
        if request.state != "listed" or not line.amount_minor:
            raise WrongState(_l("This gift was ticked off already, or is none."))
        if paid:
            _remember(tx, sealing.way_hash(request))
            request.paid_on, request.paid_minor = foundation.today_in(tx), line.amount_minor
        request.state = "paid" if paid else "unpaid"
        sealing.erase_way(tx, request)
        tx.session.flush()
        audit.record(tx, "micro_grant.pay", by=by.person_id, on=("micro_run", run.id))
        _book_when_done(tx, run, by=by.person_id)
    return run


def lines_of(tx: Transaction, run_id: int) -> Sequence[MicroLine]:
    """The lines of a run in the order of the draw."""
    return tx.session.scalars(
        select(MicroLine).where(MicroLine.run_id == run_id).order_by(MicroLine.place, MicroLine.request_id)
    ).all()


def list_hash(lines: Sequence[tuple[str, int, bool, bool]]) -> bytes:
    """The hash of a closed list: lot name, amount, carried over, helped lately; by lot name."""
    return hashlib.sha256(
        b"commonpool/v1/micro-list\x00" + canonical_bytes([list(one) for one in sorted(lines)])
    ).digest()


def gifts_hash(run: MicroRun, lines: Sequence[MicroLine]) -> bytes:
    """The hash of what two people approve: who, by number, gets what."""
    gifts = [[one.request_id, one.amount_minor] for one in lines if one.amount_minor]
    return hashlib.sha256(b"commonpool/v1/micro-gifts\x00" + canonical_bytes([run.id, gifts])).digest()


def _lines_of_those_who_wait(tx: Transaction, today: dt.date, again_after_days: int) -> list[MicroLine]:
    """A line for each request that waits; a second request with the same way to pay is set aside and erased."""
    requests = tx.lock_all(select(MicroRequest).where(MicroRequest.state == "waiting").order_by(MicroRequest.id))
    since = today - dt.timedelta(days=again_after_days)
    helped = set(tx.session.scalars(select(MicroHelped.way_hash).where(MicroHelped.helped_on > since)))
    numbers = [request.id for request in requests]
    carried = set(
        tx.session.scalars(
            select(MicroLine.request_id)
            .join(MicroRun, MicroRun.id == MicroLine.run_id)
            .where(MicroLine.request_id.in_(numbers), MicroRun.state != "sent_back")
        )
    )
    lines, seen = [], set[bytes]()
    for request in requests:
        way = sealing.way_hash(request)
        if way in seen:
            request.state = "withdrawn"
            sealing.erase_all(tx, request)
            continue
        seen.add(way)
        request.state = "listed"
        lines.append(
            MicroLine(
                request_id=request.id, asked_minor=request.amount_minor, carried=request.id in carried,
                recent=way in helped, place=0, amount_minor=0, answer="",
            )
        )  # fmt: skip
    tx.session.flush()
    return lines


def _lot_names(tx: Transaction, lines: Sequence[MicroLine]) -> dict[int, str]:
    numbers = [one.request_id for one in lines]
    rows = tx.session.execute(select(MicroRequest.id, MicroRequest.lot_name).where(MicroRequest.id.in_(numbers)))
    return dict(rows.all())


def _asked(tx: Transaction, run: MicroRun) -> tuple[list[Asked], dict[str, MicroLine]]:
    lines = {
        name: line
        for line, name in tx.session.execute(
            select(MicroLine, MicroRequest.lot_name)
            .join(MicroRequest, MicroRequest.id == MicroLine.request_id)
            .where(MicroLine.run_id == run.id)
        )
    }
    return [Asked(name, one.asked_minor, one.carried, one.recent) for name, one in lines.items()], lines


def _allot(tx: Transaction, run: MicroRun) -> None:
    """Order the list by the draw and write what each gets."""
    asked, lines = _asked(tx, run)
    ordered = in_order(asked, run.seed or "", recent_last=run.recent_last)
    declined = {name for name, line in lines.items() if line.answer == "declined"}
    shares = allot(ordered, run.pot_minor, partial_min_minor=run.partial_min_minor, declined=declined)
    for place, share in enumerate(shares, start=1):
        line = lines[share.lot_name]
        line.place, line.amount_minor = place, share.amount_minor
        if line.answer != "declined":
            line.answer = (line.answer or "offered") if share.is_part else ""
    tx.session.flush()


def _remember(tx: Transaction, way_hash: bytes) -> None:
    """Remember for the charter's days that this way to pay was used, and nothing else."""
    known = tx.session.get(MicroHelped, way_hash)
    if known is None:
        tx.add(MicroHelped(way_hash=way_hash, helped_on=foundation.today_in(tx)))
    else:
        known.helped_on = foundation.today_in(tx)


def _book_when_done(tx: Transaction, run: MicroRun, *, by: int | None) -> None:
    """After the last gift: one entry for the week, what was not paid back to free money, the others carried over."""
    rows = tx.session.execute(
        select(MicroLine, MicroRequest)
        .join(MicroRequest, MicroRequest.id == MicroLine.request_id)
        .where(MicroLine.run_id == run.id)
        .order_by(MicroLine.request_id)
    ).all()
    if any(line.amount_minor and request.state == "listed" for line, request in rows):
        return
    given = sum(line.amount_minor for line, request in rows if request.state == "paid")
    promised, today = accounts.named(tx, accounts.MICRO_GRANTS), foundation.today_in(tx)
    if given:
        memo = accounts.NAMES[accounts.GIVEN_AS_MICRO_GRANTS]
        entry = post_entry(
            tx,
            Draft(
                id=uuid.uuid4(), kind="micro_grant", memo=memo, decision_id=run.decision_id, occurred_on=today, by=by,
                lines=[(accounts.named(tx, accounts.GIVEN_AS_MICRO_GRANTS), given), (promised, -given)],
            ),
        )  # fmt: skip
        run.entry_id = entry.id
    rest = sum(line.amount_minor for line, _request in rows) - given
    if rest:
        post_entry(
            tx,
            Draft(
                id=uuid.uuid4(), kind="commitment_returned", memo=accounts.NAMES[accounts.MICRO_GRANTS],
                lines=[(accounts.free(tx), rest), (promised, -rest)], occurred_on=today, by=by,
            ),
        )  # fmt: skip
    run.paid_minor, run.state = given, "booked"
    for line, request in rows:
        if not line.amount_minor:
            request.state = "waiting"
    tx.session.flush()
    audit.record(tx, "micro_grant.book", by=by, on=("micro_run", run.id))


def in_state(run: MicroRun, state: str) -> None:
    """Raise WrongState unless a run is at this step."""
    if run.state != state:
        raise WrongState(_l("This week is not at this step, or has passed it."))
