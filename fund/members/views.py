"""Pages of joining: which kinds of membership there are, the one form, and what comes after it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund import identity
from fund.charter.model import MemberClass
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members import inviting, joining, limits, service, verification
from fund.members.forms import CodeForm, JoinForm
from fund.members.joining import Application, Joined
from fund.members.words import BASIS_SHORT, tier_choices
from fund.permissions import act
from fund.web import attempt, current_actor, say, status_of

blueprint = Blueprint("members", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/join")
@act("member.join")
def join_start() -> Page:
    """The kinds of membership, explained; with one kind only, straight to its form."""
    charter = foundation.current_charter()
    live = _live_membership()
    if live is None and len(charter.classes) == 1:
        return redirect(f"/join/{charter.classes[0].code}", 303)
    classes = [(one, tier_choices(one), [BASIS_SHORT[code] for code in one.basis]) for one in charter.classes]
    return render_template(
        "members/join_start.html", classes=classes, charter=charter, live=live, handlers=verification.HANDLERS
    )


@blueprint.route("/join/<class_code>", methods=["GET", "POST"])
@act("member.join")
@limits.by_place
@limits.by_newcomers_address
def join(class_code: str) -> Page:
    """The one form of joining."""
    member_class = class_or_404(class_code)
    if _live_membership() is not None:
        return redirect("/join", 303)
    form = JoinForm(name=current_actor().display_name).fit(foundation.current_charter(), member_class)
    if form.sent():
        joined = attempt(form, lambda: joining.join(form.application(member_class), by=current_actor()))
        if joined is not None:
            return _welcome(joined, form.application(member_class))
    return _form(form, member_class)


@blueprint.route("/join/invitation/<secret>", methods=["GET", "POST"])
@act("member.join")
@limits.by_place
def join_invited(secret: str) -> Page:
    """The same form, for somebody who was invited; opening it uses nothing up."""
    invited = inviting.open_invitation(secret)
    member_class = class_or_404(invited.class_code)
    form = JoinForm(name=invited.name, email=invited.email, language=invited.language).fit(
        foundation.current_charter(), member_class
    )
    if form.sent():
        said = form.application(member_class)
        joined = attempt(form, lambda: joining.join(said, by=current_actor(), invitation_secret=secret))
        if joined is not None:
            return _welcome(joined, said)
    return _form(form, member_class, invited=invited, inviter=service.display_name(invited.invited_by))


@blueprint.route("/me/confirm", methods=["GET", "POST"])
@act("self.change")
@limits.guesses_by_place
@limits.by_asked_address
def join_confirm() -> Page:
    """Type the code from the mail, so that the address is known to be one's own."""
    credential_id, address = session.get("code_credential"), session.get("code_for")
    if not isinstance(credential_id, int) or not address:
        return redirect("/me/membership", 303)
    form = CodeForm()
    if form.sent():
        confirmed = attempt(form, lambda: joining.confirm(credential_id, form.code.data, by=current_actor()))
        if confirmed is not None:
            forget_code()
            say(_("Your address is confirmed."))
            return redirect("/me/membership", 303)
    page = render_template(
        "members/join_confirm.html", form=form, address=address, shown_code=session.get("code_shown")
    )
    return page, status_of(form)


@blueprint.get("/me/welcome")
@act("self.change")
def join_done() -> Page:
    """The code on paper of somebody without e-mail, shown once."""
    code = session.pop("printed_code", None)
    if code is None:
        return redirect("/me/membership", 303)
    return render_template("members/printed_code.html", code=code, name=current_actor().display_name, joined=True)


def class_or_404(class_code: str) -> MemberClass:
    """The class of the charter with this code. Raises NotFound."""
    member_class = verification.class_of(foundation.current_charter(), class_code)
    if member_class is None:
        raise NotFound(_("The charter has no such kind of membership."))
    return member_class


def remember_code(credential_id: int, address: str, shown_code: str | None) -> None:
    """Bind a code that was just sent to this browser."""
    session["code_credential"], session["code_for"] = credential_id, address
    session["code_shown"] = shown_code


def forget_code() -> None:
    """Forget the code this browser asked for."""
    for name in ("code_credential", "code_for", "code_shown"):
        session.pop(name, None)


def _welcome(joined: Joined, said: Application) -> Response:
    """Begin the newcomer's session on this device and lead on: to the code in the mail, or to the one on paper."""
    if current_actor().person_id != joined.person_id:
        identity.sign_in(joined.person_id)
    if joined.credential_id is not None:
        remember_code(joined.credential_id, joining.checked_email(said.email) or "", joined.shown_code)
        return redirect("/me/confirm", 303)
    if joined.printed_code is not None:
        session["printed_code"] = joined.printed_code
        return redirect("/me/welcome", 303)
    return redirect("/me/membership", 303)


def _form(form: JoinForm, member_class: MemberClass, **more: object) -> Page:
    charter = foundation.current_charter()
    page = render_template(
        "members/join.html", form=form, member_class=member_class, charter=charter, today=joining.attested_for(), **more
    )
    return page, status_of(form)


def _live_membership() -> object | None:
    person_id = current_actor().person_id
    membership = service.newest_membership(person_id) if person_id is not None else None
    return membership if membership is not None and membership.state in service.LIVE else None


from fund.members import (  # noqa: E402, F401
    views_interrupting,
    views_inviting,
    views_registrar,
    views_self,
    views_signing_in,
)
