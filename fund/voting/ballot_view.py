"""The ballot as it will look: the lines with their text, the form's limits, and where this reader stands.

Everybody sees the same page, with or without a login; what differs is whether the fields can be filled in, and the
sentence that says why. What was cast is never shown again, so that a ballot left open on a shared phone tells nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from fund import db
from fund.counting.forms import share_or_amount
from fund.currency import exponent
from fund.errors import Forbidden, NotFound
from fund.permissions import Actor, Role
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import choices as ballot_choices
from fund.voting import freezing, outreach, roll
from fund.voting.assurance import BADGES, assurance_sentences
from fund.voting.turnout import turnout

LATER = (
    "closed",
    "opened",
    "awaiting_draw",
    "counted",
    "certified",
    "final",
    "disputed",
    "void",
    "lapsed",
    "cancelled",
)


@dataclass(frozen=True)
class Line:
    """One line of the ballot as the page's macros take it."""

    id: str
    name: str
    ask_minor: int | None
    summary: str
    url: str | None
    budget: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Standing:
    """Where this reader stands: may they fill the ballot in now, what the page says first, and a way on."""

    can_vote: bool
    title: str
    text: Any
    took_part: bool = False
    sign_in: bool = False
    membership: bool = False


def page(round_: Round, actor: Actor) -> dict[str, Any]:
    """What the ballot's page shows to this reader. Raises Forbidden where the charter keeps the preview to members."""
    rules = rules_shown(round_)
    if not rules["preview_public"] and not actor.has(Role.MEMBER, Role.SOLIDARITY, Role.STEWARD):
        raise Forbidden(_("The charter of this fund shows ballots to its members only."))
    at = db.now()
    return {
        "round": round_,
        "rules": rules,
        "form": form_shown(rules),
        "lines": lines(round_, rules),
        "standing": standing(round_, actor, at),
        "badge": BADGES[rules["assurance"]],
        "sentences": assurance_sentences(round_),
        "turnout": turnout(round_),
        "may_reach": actor.is_signed_in and outreach.refusal(round_, actor) is None,
        "kept_apart": kept_apart(rules),
        "organise": rules["organise_first"] and len(rules["options"]) > 4,
    }


@dataclass(frozen=True)
class KeptApart:
    """A part of the budget that is kept for some: its name, how much, for which lines, whether what is unused is open."""

    name: str
    amount_minor: int
    lines: list[str]
    opens: bool


def kept_apart(rules: dict[str, Any]) -> list[KeptApart]:
    """The set-asides of a round, as its ballot and its result show them."""
    budget = rules["budget_minor"] or 0
    return [
        KeptApart(
            aside["name"],
            share_or_amount(aside["share"], budget, "$"),
            [one["title"] for one in rules["options"] if aside["group"] in one["groups"]],
            aside["release"] == "at_count",
        )
        for aside in rules.get("set_asides") or ()
    ]


def form_shown(rules: dict[str, Any]) -> dict[str, Any]:
    """The form with what its fields show beside its limits: the budget, and how its currency is written, and which
    proposals exclude each other."""
    currency = rules["currency"]
    titles = {one["id"]: one["title"] for one in rules["options"]}
    rivals = [(titles[one], titles[other]) for one, other in rules.get("incompatible") or ()]
    return {
        **rules["form"], "budget_minor": rules["budget_minor"], "currency": currency, "exponent": exponent(currency),
        "rivals": rivals,
    }  # fmt: skip


def rules_shown(round_: Round) -> dict[str, Any]:
    """The frozen rules, or those that freezing would fix now."""
    if round_.rules_bytes is not None:
        return rounds.rules(round_)
    if round_.status == "cancelled":
        raise NotFound(_("This round was cancelled before there was a ballot."))
    return freezing.plan(round_).rules


def lines(round_: Round, rules: dict[str, Any]) -> list[Line]:
    """The lines in the order of the ballot, which is the same for everybody."""
    return [
        Line(
            id=one["id"],
            name=one["title"],
            ask_minor=one["cost"] if round_.decides == "money" else None,
            summary=str(one["text"].get("summary", "")),
            url=f"/rounds/{round_.slug}/proposals/{one['id']}" if one["version"] else None,
            budget=list(one["text"].get("budget", ())),
        )
        for one in rules["options"]
    ]


def standing(round_: Round, actor: Actor, at: dt.datetime) -> Standing:
    """ "Can I vote?", answered at any moment of a round."""
    if round_.status in LATER or (round_.status == "open" and round_.closes_at is not None and round_.closes_at <= at):
        return Standing(False, _("Voting has ended"), _("This is what the ballot looked like."))
    if actor.person_id is None:
        return Standing(False, _("This is the ballot"), roll.why_not(round_, actor), sign_in=True)
    why_not = roll.why_not(round_, actor)
    if why_not is not None:
        return Standing(False, _("You cannot vote in this round"), why_not, membership=True)
    if rules_shown(round_)["form"]["form"] == "none":
        return Standing(False, _("Nobody votes in this round"), _("A public draw decides, at the end of this phase."))
    if round_.status == "draft":
        return Standing(
            False, _("You will be able to vote"), _("The ballot is not fixed yet. This is how it looks today.")
        )
    if round_.status == "frozen":
        return Standing(
            False, _("You are on the roll"), _("Voting has not begun. You will fill in exactly this ballot.")
        )
    if roll.has_taken_part(round_.id, actor.person_id):
        text = _("You have voted. Fill this in again to change your vote; what you chose before is not shown.")
        return Standing(True, _("Your vote is cast"), text, took_part=True)
    return Standing(
        True, _("Your ballot"), _("Choose, look it over, then cast it. Until you cast it nothing is counted.")
    )


def in_words(choices: dict[str, Any], shown: list[Line]) -> list[tuple[str, str]]:
    """A ballot read back in words: (line, choice)."""
    names = {line.id: line.name for line in shown}
    ((kind, content),) = choices.items()
    if ballot_choices.is_blank(choices):
        return [(_("Nothing chosen"), _("Cast like this, it counts for the quorum and supports nobody."))]
    if kind == "marks":
        marks = {"yes": _("Yes"), "no": _("No"), "abstain": _("Abstain")}
        return [(names[id_], marks[mark]) for id_, mark in content.items()]
    if kind == "approve":
        return [(names[id_], _("I support it")) for id_ in content]
    if kind == "ranking":
        return [(_("Choice %(n)s", n=n), names[rank[0]]) for n, rank in enumerate(content, start=1)]
    if kind == "points":
        return [(names[id_], ngettext("%(num)s point", "%(num)s points", points)) for id_, points in content.items()]
    return [
        (names[id_], _votes_in_words(votes)) for id_, votes in content.items()
    ]  # fmt: skip


def _votes_in_words(votes: int) -> str:
    cost = ngettext("%(num)s credit", "%(num)s credits", votes * votes)
    if votes < 0:
        return ngettext("%(num)s vote against, %(cost)s", "%(num)s votes against, %(cost)s", -votes, cost=cost)
    return ngettext("%(num)s vote, %(cost)s", "%(num)s votes, %(cost)s", votes, cost=cost)
