"""Pages of surpluses for everyone and for each member: sums, and one's own account."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.permissions import act, may
from fund.surplus import reading
from fund.web import current_actor

blueprint = Blueprint("surplus", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/surplus")
@act("surplus.read")
def index() -> str:
    """How a surplus is split, and what was shared so far."""
    version = foundation.current_version()
    return render_template(
        "surplus/index.html",
        parts=foundation.current_charter().surplus_split if version is not None else (),
        shared=reading.shared(),
        sums=reading.sums(),
        records=may(current_actor(), "surplus.record"),
    )


@blueprint.get("/me/surplus")
@act("surplus.own")
def own() -> str:
    """One's own member account."""
    person_id = current_actor().person_id
    lines = reading.account_of(person_id) if person_id is not None else []
    return render_template("surplus/own.html", lines=lines, standing=reading.standing(lines))


from fund.surplus import taking_over, views_treasury  # noqa: E402, F401  (register themselves; pages are on the same blueprint)
