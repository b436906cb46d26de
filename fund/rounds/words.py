"""A round in words: its status, its phases, its tasks, as a resident reads them (FIELD B1, DESIGN "Choices")."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import lazy_gettext as _l

from fund.rounds.models import Round

STATUS_WORDS: dict[str, Any] = {
    "draft": _l("This round is being prepared."),
    "frozen": _l("The ballot and the rules are fixed. Voting has not begun."),
    "open": _l("Voting is open."),
    "closed": _l("Voting has ended. The ballots are being opened."),
    "opened": _l("Voting has ended. The ballots are being counted."),
    "awaiting_draw": _l("There is a tie. A public draw decides it, as the charter says."),
    "counted": _l("The votes are counted. Two people check the count before it is published."),
    "certified": _l("The result is published. It can still be disputed."),
    "final": _l("The result is final."),
    "lapsed": _l("No decision: too few people voted. Nothing was accepted and nothing was refused."),
    "cancelled": _l("This round was cancelled."),
    "disputed": _l("The result is disputed. Two people look into it."),
    "void": _l("This round is void."),
}
PHASE_WORDS: dict[str, Any] = {
    "submissions": _l("Proposals are handed in"),
    "review": _l("Proposals are reviewed"),
    "appeal": _l("Refusals can be appealed"),
    "deliberation": _l("Questions and answers"),
    "voting": _l("Voting"),
}
TASK_WORDS: dict[str, Any] = {
    "registrar": _l("Registrar: looks after the roll"),
    "reviewer": _l("Reviewer: reviews proposals"),
    "keyer": _l("Keyer: enters paper ballots"),
    "outreach": _l("Outreach: reminds those who have not voted"),
    "certifier": _l("Certifier: checks and signs the count"),
}
DECIDES_WORDS: dict[str, Any] = {
    "money": _l("Who gets money from the fund"),
    "resolution": _l("A question to which members answer, without money"),
    "people": _l("Who serves the fund"),
}


def status_words(round_: Round, at: dt.datetime) -> Any:
    """What state the round is in, in one sentence, as it is at this moment even if no worker has run since."""
    if round_.status == "frozen" and round_.opens_at is not None and round_.opens_at <= at:
        return _l("Voting is about to open.")
    if round_.status == "open" and round_.closes_at is not None and round_.closes_at <= at:
        return _l("The time for voting is over. Whether enough people voted is being looked at.")
    if round_.status == "open" and round_.extended_times:
        return _l("Voting is open. It was extended once, because too few had voted.")
    if round_.status == "certified" and round_.published_at is None:
        return _l("The votes are counted and two people have certified the count. The result is not yet published.")
    if round_.status == "lapsed" and round_.ended_reason == "not_opened":
        return _l("No decision: voting could not be opened in time.")
    return STATUS_WORDS[round_.status]
