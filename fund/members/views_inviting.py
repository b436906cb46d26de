"""Pages of inviting, of reading a list of members from a file, and of downloading it."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import current_app, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.members import inviting, roll_export, roll_import
from fund.members.forms import ButtonForm, ImportForm, InviteForm
from fund.members.models import Invitation
from fund.members.views import Page, blueprint
from fund.permissions import act
from fund.web import attempt, current_actor, say, status_of


@blueprint.get("/members/invitations")
@act("member.invite")
def invitations() -> Page:
    """Who was invited, and how each mail fared."""
    classes = {one.code: one.name for one in foundation.current_charter().classes}
    return render_template("members/invitations.html", rows=inviting.listed(), classes=classes)


@blueprint.route("/members/invitations/new", methods=["GET", "POST"])
@act("member.invite")
def invite() -> Page:
    """Invite somebody in one's own words."""
    form = InviteForm().fit(foundation.current_charter())
    if form.sent():
        made = attempt(form, lambda: inviting.invite(form.wanted(), by=current_actor()))
        if made is not None:
            return _invited(*made)
    return render_template("members/invite.html", form=form), status_of(form)


@blueprint.post("/members/invitations/<int:invitation_id>/again")
@act("member.invite")
def invite_again(invitation_id: int) -> Page:
    """Send an invitation again."""
    if not ButtonForm().sent():
        return redirect("/members/invitations", 303)
    return _invited(*inviting.send_again(invitation_id, by=current_actor()))


@blueprint.post("/members/invitations/<int:invitation_id>/withdraw")
@act("member.invite")
def withdraw_invitation(invitation_id: int) -> Response:
    """Withdraw an invitation."""
    if ButtonForm().sent():
        inviting.withdraw(invitation_id, by=current_actor())
        say(_("The invitation is withdrawn; its link works no more."))
    return redirect("/members/invitations", 303)


@blueprint.route("/members/import", methods=["GET", "POST"])
@act("member.import")
def import_members() -> Page:
    """Look at a file of members first, then take everybody over or nobody."""
    form, reading = ImportForm(), None
    if form.sent():
        data = form.bytes_sent()
        if form.take_over.data:
            count = attempt(form, lambda: roll_import.import_roll(data, by=current_actor()))
            if count is not None:
                say(_("%(n)s members were taken over.", n=count))
                return redirect("/members", 303)
        reading = attempt(form, lambda: roll_import.read(data))
        form.text.data = data.decode("utf-8", "replace") if reading is not None and not reading.faults else ""
    page = render_template(
        "members/import.html", form=form, reading=reading, columns=roll_import.COLUMNS,
        classes=foundation.current_charter().classes, most=roll_import.MOST_LINES,
    )  # fmt: skip
    return page, 422 if reading is not None and reading.faults else status_of(form) if reading is None else 200


@blueprint.post("/members/export")
@act("member.export")
def export_members() -> Response:
    """Download the list of members; a post, because the download is logged."""
    data = roll_export.export(by=current_actor())
    return FlaskResponse(data, mimetype="text/csv", headers={
        "Content-Disposition": 'attachment; filename="members.csv"', "X-Content-Type-Options": "nosniff",
    })  # fmt: skip


def _invited(invitation: Invitation, secret: str) -> Page:
    if invitation.email is not None:
        say(_("The invitation is on its way to %(address)s.", address=invitation.email))
        return redirect("/members/invitations", 303)
    link = f"{current_app.config['FUND'].base_url}/join/invitation/{secret}"
    return render_template("members/invitation_link.html", invitation=invitation, link=link)
