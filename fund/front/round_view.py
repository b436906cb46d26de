"""Everything that the page of one round shows, gathered from the features that know it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from fund import db
from fund.charter.sentences import round_type_sentences
from fund.front.home import where_it_stands
from fund.members import verification
from fund.permissions import Actor, Role
from fund.pictures import meter
from fund.presentation import direction, moment, money, number
from fund.proposals import service as proposals
from fund.proposals.words import REFUSAL_WORDS
from fund.results import reading as results
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.words import PHASE_WORDS, status_words
from fund.voting import roll
from fund.voting import service as voting
from fund.voting.assurance import assurance_sentences
from fund.voting.turnout import Turnout


def everything_about(slug: str, actor: Actor) -> dict[str, Any]:
    """The round's page for this reader, in words that are true at this moment even if no worker has run. Raises NotFound."""
    round_ = rounds.by_slug(slug)
    now = db.now()
    turnout = voting.turnout(round_)
    return {
        "round": round_,
        "standing": status_words(round_, now),
        "when": where_it_stands(round_),
        "facts": in_short(round_),
        "phases": [
            (state, PHASE_WORDS[label], _("%(from)s to %(to)s", **{"from": moment(start), "to": moment(end)}))
            for state, label, start, end in rounds.timeline(round_, now)
        ],
        "sentences": round_type_sentences(
            rounds.charter(round_), round_.round_type, of_one_round=True, amendment=round_.amends_version_id is not None
        ),
        "badge": assurance_sentences(round_),
        "turnout": turnout,
        "turnout_picture": picture(turnout) if turnout.shown is not None or round_.status == "open" else None,
        "proposals": proposals.public_on(round_.id, by=actor),
        "places_over": results.places_over(round_.id) if round_.published_at is not None else set(),
        "funnel": funnel_rows(round_),
        "roll": roll_rows(round_),
        "next": next_step(round_, actor),
    }


def in_short(round_: Round) -> list[tuple[str, str]]:
    """What a visitor asks first: what is decided, until when (unless the sentence above says it), what comes out."""
    facts = [(_("What is decided"), _what_is_decided(round_))]
    if round_.opens_at and round_.status == "draft":
        facts.append((_("Voting opens"), moment(round_.opens_at)))
    if round_.closes_at and round_.status in ("draft", "frozen"):
        facts.append((_("Voting ends"), moment(round_.closes_at)))
    if round_.rules_bytes:
        facts.append((_("Published after the vote"), _published(round_)))
    if round_.draw_source and round_.decides == "money":
        facts.append((_("If a draw is needed"), round_.draw_source))
    return facts


def _what_is_decided(round_: Round) -> str:
    amended = rounds.amended_version(round_)
    if amended is not None:
        return Markup('<a href="/charter/versions/{0}">{1}</a>').format(
            amended.number, _("Whether version %(number)s of the charter comes into force", number=amended.number)
        )
    if round_.decides != "money":
        return _("Yes or no to the text above; there is no money in it")
    if not round_.budget_minor:
        return _("Who gets money from the fund")
    return _("Who gets how much of %(sum)s", sum=money(round_.budget_minor))


def _published(round_: Round) -> str:
    if round_.assurance == "open":
        return _("every ballot, with its name")
    return _("every ballot, without a name") if round_.publication == "full" else _("totals only")


def roll_rows(round_: Round) -> list[list[str]]:
    """The frozen roll in numbers: class, way of verification, how many."""
    charter = rounds.charter(round_)
    names = {one.code: one.name for one in charter.classes}
    return [
        [names.get(code, code), str(verification.in_words(how)), number(n)]
        for code, how, n in roll.by_way_of_verification(round_)
    ]


def funnel_rows(round_: Round) -> list[list[str]]:
    """The way of the proposals in numbers, as lines of a table; empty where nobody has applied yet."""
    funnel = proposals.funnel(round_.id)
    if not funnel.applied and not funnel.named:
        return []
    refused = [
        [_("Refused: %(why)s", why=REFUSAL_WORDS.get(code, code)), number(n)]
        for code, n in sorted(funnel.refused.items())
    ]
    named = ", ".join(name for name, _code in funnel.refused_names)
    return [
        [_("Businesses named by residents"), number(funnel.named)],
        [_("Applied"), number(funnel.applied)],
        [_("In review"), number(funnel.in_review)],
        *refused,
        *([[_("Refused, and agreed to be named"), named]] if named else []),
        [_("Under appeal"), number(funnel.appealed)],
        [_("Withdrawn"), number(funnel.withdrawn)],
        [_("Admitted"), number(funnel.admitted)],
        [_("Stewards who stepped back because of a tie"), number(funnel.recusals)],
    ]


def picture(turnout: Turnout) -> Markup:
    """Turnout against the quorum, as far as it may be shown."""
    shown = turnout.shown if turnout.shown is not None else 0
    if turnout.still_needed and not turnout.is_final:
        label = _("%(n)s more votes are needed", n=number(turnout.still_needed))
        shown = turnout.needed - turnout.still_needed
    elif turnout.is_final:
        label = _("%(cast)s of %(roll)s voted", cast=number(shown), roll=number(turnout.electors))
    else:
        label = _("At least %(cast)s of %(roll)s have voted", cast=number(shown), roll=number(turnout.electors))
    return meter(
        shown,
        max(turnout.electors, 1),
        turnout.needed or None,
        title=_("Turnout"),
        desc=label,
        done_label=label,
        needed_label=_("Quorum: %(needed)s", needed=number(turnout.needed)),
        rtl=direction() == "rtl",
    )


def next_step(round_: Round, actor: Actor) -> dict[str, Any] | None:
    """The one thing this reader can do now: vote, see whether they can, apply, read the result, or run the round."""
    base = f"/rounds/{round_.slug}"
    if round_.published_at is not None:
        return {
            "title": _("The result is published"),
            "label": _("See the result and the reasons"),
            "url": f"{base}/results",
        }
    if round_.status == "open":
        if not actor.is_signed_in:
            return {"title": _("Voting is open"), "label": _("Sign in to vote"), "url": f"/sign-in?next={base}/ballot"}
        why_not = voting.why_not(round_, actor)
        if why_not is not None:
            return {
                "title": _("You cannot vote in this round"),
                "text": why_not,
                "membership": True,
                "label": _("See the ballot"),
                "url": f"{base}/ballot",
            }
        cast = voting.has_taken_part(round_.id, actor.person_id)
        label = _("Change my vote") if cast else _("Vote")
        title = _("Your vote is cast") if cast else _("You can vote now")
        return {"title": title, "label": label, "url": f"{base}/ballot"}
    if rounds.phase_open(round_, "submissions", db.now()):
        return {"title": _("Applications are open"), "label": _("Ask for money"), "url": f"/apply/{round_.slug}"}
    if actor.has(Role.STEWARD) and round_.status in ("draft", "frozen"):
        return {"title": _("You are preparing this round"), "label": _("What to do next"), "url": f"{base}/manage"}
    if round_.status == "frozen":
        return {
            "title": _("The ballot is fixed"),
            "label": _("See the ballot, and whether you can vote"),
            "url": f"{base}/ballot",
        }
    return None
