"""Consent of a council: asked, objected to, amended, consented to (FIELD B1 Decision, C6).

The council decides by itself, outside this program. Its recorder notes how many were there and how many paramount
objections there were, and never a name; a quorum of the charter must be there. Without a paramount objection the text is
consented to, and becomes a decision of the kind `council`, which stands once a second person has confirmed it. After an
objection the text is amended and asked again, or given up. The log of steps is kept; the council's minutes are not part
of it, and the council may withdraw them.

A class of members that decides about a pot by the charter is asked in the same way: it meets outside this program, more
than half of its members must be there, and anybody's paramount objection holds it up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from fund import audit, db
from fund.charter import Charter
from fund.charter.model import Council
from fund.db import MINOR_LIMIT, Transaction
from fund.decisions import service as decisions
from fund.decisions.models import Consent, ConsentStep
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members.models import Membership
from fund.permissions import Actor, require

OPEN = ("proposed", "amended")
ENDED = ("consented", "blocked", "lapsed")


@dataclass(frozen=True)
class Question:
    """What a council is asked: its code, the text, the most that may be given under it, and out of which pot."""

    body_code: str
    title: str
    text: str
    limit_minor: int | None = None
    pot_code: str | None = None
    minutes: str = ""


@dataclass(frozen=True)
class Topic:
    """Something a council can be asked about: a pot, or anything else. `key` is what the form sends."""

    key: str
    label: str


@dataclass(frozen=True)
class Body:
    """Who decides by itself: a council with its seats, or a class with as many as belong to it today."""

    code: str
    name: str
    seats: int | None
    quorum: int


def topics() -> list[Topic]:
    """The councils of the charter in force, each with its pots; and the classes that decide about a pot, with these."""
    version = foundation.current_version()
    if version is None:
        return []
    charter = foundation.parsed(version.text_bytes)
    about = [
        Topic(f"{body}|{code}", f"{charter.bodies[body]}: {name}")
        for body, code, name in _pots_of(charter)
        if body in charter.bodies
    ]
    return about + [
        Topic(f"{one.code}|", str(_l("%(name)s: something else", name=one.name))) for one in charter.councils
    ]


def ask(question: Question, *, by: Actor) -> Consent:
    """Note what a council, or a class that decides about a pot, is asked. Raises Invalid for one that the charter in force
    does not have, and for a class that nobody belongs to."""
    require(by, "consent.record")
    council = _body(question)
    if question.pot_code and f"{question.body_code}|{question.pot_code}" not in {one.key for one in topics()}:
        raise Invalid(_l("This council does not decide about that."), field="about")
    _check(question.title, question.limit_minor)
    with db.writing() as tx:
        consent = tx.add(
            Consent(
                body_code=council.code, body_name=council.name, pot_code=question.pot_code, title=question.title.strip(),
                text=question.text.strip(), limit_minor=question.limit_minor, seats=council.seats,
                quorum=council.quorum, minutes=question.minutes.strip() or None, proposed_at=tx.now(),
            )
        )  # fmt: skip
        _step(tx, consent, "proposed", by=by, round_number=1)
    return get(consent.id)


def hear(consent_id: int, *, present: int, objections: int, minutes: str = "", by: Actor) -> Consent:
    """Record what the council answered: how many were there, how many paramount objections were made.

    None: it is consented to, and a decision is recorded. Raises Invalid below the quorum or for more than the seats,
    WrongState when nothing is asked at this moment.
    """
    require(by, "consent.record")
    with db.writing() as tx:
        consent = tx.lock(Consent, consent_id)
        _refuse_unless(consent, *OPEN)
        _check_figures(consent, present, objections)
        consent.minutes = minutes.strip() or consent.minutes
        if objections:
            consent.state = "objections"
        else:
            decision = decisions.record(
                tx, "council", consent.title, consent.text, limit_minor=consent.limit_minor, by=by.person_id
            )
            consent.decision_id, consent.state = decision.id, "consented"
        _step(tx, consent, consent.state, by=by, present_n=present, objections_n=objections)
    return get(consent_id)


def amend(consent_id: int, *, text: str, limit_minor: int | None, by: Actor) -> Consent:
    """Put another text in the place of the one that was objected to; the council is asked anew.

    Raises WrongState unless there was an objection, Invalid when nothing was changed.
    """
    require(by, "consent.record")
    with db.writing() as tx:
        consent = tx.lock(Consent, consent_id)
        _refuse_unless(consent, "objections")
        _check(consent.title, limit_minor)
        if (text.strip(), limit_minor) == (consent.text, consent.limit_minor):
            raise Invalid(_l("This is the text that was objected to. Change it first."), field="text")
        consent.text, consent.limit_minor, consent.state = text.strip(), limit_minor, "amended"
        _step(tx, consent, "amended", by=by, round_number=_round_of(tx, consent) + 1)
    return get(consent_id)


def give_up(consent_id: int, *, by: Actor) -> Consent:
    """Note that a question is given up: blocked after an objection, lapsed when no answer came."""
    require(by, "consent.record")
    with db.writing() as tx:
        consent = tx.lock(Consent, consent_id)
        if consent.state in ENDED:
            raise WrongState(_l("The council has answered this."))
        consent.state = "blocked" if consent.state == "objections" else "lapsed"
        _step(tx, consent, consent.state, by=by)
    return get(consent_id)


def withdraw_minutes(consent_id: int, *, by: Actor) -> Consent:
    """Take the council's minutes away for good; the log keeps that it was done, and nothing of them."""
    require(by, "consent.record")
    with db.writing() as tx:
        consent = tx.lock(Consent, consent_id)
        if consent.minutes is None:
            raise WrongState(_l("There are no minutes here."))
        consent.minutes = None
        _step(tx, consent, "minutes_withdrawn", by=by)
    return get(consent_id)


def get(consent_id: int) -> Consent:
    """One question to a council with its steps. Raises NotFound."""
    found = db.session.scalars(
        select(Consent).where(Consent.id == consent_id).options(selectinload(Consent.steps))
    ).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such question to a council."))
    return found


def of_decision(decision_id: int) -> Consent | None:
    """The question that a decision answered, None for a decision that was recorded without one."""
    return db.session.scalars(select(Consent).where(Consent.decision_id == decision_id)).one_or_none()


def about_pot(tx: Transaction, pot_code: str) -> Sequence[Consent]:
    """What a council was asked about a pot, newest first."""
    return tx.session.scalars(
        select(Consent).where(Consent.pot_code == pot_code).order_by(Consent.id.desc()).limit(50)
    ).all()


def quorum_of(council: Council) -> int:
    """How many must be there: as the charter says, else more than half of the seats, at least one."""
    return council.quorum or (council.seats or 1) // 2 + 1 if council.seats else council.quorum or 1


def _body(question: Question) -> Body:
    charter = foundation.current_charter()
    council = next((one for one in charter.councils if one.code == question.body_code), None)
    if council is not None:
        return Body(council.code, council.name, council.seats, quorum_of(council))
    if question.body_code not in charter.bodies or not question.pot_code:
        raise Invalid(_l("The charter has no such council."), field="body")
    belong = db.session.scalar(
        select(func.count(Membership.person_id.distinct())).where(
            Membership.class_code == question.body_code, Membership.state == "active"
        )
    )
    if not belong:
        raise Invalid(_l("Nobody belongs to this class yet, so it cannot be asked."), field="about")
    return Body(question.body_code, charter.bodies[question.body_code], belong, belong // 2 + 1)


def _pots_of(charter: Charter) -> list[tuple[str, str, str]]:
    """Every pot with who decides about it: (body, pot, name)."""
    pots = [(one.who_decides, one.code, one.name) for one in charter.setasides]
    for pool in charter.pools:
        pots.append((pool.decided_by, pool.code, pool.name))
        if pool.land_reserve:
            land = str(_l("Land purchase reserve (%(name)s)", name=pool.name))
            pots.append((pool.decided_by, pool.reserve_code, land))
    return pots


def _check(title: str, limit_minor: int | None) -> None:
    if not title.strip():
        raise Invalid(_l("Give the decision a title."), field="title")
    if limit_minor is not None and not 0 < limit_minor <= MINOR_LIMIT:
        raise Invalid(_l("This limit cannot be."), field="limit")


def _check_figures(consent: Consent, present: int, objections: int) -> None:
    if present < consent.quorum:
        raise Invalid(
            _l("%(quorum)s must be there for the council to decide; %(present)s were.",
               quorum=consent.quorum, present=present),
            field="present",
        )  # fmt: skip
    if consent.seats is not None and present > consent.seats:
        raise Invalid(_l("No more than %(seats)s belong to it.", seats=consent.seats), field="present")
    if not 0 <= objections <= present:
        raise Invalid(_l("There cannot be more objections than people."), field="objections")


def _refuse_unless(consent: Consent, *states: str) -> None:
    if consent.state not in states:
        raise WrongState(_l("This is not possible in the question's present state."))


def _round_of(tx: Transaction, consent: Consent) -> int:
    last = tx.session.scalars(
        select(ConsentStep.round_number).where(ConsentStep.consent_id == consent.id).order_by(ConsentStep.id.desc())
    ).first()
    return last or 1


def _step(
    tx: Transaction, consent: Consent, step: str, *, by: Actor, round_number: int | None = None,
    present_n: int | None = None, objections_n: int = 0,
) -> None:  # fmt: skip
    tx.session.flush()
    tx.add(
        ConsentStep(
            consent_id=consent.id, round_number=round_number or _round_of(tx, consent), step=step, present_n=present_n,
            objections_n=objections_n, recorded_by=by.person_id, recorded_at=tx.now(),
        )
    )  # fmt: skip
    audit.record(tx, f"consent.{step}", by=by.person_id, on=("consent", consent.id))
