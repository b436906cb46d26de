"""The page on which an older fund comes into these books: look at the file first, then bring it in."""

from __future__ import annotations

from flask import redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.ledger import takeover
from fund.ledger.forms import TakeoverForm
from fund.ledger.takeover_reading import JOURNAL_COLUMNS, OPENING_COLUMNS, Reading
from fund.ledger.views import blueprint
from fund.permissions import act
from fund.web import attempt, current_actor, say, status_of

SHOWN_BYTES = 60_000
"""A larger file is looked at here, and brought in by `fund import`: a page carries no more."""


@blueprint.route("/treasury/takeover", methods=["GET", "POST"])
@act("history.enter")
def take_over() -> str | Response | tuple[str, int]:
    """Look at a file of older books first, then bring it in as a whole."""
    form, found, small = TakeoverForm(on=foundation.today()), None, True
    if form.sent():
        data = form.bytes_sent()
        verb = takeover.bring if form.take_over.data else takeover.look
        found = attempt(form, lambda: verb(form.what.data, data, on=form.on.data, by=current_actor()))
        if found is not None and form.take_over.data:
            say(_("The books are brought in: %(n)s lines.", n=len(found.rows)))
            return redirect("/money", 303)
        small = len(data) <= SHOWN_BYTES
        form.text.data = data.decode("utf-8", "replace") if found is not None and not found.faults and small else ""
    return _page(form, found, small=small)


def _page(form: TakeoverForm, found: Reading | None, *, small: bool) -> tuple[str, int]:
    page = render_template(
        "ledger/takeover.html", form=form, found=found, small=small, opening=OPENING_COLUMNS, journal=JOURNAL_COLUMNS,
        brought=takeover.brought(most=50), currency=foundation.fund().currency,
    )  # fmt: skip
    return page, 422 if found is not None and found.faults else status_of(form) if found is None else 200
