"""Acts on a vote that two people agree on: opening early, ending early, cancelling a round.

An early end needs the quorum: ending a vote before enough people have voted would be a way to kill it. Cancelling is
possible until voting has ended; what was cast is thrown away unopened.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund import audit
from fund.db import Transaction
from fund.errors import WrongState
from fund.permissions import Actor
from fund.pots import service as pots
from fund.rounds import schedule, seconded
from fund.rounds import service as rounds
from fund.rounds.models import Round, SecondedAct
from fund.rounds.seconded import TwoPersonAct
from fund.voting import closing, opening, telling
from fund.voting.freezing import still_needed

OPEN_EARLY = "open_early"
CLOSE_EARLY = "close_early"
CANCEL = "cancel"


def _may_open(tx: Transaction, round_: Round, _facts: dict[str, Any]) -> None:
    if round_.status != "frozen":
        raise WrongState(_l("Only a frozen round is opened for voting."))


def _open(tx: Transaction, round_: Round, _proposed: SecondedAct, by: Actor) -> None:
    opening.open_now(tx, round_, by=by)


def _may_close(tx: Transaction, round_: Round, _facts: dict[str, Any]) -> None:
    if round_.status != "open":
        raise WrongState(_l("Voting is not open in this round."))
    cast, cast_in = closing.cast_count(tx, round_), closing.cast_in_chambers(tx.session, round_)
    if still_needed(rounds.rules(round_), round_.electorate_n or 0, cast, cast_in):
        raise WrongState(_l("Voting ends early only when enough people have voted for a decision."))


def _close(tx: Transaction, round_: Round, _proposed: SecondedAct, by: Actor) -> None:
    if round_.closes_at is not None and tx.now() < round_.closes_at:
        schedule.extend(tx, round_, tx.now())
    closing.end(tx, round_, by=by)
    closing.open_ballots(round_.id)


def _may_cancel(tx: Transaction, round_: Round, _facts: dict[str, Any]) -> None:
    if round_.status not in ("draft", "frozen", "open"):
        raise WrongState(_l("Voting in this round has ended; it can no longer be cancelled."))


def _cancel(tx: Transaction, round_: Round, proposed: SecondedAct, by: Actor) -> None:
    before = round_.status
    round_.ballots_cast = closing.cast_count(tx, round_)
    round_.status, round_.ended_reason, round_.closed_at = "cancelled", proposed.reason, tx.now()
    tx.session.flush()
    if before != "draft":
        closing.throw_away(tx, round_)
        telling.electors(tx, round_, "round_cancelled", reason=proposed.reason)
    if round_.decides == "money" and (before == "open" or rounds.pots_of(round_)):
        pots.send_home(tx, round_.id, rounds.pots_of(round_), reason=proposed.reason, by=by.person_id)
    audit.record(tx, "round.cancel", by=by.person_id, on=("round", round_.id), was=before)


seconded.register(OPEN_EARLY, TwoPersonAct(_l("open voting now"), _may_open, _open))
seconded.register(CLOSE_EARLY, TwoPersonAct(_l("end voting now"), _may_close, _close))
seconded.register(CANCEL, TwoPersonAct(_l("cancel this round"), _may_cancel, _cancel))
