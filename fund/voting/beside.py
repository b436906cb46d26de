"""What stands beside the ballot and never in it: pledges ("I will buy there") and reasons without a name (FIELD 0.5).

A pledge is a person's own and is shown as a number only. A reason has no person at all; who took part may give one for
each line, and nothing says who did. Both would hint at the count, so nothing of them is shown before voting has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import db
from fund.db import Transaction
from fund.errors import Forbidden, Invalid, SignInNeeded, TooMany, WrongState
from fund.permissions import Actor, Role, require
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting.envelopes import new_code
from fund.voting.models import Participation, Pledge, Reason

REASON_LIMIT = 500
REASONS_PER_BALLOT = 3
ENDED = ("opened", "awaiting_draw", "counted", "certified", "final", "disputed")


def pledge(round_id: int, wanted: Mapping[str, Sequence[str]], *, by: Actor) -> None:
    """Say how else one will support proposals: option id to the chosen pledges; none takes a pledge back.

    Raises WrongState while voting has not begun, Invalid for a pledge that this round does not ask.
    """
    require(by, "pledge.make")
    if by.person_id is None:
        raise SignInNeeded(_l("Please sign in first."))
    if not by.has(Role.MEMBER, Role.SOLIDARITY):
        raise Forbidden(_l("Pledges are for members, with or without a vote."))
    with db.writing() as tx:
        round_ = _open_round(tx, round_id)
        rules = rounds.rules(round_)
        for option_id, kinds in wanted.items():
            _require_line(rules, option_id)
            if any(kind not in rules["pledge_questions"] for kind in kinds):
                raise Invalid(_l("This round does not ask for that."), field="pledges")
            tx.session.merge(
                Pledge(round_id=round_id, person_id=by.person_id, option_id=option_id, kinds=sorted(set(kinds)))
            )


def give_reason(round_id: int, option_id: str, text: str, *, by: Actor) -> None:
    """Leave a reason without a name, for one line or ("") for the whole. Only who took part may.

    Raises Invalid when it is empty or too long, Forbidden before one has voted, TooMany when there are far more reasons
    than ballots.
    """
    require(by, "reason.give")
    words = text.strip()
    if not words or len(words) > REASON_LIMIT:
        raise Invalid(_l("Write up to %(most)s characters.", most=REASON_LIMIT), field="text")
    with db.writing() as tx:
        round_ = _open_round(tx, round_id)
        rules = rounds.rules(round_)
        if rules["comment"] != "optional":
            raise WrongState(_l("This round takes no reasons."))
        if option_id:
            _require_line(rules, option_id)
        if by.person_id is None or tx.session.get(Participation, (round_id, by.person_id)) is None:
            raise Forbidden(_l("Reasons come from those who voted in this round."))
        if _count(tx, Reason, round_id) >= REASONS_PER_BALLOT * _count(tx, Participation, round_id):
            raise TooMany(_l("There are enough reasons for now. Thank you."))
        tx.add(Reason(code=new_code(), round_id=round_id, option_id=option_id, text=words))


def own_pledges(round_id: int, person_id: int) -> dict[str, list[str]]:
    """What this person pledged: option id to pledges."""
    rows = db.session.scalars(select(Pledge).where(Pledge.round_id == round_id, Pledge.person_id == person_id))
    return {row.option_id: row.kinds for row in rows}


def pledge_counts(round_: Round) -> dict[str, dict[str, int]]:
    """Pledges in numbers by option, once voting has ended; before that nothing."""
    if round_.status not in ENDED:
        return {}
    counts: dict[str, dict[str, int]] = {}
    for row in db.session.scalars(select(Pledge).where(Pledge.round_id == round_.id)):
        for kind in row.kinds:
            counts.setdefault(row.option_id, {}).setdefault(kind, 0)
            counts[row.option_id][kind] += 1
    return counts


def reasons(round_: Round) -> list[tuple[str, str]]:
    """Reasons as (option id, text), in the order of their random names, once voting has ended; before that nothing."""
    if round_.status not in ENDED:
        return []
    rows = db.session.execute(
        select(Reason.option_id, Reason.text)
        .where(Reason.round_id == round_.id)
        .order_by(Reason.option_id, Reason.code)
    )
    return [(option_id, text) for option_id, text in rows]


def _open_round(tx: Transaction, round_id: int) -> Round:
    round_ = tx.lock_shared(Round, round_id)
    if round_.status != "open":
        raise WrongState(_l("This is possible while voting is open."))
    return round_


def _require_line(rules: Mapping[str, Any], option_id: str) -> None:
    if all(one["id"] != option_id for one in rules["options"]):
        raise Invalid(_l("This is not on the ballot."), field="option")


def _count(tx: Transaction, table: type[Reason] | type[Participation], round_id: int) -> int:
    return int(tx.session.scalar(select(func.count()).select_from(table).where(table.round_id == round_id)) or 0)
