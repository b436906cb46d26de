"""Pages beside the ballot: pledges, reasons, who has not voted yet, people added to a walk-up roll."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from fund import db
from fund.errors import Invalid
from fund.members import service as members
from fund.permissions import act
from fund.rounds import service as rounds
from fund.voting import ballot_view, beside, outreach, roll, service
from fund.voting.forms import ReasonForm, WalkUpForm, pledges_sent
from fund.voting.views import Page, blueprint
from fund.web import attempt, current_actor, say, status_of


@blueprint.post("/rounds/<slug>/pledges")
@act("pledge.make")
def pledges(slug: str) -> Page:
    """Keep what a person pledged."""
    round_ = rounds.by_slug(slug)
    rules = ballot_view.rules_shown(round_)
    wanted = pledges_sent(request.form, [one["id"] for one in rules["options"]], rules["pledge_questions"])
    beside.pledge(round_.id, wanted, by=current_actor())
    say(_("Thank you. Your pledges are kept; they are counted and shown without names, and are no part of your vote."))
    return redirect(f"/rounds/{slug}/ballot/cast#beside", 303)


@blueprint.route("/rounds/<slug>/reasons", methods=["GET", "POST"])
@act("reason.give")
def reasons(slug: str) -> Page:
    """Leave a reason without a name."""
    round_ = rounds.by_slug(slug)
    form = ReasonForm()
    lines = ballot_view.lines(round_, ballot_view.rules_shown(round_))
    form.option.choices = [("*", _("The whole round")), *((line.id, line.name) for line in lines)]
    if form.sent() and attempt(form, lambda: _give(round_.id, form)) is not None:
        say(_("Thank you. Your reason is kept without your name and shown after voting ends."))
        return redirect(f"/rounds/{slug}/ballot/cast#beside", 303)
    return render_template("voting/reason.html", round=round_, form=form), status_of(form)


def _give(round_id: int, form: ReasonForm) -> bool:
    beside.give_reason(round_id, form.option.data.removeprefix("*"), form.text.data, by=current_actor())
    return True


@blueprint.get("/rounds/<slug>/outreach")
@act("outreach.read")
def not_yet(slug: str) -> Page:
    """Who has not voted yet."""
    round_ = rounds.by_slug(slug)
    people = outreach.not_yet(round_, current_actor())
    return render_template(
        "voting/outreach.html", round=round_, people=people, reminders=outreach.reminders(round_, db.now()),
        with_contact=current_actor().has_task(round_.id, "outreach"), turnout=service.turnout(round_),
    )  # fmt: skip


@blueprint.post("/rounds/<slug>/outreach/remind")
@act("outreach.read")
def remind(slug: str) -> Page:
    """Remind everybody who has not voted, once."""
    n = outreach.remind(rounds.by_slug(slug).id, by=current_actor())
    say(ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", n))
    return redirect(f"/rounds/{slug}/outreach", 303)


@blueprint.route("/rounds/<slug>/roll", methods=["GET", "POST"])
@act("roll.add")
def walk_up(slug: str) -> Page:
    """Find a member and add them to a walk-up roll."""
    round_ = rounds.by_slug(slug)
    form = WalkUpForm()
    found = members.people(search=form.search.data or "").rows if form.sent() and form.search.data else []
    on_roll = {person.id for person in found if roll.is_elector(round_.id, person.id)}
    return render_template(
        "voting/roll.html", round=round_, form=form, found=found, on_roll=on_roll, shown=roll.roll_shown(round_)
    ), status_of(form) if form.errors else 200


@blueprint.post("/rounds/<slug>/roll/add")
@act("roll.add")
def add_to_roll(slug: str) -> Page:
    """Add one member to a walk-up roll."""
    round_ = rounds.by_slug(slug)
    number = request.form.get("person", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid(_("Choose a person."))
    service.add_to_roll(round_.id, int(number), by=current_actor())
    say(_("%(name)s is on the roll and can vote now.", name=members.display_name(int(number))))
    return redirect(f"/rounds/{slug}/roll", 303)
