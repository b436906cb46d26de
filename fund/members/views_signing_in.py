"""Pages of signing in and out: the address, the code in the same page, the link's button, the code on paper."""

from __future__ import annotations

from flask import redirect, render_template, session
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund import identity
from fund.forms import options
from fund.members import limits, signing_in
from fund.members.forms import AddressForm, CodeForm, LinkForm, PaperForm, WhoForm
from fund.members.signing_in import Choose, Entered
from fund.members.views import Page, blueprint, forget_code, remember_code
from fund.permissions import act
from fund.web import attempt, current_actor, safe_next, say, status_of


@blueprint.route("/sign-in", methods=["GET", "POST"])
@act("session.begin")
@limits.by_place
@limits.by_typed_address
def sign_in() -> Page:
    """Ask for a code; the answer is the same whether the address is known or not."""
    form = AddressForm()
    if form.sent():
        sent = attempt(form, lambda: signing_in.request_code(form.email.data, language=str(get_locale() or "en")))
        if sent is not None:
            remember_code(sent.credential_id, form.email.data, sent.shown_code)
            session["next"] = safe_next("/me")
            return redirect("/sign-in/code", 303)
    return render_template("members/sign_in.html", form=form, paper=PaperForm(), next=safe_next("")), status_of(form)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@act("session.begin")
@limits.guesses_by_place
@limits.by_asked_address
def sign_in_code() -> Page:
    """Type the six digits, in the browser that asked for them."""
    credential_id, address = session.get("code_credential"), session.get("code_for")
    if not isinstance(credential_id, int) or not address:
        return redirect("/sign-in", 303)
    form = CodeForm()
    if form.sent():
        session["keep"] = form.keep.data
        entry = attempt(form, lambda: signing_in.enter_with_code(credential_id, form.code.data))
        if entry is not None:
            return _go_on(entry)
    page = render_template(
        "members/sign_in_code.html", form=form, address=address, shown_code=session.get("code_shown")
    )
    return page, status_of(form)


@blueprint.get("/sign-in/link/<secret>")
@act("session.begin")
def sign_in_link(secret: str) -> Page:
    """A page with a button: opening it, by whatever program, uses nothing up and tells nothing."""
    return render_template("members/sign_in_link.html", form=LinkForm(secret=secret))


@blueprint.post("/sign-in/link")
@act("session.begin")
@limits.guesses_by_place
def use_link() -> Page:
    """A person pressed the button of a link."""
    form = LinkForm()
    entry = attempt(form, lambda: signing_in.enter_with_link(form.secret.data)) if form.sent() else None
    if entry is not None:
        return _go_on(entry)
    return render_template("members/sign_in_link.html", form=form, spent=True), status_of(form)


@blueprint.post("/sign-in/paper")
@act("session.begin")
@limits.guesses_by_place
def use_paper() -> Page:
    """Sign in with a code on paper."""
    form = PaperForm()
    entry = attempt(form, lambda: signing_in.enter_with_paper(form.code.data)) if form.sent() else None
    if entry is not None:
        return _go_on(entry)
    page = render_template("members/sign_in.html", form=AddressForm(formdata=None), paper=form, next=safe_next(""))
    return page, status_of(form)


@blueprint.route("/sign-in/who", methods=["GET", "POST"])
@act("session.begin")
@limits.guesses_by_place
def sign_in_who() -> Page:
    """Say who one is among those who share the address that was just proved."""
    proof, people = session.get("proof"), session.get("people") or []
    if not proof or not people:
        return redirect("/sign-in", 303)
    form = WhoForm()
    form.person.choices = options(people)
    if form.sent():
        entry = attempt(form, lambda: signing_in.choose(proof, form.person.data))
        if entry is not None:
            return _go_on(entry)
    return render_template("members/sign_in_who.html", form=form), status_of(form)


@blueprint.post("/sign-out")
@act("session.end")
def sign_out() -> Response:
    """End the session on this device."""
    identity.sign_out()
    session.clear()
    say(_("You are signed out on this device."))
    return redirect("/", 303)


@blueprint.post("/me/sign-out-everywhere")
@act("self.change")
def sign_out_everywhere() -> Response:
    """End every session on every device."""
    signing_in.end_everywhere(by=current_actor())
    identity.sign_out()
    session.clear()
    say(_("You are signed out on every device."))
    return redirect("/", 303)


def _go_on(entry: Entered | Choose) -> Response:
    if isinstance(entry, Choose):
        forget_code()
        session["proof"], session["people"] = entry.secret, [list(one) for one in entry.people]
        return redirect("/sign-in/who", 303)
    target, keep = session.get("next") or safe_next("/me"), bool(session.get("keep"))
    identity.sign_in(entry.person_id)
    session.permanent = keep
    if entry.next_code is not None:
        session["printed_code"], session["next"] = entry.next_code, target
        return redirect("/sign-in/next-code", 303)
    return redirect(target, 303)


@blueprint.get("/sign-in/next-code")
@act("self.change")
def next_code() -> Page:
    """The next code on paper, shown once to somebody who has just used theirs up."""
    code, target = session.pop("printed_code", None), session.pop("next", None) or "/me"
    if code is None:
        return redirect(target, 303)
    return render_template("members/printed_code.html", code=code, name=current_actor().display_name, target=target)
