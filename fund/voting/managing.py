"""The steward's one screen of a round: what to do next, what waits for whom, what is late (FEATURES, PEERS 24)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from fund import db, desk
from fund.permissions import Actor, Role
from fund.presentation import moment
from fund.rounds import seconded, tasks
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.words import PHASE_WORDS, TASK_WORDS, status_words
from fund.voting import freezing, outreach, rehearsal, roll, two_person
from fund.voting import turnout as turnouts


@dataclass(frozen=True)
class NextStep:
    """The one thing this round needs now: title, a sentence, and the page where it is done (None: nothing to do)."""

    title: str
    text: Any
    url: str | None = None
    label: str = ""


def page(round_: Round, actor: Actor) -> dict[str, Any]:
    """Everything the steward's screen of a round shows."""
    at = db.now()
    planned = freezing.plan(round_) if round_.status == "draft" else None
    turnout = turnouts.turnout(round_)
    here = f"/rounds/{round_.slug}/"
    can_reach = actor.has(Role.STEWARD) and outreach.refusal(round_, actor) is None
    waiting = [
        item
        for item in desk.waiting_for(actor, "rounds", "voting", "results")
        if item.url.startswith(here) and item.url != here + "manage"
    ]
    for_others = round_.status == "counted" and not any(item.url.startswith(here + "results") for item in waiting)
    return {
        "round": round_,
        "standing": status_words(round_, at),
        "next": _certified_by_others(round_)
        if for_others
        else next_step(round_, planned, turnout, at, can_reach=can_reach),
        "late": late_things(round_, at),
        "plan": planned,
        "turnout": turnout,
        "timeline": rounds.timeline(round_, at),
        "tasks": [(TASK_WORDS[task.task], name) for task, name in tasks.tasks_of(round_.id)],
        "tasks_missing": _tasks_missing(round_),
        "waiting": waiting,
        "proposed": [(act, seconded.words_of(act.act), name) for act, name in seconded.waiting_acts(round_.id)],
        "done": [(act, seconded.words_of(act.act), name) for act, name in seconded.done_acts(round_.id)],
        "possible_acts": possible_acts(round_, turnout),
        "tried": rehearsal.rehearsed(round_.id) if round_.status == "frozen" else 0,
        "outreach": can_reach,
        "roll_shown": roll.roll_shown(round_) if round_.rules_bytes is not None else None,
        "too_few": turnouts.when_too_few(planned.rules, len(planned.electors)) if planned is not None else "",
        "rules": rounds.rules(round_) if round_.rules_bytes is not None else None,
    }


def next_step(
    round_: Round, planned: freezing.Plan | None, turnout: turnouts.Turnout, at: dt.datetime, *, can_reach: bool
) -> NextStep:  # fmt: skip
    """What to do next in this round."""
    here = f"/rounds/{round_.slug}"
    if planned is not None:
        return _by_the_calendar(round_, at) or _before_freezing(round_, planned)
    if round_.status == "frozen":
        text = _("Try the ballot out before voting opens. What is cast in a rehearsal is thrown away.")
        return NextStep(_("Rehearse"), text, f"{here}/rehearsal", _("Try the ballot out"))
    if round_.status == "open":
        if turnout.reached:
            return NextStep(_("Enough people have voted"), _("Nothing to do until voting ends."))
        text = ngettext(
            "%(num)s more vote is needed for a decision.",
            "%(num)s more votes are needed for a decision.",
            turnout.still_needed,
        )
        if can_reach:
            return NextStep(_("Reach those who have not voted"), text, f"{here}/outreach", _("See who has not voted"))
        return NextStep(
            _("Reach those who have not voted"), text, f"{here}/tasks", _("Give somebody the task of outreach")
        )
    return _after_voting(round_)


def _by_the_calendar(round_: Round, at: dt.datetime) -> NextStep | None:
    """What comes before freezing: tasks to give while there is time, then the phase that runs or is the next to begin."""
    ahead = [phase for phase in round_.phases if phase.label != "voting" and phase.ends_at > at]
    if not ahead:
        return None
    if missing := _tasks_missing(round_):
        text = _("Nobody has these tasks yet: %(tasks)s.", tasks="; ".join(str(task) for task in missing))
        return NextStep(_("Give the tasks of this round"), text, f"/rounds/{round_.slug}/tasks", _("Give tasks"))
    first = min(ahead, key=lambda phase: phase.ends_at)
    what = PHASE_WORDS[first.label]
    title = _("%(phase)s: until %(moment)s", phase=what, moment=moment(first.ends_at))
    if first.starts_at > at:
        title = _("%(phase)s: from %(moment)s", phase=what, moment=moment(first.starts_at))
    text = _("The round is frozen when everything before the vote is over. Freezing it earlier is possible and ends this at"
             " once: no further proposal, question or appeal is taken then.")  # fmt: skip
    return NextStep(title, text)


def _before_freezing(round_: Round, planned: freezing.Plan) -> NextStep:
    if planned.blocking:
        first = planned.blocking[0]
        title = _("Not ready to freeze: %(what)s", what=first.label)
        return NextStep(title, first.note, first.url, _("Go there"))
    text = _("Freezing fixes the ballot, the roll and the rules. It cannot be undone.")
    return NextStep(_("Freeze this round"), text, f"/rounds/{round_.slug}/freeze", _("Look it over and freeze"))


def _after_voting(round_: Round) -> NextStep:
    results = f"/rounds/{round_.slug}/results"
    if round_.status == "certified" and round_.published_at is None:
        text = _("Two people have certified the count. Until a steward publishes it nobody else sees the result.")
        return NextStep(_("Publish the result"), text, results, _("Look it over and publish"))
    steps = {
        "closed": NextStep(_("The ballots are being opened"), _("This happens by itself.")),
        "opened": NextStep(_("The ballots are being counted"), _("This happens by itself.")),
        "awaiting_draw": NextStep(_("Hold the public draw"), round_.draw_source or "", results, _("Enter its outcome")),
        "counted": NextStep(
            _("Certify the count"), _("Two people without a conflict check it and sign."), results, _("Check the count")
        ),
        "certified": NextStep(_("Published"), _("Disputes can still be raised."), results, _("See the result")),
        "final": NextStep(_("This round is done"), "", results, _("See the result")),
        "disputed": NextStep(_("Answer the dispute"), _("Two unconflicted people answer it."), results, _("See it")),
        "lapsed": NextStep(_("No decision"), _("The proposals can come back in another round without a new form.")),
    }
    return steps.get(round_.status, NextStep(_("Nothing to do"), ""))


def _certified_by_others(round_: Round) -> NextStep:
    """What stands here for who has certified the count, or may not."""
    text = _(
        "Two people without a conflict check it and sign. From you nothing is needed: you have signed, or others do."
    )
    return NextStep(_("Others certify the count"), text, f"/rounds/{round_.slug}/results", _("See the count"))


def late_things(round_: Round, at: dt.datetime) -> list[str]:
    """What should have happened already, in words."""
    late = []
    if round_.status == "draft" and round_.opens_at is not None and round_.opens_at <= at:
        late.append(_("Voting should have opened. Freeze the round, or give it other dates."))
    if round_.status == "frozen" and round_.opens_at is not None and round_.opens_at <= at:
        late.append(_("Voting should have opened. If it does not within a minute, the fund's free money does not cover"
                      " the budget of this round."))  # fmt: skip
    if round_.status == "open" and round_.closes_at is not None and round_.closes_at <= at:
        late.append(_("Voting should have ended. The job worker may not be running."))
    if round_.status == "closed":
        late.append(_("The ballots are not opened yet. If this stays, the key of this round cannot be read."))
    return late


def possible_acts(round_: Round, turnout: turnouts.Turnout) -> list[tuple[str, Any]]:
    """Acts for two people that make sense now, as (name, words)."""
    names = {
        "draft": [two_person.CANCEL],
        "frozen": [two_person.OPEN_EARLY, two_person.CANCEL],
        "open": [two_person.CLOSE_EARLY, two_person.CANCEL] if turnout.reached else [two_person.CANCEL],
    }.get(round_.status, [])
    return [(name, seconded.words_of(name)) for name in names]


def _tasks_missing(round_: Round) -> list[Any]:
    """Tasks that nobody has and this round will need."""
    needed = {"reviewer", "certifier"} if round_.decides == "money" else {"certifier"}
    if rounds.type_of(round_).participation_visible_to == "outreach_stewards":
        needed.add("outreach")
    if round_.roll == "walk_up":
        needed.add("registrar")
    given = {task.task for task in round_.tasks}
    return [TASK_WORDS[task] for task in sorted(needed - given)]
