"""Pages of one's own: details, membership with refusal and appeal, dues."""

from __future__ import annotations

from flask import redirect, render_template, session
from flask_babel import gettext as _

from fund.charter.model import Charter, MemberClass
from fund.forms import Form
from fund.foundation import service as foundation
from fund.members import details, dues, limits, registrar, service, signing_in, verification, vouching
from fund.members.forms import AppealForm, ButtonForm, CodeForm, DetailsForm, DuesForm, LeaveForm, ObjectionForm
from fund.members.views import Page, blueprint, forget_code, remember_code
from fund.members.words import BASIS_SHORT, tier_choices
from fund.permissions import act
from fund.web import attempt, current_actor, done, say, status_of


@blueprint.route("/me/details", methods=["GET", "POST"])
@act("self.change")
def my_details() -> Page:
    """Name, language, contact, what would help."""
    own = details.own(current_actor())
    form = DetailsForm(obj=own).fit(foundation.fund().languages, **details.where_asked(current_actor()))
    if form.sent():
        before = own.email
        way = attempt(form, lambda: (details.change(form.details(own), by=current_actor()),))
        if way is not None and way[0] is not None:
            remember_code(way[0].credential_id, way[0].address, way[0].shown_code)
            return redirect("/me/details/address", 303)
        if way is not None:
            say(_("Saved.") if own.email == before else _("Saved. Your address is removed."))
            return redirect("/me/details", 303)
    codes = signing_in.codes_made_by_others(current_actor().person_id or 0)
    return render_template("members/details.html", form=form, own=own, codes=codes), status_of(form)


@blueprint.route("/me/details/address", methods=["GET", "POST"])
@act("self.change")
@limits.guesses_by_place
@limits.by_asked_address
def my_address() -> Page:
    """Prove a new address with the code that was sent there."""
    credential_id, address = session.get("code_credential"), session.get("code_for")
    if not isinstance(credential_id, int) or not address:
        return redirect("/me/details", 303)
    form = CodeForm()
    if form.sent():
        taken = attempt(form, lambda: details.take_address(credential_id, form.code.data, by=current_actor()))
        if taken is not None:
            forget_code()
            say(_("Your new address is in use."))
            return redirect("/me/details", 303)
    page = render_template(
        "members/join_confirm.html", form=form, address=address, shown_code=session.get("code_shown")
    )
    return page, status_of(form)


@blueprint.post("/me/details/new-code")
@act("self.change")
def my_new_code() -> Page:
    """A new code on paper for oneself."""
    if not ButtonForm().sent():
        return redirect("/me/details", 303)
    actor = current_actor()
    code = signing_in.new_printed_code(actor.person_id or 0, by=actor)
    return render_template("members/printed_code.html", code=code, name=actor.display_name, target="/me/details")


@blueprint.get("/me/membership")
@act("self.change")
def my_membership() -> Page:
    """Where one's membership stands."""
    return membership_page()


@blueprint.post("/me/membership/<int:membership_id>/appeal")
@act("member.appeal")
def appeal(membership_id: int) -> Page:
    """Appeal against a refusal."""
    form = AppealForm()
    return done(
        form,
        lambda: registrar.appeal(membership_id, text=form.text.data, by=current_actor()),
        _("Your appeal is in. Another steward decides it, and you will be told."),
        "/me/membership",
    ) or membership_page(form)


@blueprint.route("/me/membership/<int:membership_id>/leave", methods=["GET", "POST"])
@act("member.leave")
def leave(membership_id: int) -> Page:
    """Leave the fund, asked once more."""
    form = LeaveForm()
    return done(
        form,
        lambda: registrar.leave(membership_id, reason=form.reason.data, by=current_actor()),
        _("You have left the fund. You can ask to join again whenever you like."),
        "/me",
    ) or (render_template("members/leave.html", form=form), status_of(form))


@blueprint.route("/me/dues", methods=["GET", "POST"])
@act("self.change")
def my_dues() -> Page:
    """What one chose to give and what has come; choose anew."""
    actor = current_actor()
    person_id, (member_class, chooses) = actor.person_id or 0, _own_class()
    form = DuesForm(**dues.chosen(person_id)).fit(member_class) if member_class is not None and chooses else None
    if form is not None and form.sent():
        chosen = attempt(form, lambda: dues.choose(form.dues.data, own_minor=form.own_minor(), by=actor))
        if chosen is not None:
            say(_("Saved. Nobody asks why, and no vote depends on it."))
            return redirect("/me/dues", 303)
    page = render_template(
        "members/dues.html", form=form, contributions=dues.recorded(person_id),
        tiers=dict(tier_choices(member_class)) if member_class else {}, currency=foundation.fund().currency,
    )  # fmt: skip
    return page, status_of(form) if form is not None else 200


def _own_class() -> tuple[MemberClass | None, bool]:
    """The class of one's membership, and whether one can choose dues in it now."""
    membership = service.newest_membership(current_actor().person_id or 0)
    if membership is None or foundation.current_version() is None:
        return None, False
    member_class = verification.class_of(foundation.current_charter(), membership.class_code)
    giving = membership.state in dues.GIVING and member_class is not None and bool(dues.tiers(member_class))
    return member_class, giving


def membership_page(form: Form | None = None) -> Page:
    """The page of one's membership; `form`: an appeal or an objection that was sent and refused."""
    newest = service.newest_membership(current_actor().person_id or 0)
    if form is None:
        form = (ObjectionForm if newest is not None and newest.state == "suspended" else AppealForm)(formdata=None)
    waiting = registrar.waiting(newest.id) if newest is not None else None
    charter = foundation.current_charter() if foundation.current_version() is not None else None
    can_appeal = newest is not None and newest.state == "refused" and newest.appealed_at is None
    page = render_template(
        "members/membership.html", waiting=waiting, form=form, basis=BASIS_SHORT, ways=verification.WAY_WORDS,
        until=registrar.appeal_until(newest) if newest is not None and can_appeal else None,
        vouch_code=vouching.code_of(newest.id) if newest is not None and newest.state == "applied" else None,
        charter=charter, next_step=_next_step(charter, waiting),
        code_waits=session.get("code_credential") is not None,
        verified_by=verification.in_words(newest.verified_how if newest is not None else None, own=True),
    )  # fmt: skip
    return page, status_of(form)


def _next_step(charter: Charter | None, waiting: registrar.Waiting | None) -> str:
    if charter is None or waiting is None or waiting.membership.state != "applied":
        return ""
    return vouching.next_step(charter, waiting.membership, waiting.standing)
