"""The decision that notes are paid by their terms. Payments themselves stand at /payments."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from fund.foundation import service as foundation
from fund.notes import payouts
from fund.notes.forms import ScheduleForm
from fund.notes.views import Page, blueprint
from fund.permissions import act
from fund.web import current_actor, done, status_of


@blueprint.route("/treasury/notes/schedule", methods=["GET", "POST"])
@act("note.request")
def schedule() -> Page:
    """Record the decision that notes are paid by their terms."""
    form = ScheduleForm()
    return done(
        form,
        lambda: payouts.decide_schedule(
            title=form.title.data, text=form.text.data, limit_minor=form.limit.data, by=current_actor()
        ),
        _("It is recorded, and stands once another person has confirmed it."),
        lambda made: f"/decisions/{made.id}",
    ) or (render_template("notes/schedule.html", form=form, currency=foundation.fund().currency), status_of(form))
