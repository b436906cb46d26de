"""What must be true before a round is frozen: the checklist that a steward sees, and that freezing itself asks.

A check that blocks says what to do about it. A check that does not block says what will happen, so that nobody is
surprised: a vote that becomes open because too few are on the roll, ballots that are published as totals only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _ln

from fund.db import Transaction
from fund.foundation.models import CharterVersion
from fund.ledger import service as ledger
from fund.pots import service as pots
from fund.presentation import money
from fund.proposals import service as proposals
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting.frozen_options import FrozenOption


@dataclass(frozen=True)
class Check:
    """One line of the checklist: done, waiting, late or todo; `blocks` when freezing waits for it, `url` is where it is
    done."""

    state: str
    label: Any
    note: Any = ""
    blocks: bool = False
    url: str | None = None


def checks(
    tx: Transaction, round_: Round, rules: Mapping[str, Any], options: Sequence[FrozenOption], electors: int,
    at: dt.datetime,
) -> list[Check]:  # fmt: skip
    """The whole checklist of a draft round."""
    return [
        *_charter(tx, round_),
        *_amendment(tx, round_),
        *_options(round_, options),
        *_work_left(tx, round_, at),
        *_tie(round_, rules),
        *_dates(round_, at),
        *_money(tx, round_, rules),
        *_set_asides(round_, rules, options),
        *_roll(round_, electors, rules),
        *_publication(rules),
    ]


def _charter(tx: Transaction, round_: Round) -> Iterator[Check]:
    version = tx.session.get(CharterVersion, round_.charter_version_id)
    if version is None or version.state not in ("adopted", "superseded"):
        yield Check(
            "todo", _l("Adopt the charter"), _l("The charter of this round is not adopted."), blocks=True,
            url="/charter",
        )  # fmt: skip
    elif version.state == "superseded":
        yield Check(
            "done",
            _l("Charter version %(n)s", n=version.number),
            _l("A newer charter is in force since; this round keeps the one it began with."),
        )
    else:
        yield Check("done", _l("Charter version %(n)s", n=version.number))


def _amendment(tx: Transaction, round_: Round) -> Iterator[Check]:
    if round_.amends_version_id is None:
        return
    version = tx.get(CharterVersion, round_.amends_version_id)
    label = _l("The charter that would come into force: version %(number)s", number=version.number)
    if version.state == "proposed":
        yield Check("done", label, url=f"/charter/versions/{version.number}")
    else:
        note = _l("This version is not proposed any more. Choose another, or none.")
        yield Check("todo", label, note, blocks=True, url=f"/rounds/{round_.slug}/edit")


def _options(round_: Round, options: Sequence[FrozenOption]) -> Iterator[Check]:
    n = len(options)
    if not n and round_.decides == "people":
        note = _l("There is nobody to choose from: write the names, one on each line.")
        yield Check("todo", _l("Names on the ballot"), note, blocks=True, url=f"/rounds/{round_.slug}/lines")
    elif not n:
        yield Check(
            "todo", _l("Proposals on the ballot"), _l("There is nothing to vote on: no proposal is admitted."), blocks=True,
            url="/review",
        )  # fmt: skip
    elif n > round_.max_on_ballot:
        yield Check(
            "todo",
            _l("Proposals on the ballot"),
            _l("%(n)s are admitted and the ballot holds %(most)s.", n=n, most=round_.max_on_ballot),
            blocks=True,
            url=f"/rounds/{round_.slug}/" + ("edit" if round_.decides == "money" else "lines"),
        )
    else:
        yield Check("done", _ln("%(num)s line on the ballot", "%(num)s lines on the ballot", n))


def _work_left(tx: Transaction, round_: Round, at: dt.datetime) -> Iterator[Check]:
    waiting = proposals.unsettled(tx, round_.id)
    if waiting:
        yield Check(
            "todo",
            _l("Every proposal has its answer"),
            _l("These wait for a decision: %(names)s.", names=", ".join(proposal.title for proposal in waiting)),
            blocks=True,
            url="/review",
        )
    else:
        yield Check("done", _l("Every proposal has its answer"))
    running = [phase.label for phase in round_.phases if phase.label != "voting" and phase.ends_at > at]
    if running:
        yield Check(
            "waiting",
            _l("The phases before voting are over"),
            _l("Freezing now ends them early: no further proposal, question or appeal is taken."),
        )


def _tie(round_: Round, rules: Mapping[str, Any]) -> Iterator[Check]:
    if rules["rule"]["ties"][-1:] != ["lot"]:
        return
    if rules["draw_source"]:
        yield Check("done", _l("The source of a draw is named"), rules["draw_source"])
    else:
        yield Check(
            "todo",
            _l("The source of a draw is named"),
            _l("A tie would be decided by a public draw: say beforehand by which one."),
            blocks=True,
            url=f"/rounds/{round_.slug}/edit",
        )


def _dates(round_: Round, at: dt.datetime) -> Iterator[Check]:
    if round_.opens_at is None or round_.closes_at is None or round_.closes_at <= at:
        yield Check(
            "late", _l("Dates of the vote"), _l("The vote would be over already: move its dates."), blocks=True,
            url=f"/rounds/{round_.slug}/dates",
        )  # fmt: skip
    elif round_.opens_at <= at:
        yield Check(
            "waiting", _l("Dates of the vote"), _l("Voting opens as soon as the round is frozen: no time to rehearse.")
        )
    else:
        yield Check("done", _l("Dates of the vote"))


def _money(tx: Transaction, round_: Round, rules: Mapping[str, Any]) -> Iterator[Check]:
    """Freezing does not wait for money that the charter or a steward states; the opening of the vote does. A budget by
    percent is what is there, and waits for the least that the charter asks for."""
    if round_.decides != "money":
        return
    type_, kept = rounds.type_of(round_), rules.get("pots", ())
    needed = (rules["budget_minor"] or 0) + sum(
        pot["fed_minor"] if pot["decided_by"] != "members" else -pot["carried_minor"] for pot in kept
    )
    least = type_.min_to_open_minor or (1 if type_.percent_of_available is not None else 0)
    if needed < least:
        note = _l("There is %(there)s for this round, and it opens with no less than %(least)s.",
                  there=money(needed), least=money(least))  # fmt: skip
        yield Check("waiting", _l("The money of this round"), note, blocks=True, url="/money")
        return
    left, asked = ledger.left_for_grants(tx), min(proposals.grants_asked(tx, round_.id), needed)
    if asked > left:
        note = _l("Grants come only from gifts and dues: %(left)s can be granted, and %(asked)s are asked for as grants."
                  " Voting will not open before that changes.", left=money(left), asked=money(asked))  # fmt: skip
        yield Check("waiting", _l("The grants of this round"), note)
    free = pots.grantable_minor(tx)
    if free >= needed:
        note = _l("It decides %(budget)s.", budget=money(rules["budget_minor"])) if kept else ""
        yield Check("done", _l("The money of this round is there"), note)
        return
    note = _l("Free money: %(free)s. The budget of this round is %(budget)s: voting will not open before the rest is"
              " there.", free=money(free), budget=money(needed))  # fmt: skip
    yield Check("waiting", _l("The money of this round"), note)


def _set_asides(round_: Round, rules: Mapping[str, Any], options: Sequence[FrozenOption]) -> Iterator[Check]:
    """A set-aside that no proposal belongs to is no mistake, but nobody should be surprised by it."""
    for aside in rules["set_asides"]:
        inside = [option.title for option in options if aside["group"] in option.groups]
        label = _l("Set-aside: %(name)s", name=aside["name"])
        if inside:
            yield Check("done", label, ", ".join(inside))
        else:
            note = _l("No proposal belongs to it yet, so this part of the budget would stay unused.")
            if aside["release"] == "at_count":
                note = _l("No proposal belongs to it yet, so this part of the budget would go to the others.")
            yield Check("waiting", label, note, url=f"/rounds/{round_.slug}/groups")


def _roll(round_: Round, electors: int, rules: Mapping[str, Any]) -> Iterator[Check]:
    if not electors:
        yield Check(
            "todo", _l("The roll"), _l("Nobody may vote yet: no member is past the waiting days."), blocks=True,
            url="/members/queue",
        )  # fmt: skip
        return
    note: Any = ""
    empty = [one["name"] for one in rules["chambers"] if not one["electors"]]
    if empty:
        yield Check(
            "todo", _l("The roll"), _l("Nobody may vote yet in: %(names)s.", names=", ".join(empty)), blocks=True,
            url="/members/queue",
        )  # fmt: skip
        return
    if rules["assurance_reason"] == "too_few_electors":
        note = _l("Fewer than 20: votes are cast openly, with names, because in so small a group a count gives away who"
                  " voted how.")  # fmt: skip
    yield Check("done", _ln("%(num)s person is on the roll", "%(num)s people are on the roll", electors), note)


def _publication(rules: Mapping[str, Any]) -> Iterator[Check]:
    if rules["assurance"] == "open":
        yield Check("done", _l("Published: every ballot with its name"))
    elif rules["publication"] == "full":
        yield Check(
            "done",
            _l("Published: every ballot, without its name"),
            _l("Up to %(n)s %% of ballots could be like no other.", n=rules["unique_percent"]),
        )
    elif not rules["publication_narrowed"]:
        yield Check(
            "done", _l("Published: totals only"), _l("As the charter says. Those who certify it attest the count.")
        )
    else:
        yield Check(
            "done",
            _l("Published: totals only"),
            _l("There are so many ways to fill in this ballot that up to %(n)s %% of ballots could be like no other, and a"
               " list would show patterns. The count is attested instead by those who certify it.",
               n=rules["unique_percent"]),
        )  # fmt: skip
