"""Pages of stewards who reach out to named businesses and certify others."""

from __future__ import annotations

from flask import redirect, render_template, request, session
from flask_babel import gettext as _

from fund.businesses import agents, nominations, service
from fund.businesses.forms import CertifyForm, ContactForm
from fund.businesses.views import Page, blueprint
from fund.businesses.words import NOMINATION_WORDS
from fund.permissions import act, require
from fund.web import attempt, current_actor, done, say, status_of


@blueprint.get("/businesses/named")
@act("business.reach")
def named() -> Page:
    """Businesses that were named and wait for somebody to reach out."""
    return render_template("businesses/named.html", waiting=nominations.waiting(), words=NOMINATION_WORDS)


@blueprint.route("/businesses/named/<int:nomination_id>", methods=["GET", "POST"])
@act("business.reach")
def nomination(nomination_id: int) -> Page:
    """One nomination: how to reach it, how it went, the code for its owner."""
    row, business = nominations.get(nomination_id, by=current_actor())
    form = ContactForm(state=row.state, note=row.note)
    if form.sent():
        done = attempt(form, lambda: nominations.record_contact(
            nomination_id, state=form.state.data, note=form.note.data, by=current_actor()
        ))  # fmt: skip
        if done is not None:
            say(_("Noted."))
            return redirect("/businesses/named", 303)
    page = render_template(
        "businesses/nomination.html", nomination=row, business=business, form=form, words=NOMINATION_WORDS,
        code=session.pop("business_code", None), days=agents.CODE_DAYS,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/businesses/named/<int:nomination_id>/code")
@act("business.reach")
def nomination_code(nomination_id: int) -> Page:
    """Make the code with which the business claims its page; it is shown once."""
    session["business_code"] = nominations.make_claim(nomination_id, by=current_actor())
    return redirect(f"/businesses/named/{nomination_id}", 303)


@blueprint.route("/businesses/<slug>/code", methods=["GET", "POST"])
@act("business.reach")
def claim_code(slug: str) -> Page:
    """Make a claim code for a business that nobody acts for yet."""
    business = service.any_by_slug(slug)
    code = nominations.make_claim_for(business.id, by=current_actor()) if request.method == "POST" else None
    return render_template("businesses/claim_code.html", business=business, code=code, days=agents.CODE_DAYS)


@blueprint.route("/businesses/<slug>/certify", methods=["GET", "POST"])
@act("business.certify")
def certify(slug: str) -> Page:
    """Certify that a business meets the standards until a day."""
    business = service.by_slug(slug, by=current_actor())
    require(current_actor(), "business.certify", business)
    form = CertifyForm()
    return done(
        form,
        lambda: service.certify(business.id, until=form.until.data, reason=form.reason.data, by=current_actor()),
        _("Certified."),
        f"/businesses/{slug}",
    ) or (render_template("businesses/certify.html", business=business, form=form), status_of(form))
