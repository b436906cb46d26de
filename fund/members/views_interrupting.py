"""Pages of memberships that stand still: suspend, let lapse, take up again; object, and answer an objection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from fund.members import interrupting
from fund.members.forms import ObjectionAnswerForm, ObjectionForm, ReasonForm
from fund.members.views import Page, blueprint
from fund.members.views_registrar import waiting_of
from fund.members.views_self import membership_page
from fund.permissions import act, require
from fund.web import current_actor, done, status_of


@blueprint.route("/members/<int:person_id>/<int:membership_id>/suspend", methods=["GET", "POST"])
@act("member.suspend")
def suspend(person_id: int, membership_id: int) -> Page:
    """Suspend with a written reason."""
    return _stopping(person_id, membership_id, "suspend", interrupting.suspend, _("Suspended. The member is told why."))


@blueprint.route("/members/<int:person_id>/<int:membership_id>/lapse", methods=["GET", "POST"])
@act("member.lapse")
def lapse(person_id: int, membership_id: int) -> Page:
    """Let a membership lapse with a written reason."""
    return _stopping(person_id, membership_id, "lapse", interrupting.let_lapse, _("Lapsed. The member is told why."))


@blueprint.route("/members/<int:person_id>/<int:membership_id>/take-up", methods=["GET", "POST"])
@act("member.take_up")
def take_up(person_id: int, membership_id: int) -> Page:
    """Take a membership up again."""
    return _stopping(person_id, membership_id, "take_up", interrupting.take_up, _("The membership goes on."))


@blueprint.route("/members/<int:person_id>/<int:membership_id>/objection", methods=["GET", "POST"])
@act("member.answer_objection")
def answer_objection(person_id: int, membership_id: int) -> Page:
    """Answer an objection to a suspension."""
    waiting, form = waiting_of(person_id, membership_id), ObjectionAnswerForm()
    require(current_actor(), "member.answer_objection", waiting.membership)
    return done(
        form,
        lambda: interrupting.answer_objection(
            membership_id, grant=form.decision.data == "grant", answer=form.answer.data, by=current_actor()
        ),
        _("The objection is answered and the person is told."),
        "/members/queue",
    ) or (render_template("members/objection.html", form=form, waiting=waiting), status_of(form))


@blueprint.post("/me/membership/<int:membership_id>/object")
@act("member.object")
def object_to(membership_id: int) -> Page:
    """Object to one's suspension."""
    form = ObjectionForm()
    return done(
        form,
        lambda: interrupting.object_to(membership_id, text=form.text.data, by=current_actor()),
        _("Your objection is in. Another steward answers it, and you will be told."),
        "/me/membership",
    ) or membership_page(form)


def _stopping(person_id: int, membership_id: int, what: str, verb: Callable[..., Any], done_words: str) -> Page:
    waiting, form = waiting_of(person_id, membership_id), ReasonForm()
    require(current_actor(), f"member.{what}", waiting.membership)
    return done(
        form,
        lambda: verb(membership_id, reason=form.reason.data, by=current_actor()),
        done_words,
        f"/members/{person_id}",
    ) or (render_template("members/interrupt.html", form=form, waiting=waiting, what=what), status_of(form))
