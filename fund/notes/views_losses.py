"""Pages about losses: what lies unshared, sharing it over the layers, giving back what was recovered."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from fund.forms import options
from fund.foundation import service as foundation
from fund.notes import losses, reading
from fund.notes.forms import DecidedForm, GiveBackForm, LossForm
from fund.notes.views import Page, blueprint
from fund.permissions import act
from fund.web import current_actor, done, status_of


@blueprint.get("/treasury/losses")
@act("loss.record")
def all_losses() -> Page:
    """What was lost, who bore it, and what nobody has borne yet."""
    return _page()


@blueprint.post("/treasury/losses")
@act("loss.record")
def lost() -> Page:
    """Record money that is lost."""
    form = _choosing(LossForm())
    return done(
        form,
        lambda: losses.record_loss(
            amount_minor=form.amount.data, memo=form.memo.data, decision_id=form.decision.data,
            entry_id=form.request_id.data, by=current_actor(),
        ) or True,
        _("The loss is in the books."),
        "/treasury/losses",
    ) or _page(loss_form=form)  # fmt: skip


@blueprint.post("/treasury/losses/share")
@act("loss.record")
def share() -> Page:
    """Share what lies unshared over the layers."""
    form = _choosing(DecidedForm())
    return done(
        form,
        lambda: losses.share_losses(decision_id=form.decided.data, entry_id=form.request_id.data, by=current_actor()),
        _("The loss is shared over the layers."),
        "/treasury/losses",
    ) or _page(share_form=form)


@blueprint.post("/treasury/losses/give-back")
@act("loss.record")
def give_back() -> Page:
    """Give what was recovered back to those who bore losses."""
    form = _choosing(GiveBackForm())
    return done(
        form,
        lambda: losses.share_recovery(decision_id=form.carried.data, entry_id=form.request_id.data, by=current_actor()),
        _("What was recovered is given back."),
        "/treasury/losses",
    ) or _page(back_form=form)


def _choosing(form: Any) -> Any:
    field = next(form[name] for name in ("decision", "decided", "carried") if name in form)
    field.choices = options(reading.deciding(*losses.CARRIED_BY))
    return form


def _page(**forms: Any) -> Page:
    sent = next(iter(forms.values()), None)
    shown = {
        "loss_form": _choosing(LossForm(formdata=None)),
        "share_form": _choosing(DecidedForm(formdata=None)),
        "back_form": _choosing(GiveBackForm(formdata=None)),
    } | forms
    html = render_template(
        "notes/losses.html",
        runs=losses.runs(),
        unshared=reading.unshared(),
        currency=foundation.fund().currency,
        **shown,
    )
    return html, status_of(sent) if sent is not None else 200
