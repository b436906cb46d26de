"""Pages of the voluntary land gift: what it is and where it goes, choosing one, recording the receivers' scale."""

from __future__ import annotations

from flask import redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.decisions import service as decisions
from fund.forms import options
from fund.foundation import service as foundation
from fund.giving import land
from fund.giving.forms import LandGiftForm, ScaleForm, step_words
from fund.giving.land import NewScale
from fund.giving.views import Page, blueprint
from fund.permissions import act, may
from fund.web import current_actor, done, say, status_of


@blueprint.get("/land-gift")
@act("land_gift.read")
def land_gift() -> str:
    """What the land gift is, the scale of its receivers, where it goes."""
    return _page(LandGiftForm().fit(land.steps()))


@blueprint.post("/land-gift")
@act("land_gift.give")
def give_land_gift() -> Page:
    """Choose what one gives."""
    form = LandGiftForm().fit(land.steps())
    return done(
        form,
        lambda: land.give(land.chosen_minor(**form.chosen()), by=current_actor()),
        _("Thank you. It is noted as promised; it counts once it has come."),
        "/land-gift",
    ) or (_page(form), status_of(form))


@blueprint.post("/land-gift/withdraw")
@act("land_gift.give")
def withdraw_land_gift() -> Response:
    """Take one's promise back."""
    if land.withdraw(by=current_actor()):
        say(_("Your promise is taken back. Nobody asks why."))
    return redirect("/land-gift", 303)


@blueprint.route("/land-gift/scale", methods=["GET", "POST"])
@act("land_gift.scale")
def land_gift_scale() -> Page:
    """Record the scale that its receivers set."""
    form, shares = ScaleForm(), land.shares()
    form.decision.choices = options((one.id, one.title) for one in land.councils_decisions())
    return done(
        form,
        lambda: land.record(
            NewScale(form.receivers.data, form.scale.data, form.words.data, form.decision.data), by=current_actor()
        ),
        _("The scale is recorded and shown to everybody."),
        "/land-gift",
    ) or (render_template("giving/scale.html", form=form, shares=shares), status_of(form))


def _page(form: LandGiftForm) -> str:
    actor, found = current_actor(), land.current()
    return render_template(
        "giving/land.html",
        form=form,
        shares=land.shares(),
        scale=found,
        steps=[step_words(one) for one in land.steps()],
        decision=decisions.get(found.decision_id) if found is not None else None,
        promised=land.promised(actor.person_id),
        may_give=may(actor, "land_gift.give"),
        may_record=may(actor, "land_gift.scale"),
        currency=foundation.fund().currency,
    )
