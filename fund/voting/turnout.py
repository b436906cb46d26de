"""Turnout as it may be shown while voting runs (TRUST 3.3).

Until the quorum is reached: exactly how many more votes it needs. After that, and where there is no quorum: the total
rounded down to five, brought up to date every fifteen minutes. No time of a cast is kept for this: the number is taken
anew at each quarter of an hour and written down with its time. Once voting has ended the total is exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln
from sqlalchemy import func, select

from fund import db
from fund.db import Transaction
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import telling
from fund.voting.closing import cast_count, cast_in_chambers
from fund.voting.freezing import needed, still_needed
from fund.voting.models import Participation

STEP = 5
EVERY = dt.timedelta(minutes=15)
RUNNING = ("open",)


@dataclass(frozen=True)
class Turnout:
    """What everybody may know. `still_needed` is exact until the quorum is reached, then 0 (and `shown` stands).

    `shown` is the total: exact when `is_final`, else rounded down to five as of `as_of`; None before voting opens and
    while the quorum is not reached.
    """

    electors: int
    needed: int
    still_needed: int
    shown: int | None
    as_of: dt.datetime | None
    is_final: bool
    reached: bool


def turnout(round_: Round, *, cast: int | None = None) -> Turnout:
    """Turnout of a round as far as it may be shown now; `cast` is its number of ballots, where somebody has asked."""
    electors = round_.electorate_n or 0
    least = needed(rounds.rules(round_), electors) if round_.rules_bytes is not None else 0
    if round_.status in ("draft", "frozen", "cancelled"):
        return Turnout(electors, least, least, None, None, is_final=False, reached=False)
    if round_.status not in RUNNING:
        total = round_.ballots_cast
        return Turnout(
            electors, least, max(0, least - total), total, round_.closed_at, is_final=True, reached=total >= least
        )
    cast = live_counts([round_.id]).get(round_.id, 0) if cast is None else cast
    missing = still_needed(rounds.rules(round_), electors, cast, cast_in_chambers(db.session(), round_))
    if missing:
        return Turnout(electors, least, missing, None, None, is_final=False, reached=False)
    known = max(round_.turnout_shown, least - least % STEP)
    return Turnout(electors, least, 0, known, round_.turnout_shown_at, is_final=False, reached=True)


def when_too_few(rules: Mapping[str, Any], electors: int) -> Any:
    """What happens when fewer people vote than these rules need, in words; empty where any number is enough."""
    least = needed(rules, electors)
    if not least:
        return ""
    if rules["on_miss"] == "extend_then_lapse":
        return _ln(
            "With fewer than %(least)s votes voting goes on once for %(num)s more day; if they are still too few then,"
            " there is no decision.",
            "With fewer than %(least)s votes voting goes on once for %(num)s more days; if they are still too few then,"
            " there is no decision.",
            rules["extend_days"],
            least=least,
        )
    return _l("With fewer than %(least)s votes there is no decision.", least=least)


def is_due(round_: Round, at: dt.datetime) -> bool:
    """Whether the number shown is older than a quarter of an hour."""
    return round_.status == "open" and (round_.turnout_shown_at is None or at - round_.turnout_shown_at >= EVERY)


def bring_up_to_date(tx: Transaction, round_: Round) -> None:
    """Write down the total of this quarter of an hour; the caller holds the round."""
    cast = cast_count(tx, round_)
    if still_needed(rounds.rules(round_), round_.electorate_n or 0, cast, cast_in_chambers(tx.session, round_)):
        cast = 0
    round_.turnout_shown, round_.turnout_shown_at = cast - cast % STEP, tx.now()
    tx.session.flush()
    telling.took_part(tx, round_, all_of_them=False)


def live_counts(round_ids: Collection[int]) -> dict[int, int]:
    """How many people have voted in each of these rounds; for the program's own eyes."""
    rows = db.session.execute(
        select(Participation.round_id, func.count())
        .where(Participation.round_id.in_(round_ids))
        .group_by(Participation.round_id)
    )
    return dict(rows.all())
