"""Pages of money set aside: every pot, one pot, asking for a payment out of a council's pot; and the part on /money."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from fund.decisions.words import CONSENT_WORDS
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger import views as money_pages
from fund.permissions import act, may
from fund.pots import giving, reading
from fund.pots.forms import GiveForm
from fund.web import current_actor, done, status_of

blueprint = Blueprint("pots", __name__)


@blueprint.get("/pots")
@act("pot.read")
def index() -> str:
    """Every pot with who decides about it."""
    return render_template(
        "pots/index.html", pots=reading.pots(), released=reading.released(), land_gifts=reading.receives_land_gifts()
    )


@blueprint.get("/pots/<code>")
@act("pot.read")
def one(code: str) -> str:
    """One pot: what it holds, since when, and what the council was asked about it."""
    pot = reading.pot(code)
    gives = not pot.is_free and pot.mode != "rounds"
    return render_template(
        "pots/pot.html",
        pot=pot,
        lots=reading.lots_of(code),
        asked=reading.asked_about(code),
        words=CONSENT_WORDS,
        may_give=gives and may(current_actor(), "pot.give"),
        may_ask=gives and may(current_actor(), "consent.record"),
    )


@blueprint.route("/pots/<code>/give", methods=["GET", "POST"])
@act("pot.give")
def give(code: str) -> str | Response | tuple[str, int]:
    """Ask for a payment out of a pot that members have no vote on."""
    pot = reading.pot(code)
    if pot.mode == "rounds":
        raise NotFound(_("Members decide about this pot in rounds."))
    form = GiveForm()
    found = reading.decisions_about(pot)
    form.decision.choices = [SelectChoice(decision.id, decision.title) for decision in found]
    return done(
        form,
        lambda: giving.ask(giving.Ask(code, form.decision.data, form.payee.data, form.amount.data), by=current_actor()),
        _("You have asked for this payment. Others approve it now."),
        lambda made: f"/payments/{made.id}",
    ) or (
        render_template("pots/give.html", form=form, pot=pot, found=found, currency=foundation.fund().currency),
        status_of(form),
    )


def on_the_money_page() -> dict[str, Any] | None:
    """The pots among the other money; nothing in a fund that sets none aside."""
    found = reading.pots()
    return {"template": "pots/on_money.html", "pots": found, "released": reading.released()} if found else None


money_pages.PARTS.append(on_the_money_page)
