"""Acts that need two people: one proposes with a reason, another seconds, and then it is done.

Cancelling, opening or closing voting early, the text of a public draw. The features above put their acts into
`register`; this room knows only that two different people want the same thing, and tells everyone who they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.members.models import Person
from fund.permissions import Actor, require
from fund.rounds.models import Round, SecondedAct

REASON_LIMIT = 2000


@dataclass(frozen=True)
class TwoPersonAct:
    """One such act: its words, whether it is possible now (`check` raises if not), and what is then done."""

    words: Any
    check: Callable[[Transaction, Round, dict[str, Any]], None]
    perform: Callable[[Transaction, Round, SecondedAct, Actor], None]


_acts: dict[str, TwoPersonAct] = {}


def register(name: str, act: TwoPersonAct) -> None:
    """Make an act known by name; the feature that performs it does this when it is loaded."""
    _acts[name] = act


def proposable() -> frozenset[str]:
    """Names of the acts that can be proposed."""
    return frozenset(_acts)


def words_of(name: str) -> Any:
    """The act in words."""
    return _acts[name].words if name in _acts else name.replace("_", " ")


def propose_act(round_id: int, act: str, reason: str, *, by: Actor, **facts: Any) -> SecondedAct:
    """Propose an act with a reason; nothing happens until another person seconds it.

    Raises Invalid without a reason, NotFound for an unknown act, WrongState when the act is not possible now or is
    proposed already.
    """
    require(by, "round.propose_act")
    if act not in _acts:
        raise NotFound(_l("There is no such act."))
    if not reason.strip() or len(reason) > REASON_LIMIT:
        raise Invalid(_l("Say why, in your own words. Everyone can read it."), field="reason")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        _acts[act].check(tx, round_, facts)
        if any(one.act == act for one in _waiting(tx, round_id)):
            raise WrongState(_l("This is proposed already and waits for a second person."))
        proposed = tx.add(
            SecondedAct(
                round_id=round_id, act=act, reason=reason.strip(), facts=facts, proposed_by=by.person_id,
                proposed_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "round.propose_act", by=by.person_id, on=("round", round_id), proposed=act)
    return proposed


def second_act(seconded_act_id: int, *, by: Actor, round_id: int | None = None) -> SecondedAct:
    """Second what another proposed, and do it. Raises Forbidden for the proposer, WrongState when it is too late."""
    require(by, "round.second_act")
    with db.writing() as tx:
        proposed, round_ = _lock(tx, seconded_act_id, round_id)
        if proposed.proposed_by == by.person_id:
            raise Forbidden(_l("You proposed this. It takes another person."))
        _acts[proposed.act].check(tx, round_, proposed.facts)
        proposed.seconded_by, proposed.seconded_at = by.person_id, tx.now()
        tx.session.flush()
        audit.record(
            tx, "round.second_act", by=by.person_id, on=("round", round_.id), proposed=proposed.act,
            proposer=proposed.proposed_by,
        )  # fmt: skip
        _acts[proposed.act].perform(tx, round_, proposed, by)
    return proposed


def withdraw_act(seconded_act_id: int, *, by: Actor, round_id: int | None = None) -> None:
    """Take back what one proposed, or what another proposed and one does not want. Raises WrongState when it is done."""
    require(by, "round.second_act")
    with db.writing() as tx:
        proposed, round_ = _lock(tx, seconded_act_id, round_id)
        proposed.withdrawn_at = tx.now()
        audit.record(tx, "round.withdraw_act", by=by.person_id, on=("round", round_.id), proposed=proposed.act)


def waiting_acts(round_id: int) -> Sequence[tuple[SecondedAct, str]]:
    """What was proposed and waits for a second person, with the proposer's name, oldest first."""
    return _named(round_id, waiting=True)


def done_acts(round_id: int) -> Sequence[tuple[SecondedAct, str]]:
    """What two people did in this round, with the proposer's name, oldest first."""
    return _named(round_id, waiting=False)


def _named(round_id: int, *, waiting: bool) -> Sequence[tuple[SecondedAct, str]]:
    state = SecondedAct.seconded_at.is_(None) if waiting else SecondedAct.seconded_at.is_not(None)
    rows = db.session.execute(
        select(SecondedAct, Person.display_name)
        .join(Person, Person.id == SecondedAct.proposed_by)
        .where(SecondedAct.round_id == round_id, SecondedAct.withdrawn_at.is_(None), state)
        .order_by(SecondedAct.id)
    )
    return [(act, name) for act, name in rows]


def _waiting(tx: Transaction, round_id: int) -> Sequence[SecondedAct]:
    return tx.session.scalars(
        select(SecondedAct).where(
            SecondedAct.round_id == round_id, SecondedAct.seconded_at.is_(None), SecondedAct.withdrawn_at.is_(None)
        )
    ).all()


def _lock(tx: Transaction, seconded_act_id: int, round_id: int | None) -> tuple[SecondedAct, Round]:
    """The round first, then the act: the order in which every act takes its locks."""
    found = tx.get(SecondedAct, seconded_act_id)
    if round_id is not None and found.round_id != round_id:
        raise NotFound(_l("There is no such act in this round."))
    round_ = tx.lock(Round, found.round_id)
    proposed = tx.lock(SecondedAct, seconded_act_id)
    if proposed.seconded_at is not None or proposed.withdrawn_at is not None:
        raise WrongState(_l("This was done or taken back already."))
    return proposed, round_
