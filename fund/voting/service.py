"""Voting: cast a ballot, and do what the clock owes a round (TRUST 3.4).

One cast is one transaction: hold the round's row together with other casts, see that it is open by the database's time,
hold the elector's row so that one person's casts come one after the other, know a request that came before, check the
ballot against the frozen rules, replace, commit, and only then answer. Closing holds the round's row alone, so no ballot
lands after the count and none is acknowledged and left out.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from fund import db
from fund.db import Transaction
from fund.errors import Forbidden, FundError, Invalid, NotFound, SignInNeeded, TooMany, WrongState
from fund.permissions import CLOCK, Actor, require
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import choices as ballot_choices
from fund.voting import closing, envelopes, opening, roll, two_person
from fund.voting import turnout as turnouts
from fund.voting.assurance import assurance_in, assurance_sentences
from fund.voting.closing import close, open_ballots
from fund.voting.freezing import Plan, freeze, plan
from fund.voting.frozen_options import lines_of, write_lines
from fund.voting.models import BallotOption, Elector, Envelope, NamedBallot, Participation
from fund.voting.opening import open_voting
from fund.voting.roll import add_to_roll, by_way_of_verification, has_taken_part, is_elector, why_not
from fund.voting.tally import ballot_groups, contest
from fund.voting.turnout import Turnout, turnout

__all__ = [
    "Plan", "Receipt", "Turnout", "add_to_roll", "assurance_sentences", "ballot_groups", "by_way_of_verification", "cast",
    "close", "contest", "freeze", "has_taken_part", "is_elector", "is_late", "lines_of", "open_ballots", "open_voting",
    "options", "plan", "receipt_of", "settle", "settle_all", "turnout", "two_person", "why_not", "write_lines",
]  # fmt: skip

log = logging.getLogger("fund.voting")
MOST_CASTS = 200
REQUESTS_KEPT = 16
KEY_LENGTH = 200


@dataclass(frozen=True)
class Receipt:
    """That a ballot was accepted: for whom to keep, never what was in it. `cast_n` counts this person's casts."""

    round_id: int
    slug: str
    title: str
    code: str
    cast_n: int
    assurance: str
    closes_at: dt.datetime

    @property
    def replaced(self) -> bool:
        """Whether it took the place of an earlier ballot."""
        return self.cast_n > 1


def cast(elector: Actor, round_id: int, choices: Mapping[str, Any], idempotency_key: str) -> Receipt:
    """Cast a ballot, or put it in the place of an earlier one; the same request again gives the same receipt.

    `choices` in the words of ballot-file/1 (fund.voting.choices). Raises SignInNeeded, Forbidden with the reason for who
    is not on the roll, WrongState before opening and after closing, Invalid with the field for a wrong ballot.
    """
    require(elector, "ballot.cast")
    if not 8 <= len(idempotency_key) <= KEY_LENGTH:
        raise Invalid(_l("Please open the ballot again; nothing was cast."))
    settle_if_due(round_id)
    with db.writing() as tx:
        round_ = tx.lock_shared(Round, round_id)
        _require_open(round_, tx.now())
        voter = _hold_elector(tx, round_, elector)
        member_id = voter.member_id
        chosen = ballot_choices.to_bytes(ballot_choices.read(choices, rounds.rules(round_)))
        mark = envelopes.request_fingerprint(round_, member_id, idempotency_key, chosen)
        part = tx.session.get(Participation, (round_id, member_id), populate_existing=True, with_for_update=True)
        known = _marks(part)
        if part is not None and mark in known:
            return _receipt(round_, member_id, mark, part.cast_n - known.index(mark))
        if part is not None and part.cast_n >= MOST_CASTS:
            raise TooMany(_l("This vote was changed very often. It stands as it is; ask a steward if you need help."))
        part = _take_part(tx, round_, member_id, part, mark)
        _store(tx, round_, part, chosen, voter.chamber)
        return _receipt(round_, member_id, mark, part.cast_n)


def receipt_of(round_: Round, person_id: int) -> Receipt | None:
    """The receipt of a person's present ballot while voting is open; None when none was cast or voting has ended."""
    part = db.session.get(Participation, (round_.id, person_id))
    if part is None or not part.idem_hash or round_.status != "open":
        return None
    return _receipt(round_, person_id, _marks(part)[0], part.cast_n)


def options(round_id: int) -> Sequence[BallotOption]:
    """The lines of a frozen ballot in their order."""
    return db.session.scalars(
        select(BallotOption).where(BallotOption.round_id == round_id).order_by(BallotOption.position)
    ).all()


def settle_if_due(round_id: int) -> None:
    """Settle a round before an act, if the clock owes it something. Raises NotFound."""
    round_ = db.session.get(Round, round_id)
    if round_ is None:
        raise NotFound(_l("There is no such round."))
    if is_due(round_, db.now()):
        settle(round_id)


def is_due(round_: Round, at: dt.datetime) -> bool:
    """Whether the clock owes this round its opening, its end, or the opening of its ballots."""
    return (
        (round_.status == "frozen" and round_.opens_at is not None and round_.opens_at <= at)
        or (round_.status == "open" and round_.closes_at is not None and round_.closes_at <= at)
        or round_.status == "closed"
    )


def is_late(round_: Round) -> bool:
    """Whether the clock owes this round something at this moment."""
    return is_due(round_, db.now())


def settle(round_id: int) -> str:
    """Do what the clock owes one round, and give its status: open it, extend it once, let it lapse, close it, open its
    ballots, bring the shown turnout up to date. Doing it twice changes nothing."""
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.status == "frozen" and round_.opens_at is not None and round_.opens_at <= tx.now():
            _open_or_lapse(tx, round_)
        while round_.status == "open" and round_.closes_at is not None and round_.closes_at <= tx.now():
            closing.end(tx, round_, by=CLOCK)
        if turnouts.is_due(round_, tx.now()):
            turnouts.bring_up_to_date(tx, round_)
        status = round_.status
    if status == "closed":
        open_ballots(round_id)
        status = "opened"
    return status


def settle_all() -> int:
    """Settle every round that is due, each by itself, and destroy keys left over from a crash; gives how many."""
    now = db.now()
    stale = now - turnouts.EVERY
    due = db.session.scalars(
        select(Round.id)
        .where(
            ((Round.status == "frozen") & (Round.opens_at <= now))
            | ((Round.status == "open") & (Round.closes_at <= now))
            | ((Round.status == "open") & or_(Round.turnout_shown_at.is_(None), Round.turnout_shown_at <= stale))
            | (Round.status == "closed")
        )
        .order_by(Round.id)
    ).all()
    for round_id in due:
        try:
            settle(round_id)
        except FundError as refusal:
            log.error("round %s could not be settled: %s", round_id, refusal)
    closing.destroy_leftover_keys()
    return len(due)


def _open_or_lapse(tx: Transaction, round_: Round) -> None:
    """Open on time; a round that could not be opened before its own end lapses, and nobody's money is held."""
    if round_.closes_at is not None and round_.closes_at <= tx.now():
        closing.lapse(tx, round_, closing.NOT_OPENED)
        return
    try:
        with db.writing():
            opening.open_now(tx, round_, by=CLOCK)
    except (Invalid, WrongState) as refusal:
        tx.session.refresh(round_)
        log.warning("round %s is not opened: %s", round_.id, refusal)


def _require_open(round_: Round, at: dt.datetime) -> None:
    if round_.status in ("draft", "frozen"):
        raise WrongState(_l("Voting has not begun in this round."))
    if round_.status != "open" or round_.closes_at is None or at >= round_.closes_at:
        raise WrongState(
            _l("Voting has ended in this round. This ballot was not cast; if you voted before, that vote stands.")
        )


def _hold_elector(tx: Transaction, round_: Round, elector: Actor) -> Elector:
    """Hold the elector's row, so that two devices of one person wait for each other. Raises Forbidden with the reason."""
    if elector.person_id is None:
        raise SignInNeeded(_l("Please sign in first."))
    try:
        return tx.lock(Elector, (round_.id, elector.person_id))
    except NotFound:
        raise Forbidden(roll.why_not(round_, elector) or _l("You are not on the roll of this round.")) from None


def _marks(part: Participation | None) -> list[bytes]:
    """Marks of the newest requests of one person, the newest first."""
    kept = (part.idem_hash if part is not None else None) or b""
    size = envelopes.FINGERPRINT_BYTES
    return [kept[at : at + size] for at in range(0, len(kept), size)]


def _take_part(
    tx: Transaction, round_: Round, member_id: int, part: Participation | None, mark: bytes
) -> Participation:
    if part is None:
        return tx.add(Participation(round_id=round_.id, member_id=member_id, cast_n=1, idem_hash=mark))
    part.cast_n += 1
    part.idem_hash = b"".join([mark, *_marks(part)][:REQUESTS_KEPT])
    tx.session.flush()
    return part


def _store(tx: Transaction, round_: Round, part: Participation, chosen: bytes, chamber: str) -> None:
    rules = rounds.rules(round_)
    if assurance_in(rules, chamber) == "open":
        ballot = tx.session.get(NamedBallot, (round_.id, part.member_id), populate_existing=True)
        if ballot is None:
            tx.add(NamedBallot(round_id=round_.id, member_id=part.member_id, choices_bytes=chosen, chamber=chamber))
        else:
            ballot.choices_bytes = chosen
            tx.session.flush()
        return
    if part.envelope_link is not None:
        old = envelopes.open_link(round_, part.member_id, part.envelope_link)
        tx.session.execute(
            update(Envelope).where(Envelope.round_id == round_.id, Envelope.envelope_hash == old).values(replaced=True)
        )
    content = envelopes.seal(round_, chosen, options=len(rules["options"]), chamber=chamber)
    name = envelopes.name_of(content)
    tx.add(Envelope(round_id=round_.id, envelope_hash=name, content=content))
    part.envelope_link = envelopes.seal_link(round_, part.member_id, name)
    tx.session.flush()


def _receipt(round_: Round, member_id: int, mark: bytes, cast_n: int) -> Receipt:
    assert round_.closes_at is not None, "an open round has a closing time"
    code = envelopes.receipt_code(round_, member_id, mark)
    rules = rounds.rules(round_)
    level = assurance_in(rules, roll.chamber_of(round_.id, member_id)) if rules.get("chambers") else round_.assurance
    return Receipt(round_.id, round_.slug, round_.title, code, cast_n, level, round_.closes_at)
