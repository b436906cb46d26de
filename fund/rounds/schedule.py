"""The dates of a round: its phases one after the other, in the fund's zone.

A charter gives the length of each phase in days; a day is a day on the calendar of the fund's zone, so a phase that
crosses the change to summer time still ends at the same hour. A phase of no days is left out. Dates may change while
the round is a draft; from freezing on they stand, except where a rule of the charter moves them (FIELD B2, B3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from fund.charter.model_rounds import Phases
from fund.db import Transaction
from fund.errors import Invalid
from fund.rounds.models import PHASES, Phase, Round


@dataclass(frozen=True)
class Span:
    """One phase: its label, when it starts, when it ends."""

    label: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def spans(lengths: Phases, starts_at: dt.datetime, zone: ZoneInfo) -> list[Span]:
    """The phases of a charter, one after the other, from a moment on."""
    days = (
        lengths.submit_days,
        lengths.review_days,
        lengths.appeal_days,
        lengths.questions_days,
        lengths.vote_days,
    )
    found, at = [], starts_at
    for label, length in zip(PHASES, days, strict=True):
        if length:
            end = days_later(at, length, zone)
            found.append(Span(label, at, end))
            at = end
    return found


def days_later(moment: dt.datetime, days: int, zone: ZoneInfo) -> dt.datetime:
    """The same hour by the clocks of the zone, so many days later."""
    local = moment.astimezone(zone) + dt.timedelta(days=days)
    return local.astimezone(dt.UTC)


def check(planned: Sequence[Span]) -> None:
    """Raise Invalid, naming the field, unless every phase ends after it starts and voting comes last."""
    if not any(span.label == "voting" for span in planned):
        raise Invalid(_l("A round needs dates for voting."), field="voting_starts")
    voting = next(span for span in planned if span.label == "voting")
    for span in planned:
        if span.label not in PHASES:
            raise Invalid(_l("There is no such phase."))
        if span.ends_at <= span.starts_at:
            raise Invalid(_l("This phase ends before it starts."), field=f"{span.label}_ends")
        if span.label != "voting" and span.ends_at > voting.starts_at:
            raise Invalid(
                _l("Voting starts when everything before it has ended: move the end of this phase, or the vote."),
                field=f"{span.label}_ends",
            )
    if len({span.label for span in planned}) != len(planned):
        raise Invalid(_l("Every phase stands once."))


def put(tx: Transaction, round_: Round, planned: Iterable[Span]) -> None:
    """Make these the phases of a draft round; voting's are also its opening and closing."""
    ordered = sorted(planned, key=lambda span: PHASES.index(span.label))
    check(ordered)
    known = {phase.label: phase for phase in tx.session.query(Phase).filter_by(round_id=round_.id)}
    for position, span in enumerate(ordered):
        phase = known.pop(span.label, None) or Phase(round_id=round_.id, label=span.label)
        phase.position, phase.starts_at, phase.ends_at = position, span.starts_at, span.ends_at
        tx.session.add(phase)
    for gone in known.values():
        tx.session.delete(gone)
    round_.opens_at, round_.closes_at = ordered[-1].starts_at, ordered[-1].ends_at
    tx.session.flush()


def extend(tx: Transaction, round_: Round, closes_at: dt.datetime) -> None:
    """Let voting end later (or, by two people, earlier): the round and its phase say the same."""
    round_.closes_at = closes_at
    for phase in tx.session.query(Phase).filter_by(round_id=round_.id, label="voting"):
        if phase.starts_at < closes_at:
            phase.ends_at = closes_at
    tx.session.flush()


def phase_open(round_: Round, label: str, at: dt.datetime) -> bool:
    """Whether a phase of this round runs at a moment. A cancelled or lapsed round has no open phase."""
    if round_.status in ("cancelled", "lapsed", "void"):
        return False
    if label == "voting":
        return round_.status == "open" and round_.closes_at is not None and at < round_.closes_at
    if round_.status != "draft":
        return False
    return any(phase.label == label and phase.starts_at <= at < phase.ends_at for phase in round_.phases)
