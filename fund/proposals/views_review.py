"""Pages of review: the list, one application with its private parts, giving reviews, writing them."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _

from fund.businesses.words import OWNERSHIP_WORDS
from fund.forms import options
from fund.permissions import act, may
from fund.proposals import attachments, conflicts, deciding, news, reading, returning, review, substitutes
from fund.proposals.forms_review import AnswerByForm, AssignForm, review_form
from fund.proposals.models import Proposal
from fund.proposals.views import Page, blueprint
from fund.proposals.words import KIND_WORDS, MEETS_WORDS, OUTCOME_WORDS, POINT_WORDS, PRODUCT_WORDS, REFUSAL_WORDS
from fund.rounds import service as rounds
from fund.web import attempt, current_actor, say, status_of


@blueprint.get("/review")
@act("review.list")
def review_list() -> Page:
    """What is in review, what is done of it, what waits and what is late."""
    actor = current_actor()
    return render_template(
        "proposals/review_list.html", lines=reading.reviewers_list(actor), kinds=KIND_WORDS,
        given=reading.given_to(actor.person_id or 0), needed=reading.reviewers_needed(),
    )  # fmt: skip


@blueprint.get("/review/<int:proposal_id>")
@act("review.read")
def review_page(proposal_id: int) -> Page:
    """One application with its private parts, its reviews and what stewards can do next."""
    return _page(reading.for_review(proposal_id, by=current_actor()))


@blueprint.post("/review/<int:proposal_id>/assign")
@act("review.assign")
def assign(proposal_id: int) -> Page:
    """Give a review to somebody."""
    proposal = reading.for_review(proposal_id, by=current_actor())
    form = _assign_form(proposal)
    if form.sent() and attempt(form, lambda: review.assign(
        proposal_id, kind=form.kind.data, reviewer_id=form.reviewer.data, by=current_actor()
    )) is not None:  # fmt: skip
        say(_("Given."))
        return redirect(f"/review/{proposal_id}", 303)
    return _page(proposal, assign_form=form)


@blueprint.post("/review/<int:proposal_id>/answer-by")
@act("review.assign")
def answer_by(proposal_id: int) -> Page:
    """Say by when the applicant hears again."""
    proposal = reading.for_review(proposal_id, by=current_actor())
    form = AnswerByForm()
    if form.sent() and attempt(form, lambda: review.promise_answer(
        proposal_id, on=form.on.data, by=current_actor()
    )) is not None:  # fmt: skip
        say(_("The applicant is told."))
        return redirect(f"/review/{proposal_id}", 303)
    return _page(proposal, answer_form=form)


@blueprint.post("/review/<int:proposal_id>/shortlist")
@act("proposal.shortlist")
def shortlist(proposal_id: int) -> Page:
    """Ask the applicant for details."""
    review.shortlist(proposal_id, by=current_actor())
    say(_("The applicant is asked for details."))
    return redirect(f"/review/{proposal_id}", 303)


@blueprint.post("/review/<int:proposal_id>/code")
@act("application.new_code")
def code_for_author(proposal_id: int) -> Page:
    """A new return code for an applicant who lost theirs: mailed to the address they left, or shown once."""
    proposal = reading.for_review(proposal_id, by=current_actor())
    code = returning.new_code_for_author(proposal_id, by=current_actor())
    if code is not None:
        return render_template("proposals/author_code.html", proposal=proposal, code=code)
    say(_("A new code is on its way to %(address)s.", address=proposal.contact_email))
    return redirect(f"/review/{proposal_id}", 303)


@blueprint.post("/review/<int:proposal_id>/told")
@act("proposal.told")
def told(proposal_id: int) -> Page:
    """Note that the applicant was told by phone."""
    news.told(proposal_id, by=current_actor())
    say(_("Noted. Thank you for calling."))
    return redirect(f"/review/{proposal_id}", 303)


@blueprint.route("/review/<int:proposal_id>/write/<int:review_id>", methods=["GET", "POST"])
@act("review.write")
def write(proposal_id: int, review_id: int) -> Page:
    """Write a review that was given to one: save it, or hand it in."""
    row, proposal, round_ = review.get(review_id, by=current_actor(), proposal_id=proposal_id)
    form = review_form(row, review.points(rounds.charter(round_), row.kind))
    if form.sent():
        done = request.form.get("go") == "done"
        saved = attempt(form, lambda: review.write(review_id, form.finding(), done=done, by=current_actor()))
        if saved is not None:
            say(_("Handed in. Thank you.") if done else _("Saved."))
            return redirect(f"/review/{proposal_id}", 303)
    page = render_template(
        "proposals/write.html", form=form, review=row, proposal=proposal, kinds=KIND_WORDS, products=PRODUCT_WORDS,
        ownership=OWNERSHIP_WORDS, meets=MEETS_WORDS, answers=reading.answers(proposal_id),
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/review/<int:proposal_id>/write/<int:review_id>/back")
@act("review.write")
def hand_back(proposal_id: int, review_id: int) -> Page:
    """Give a review back."""
    review.hand_back(review_id, by=current_actor())
    say(_("Given back. A steward finds somebody else."))
    return redirect("/review", 303)


def _assign_form(proposal: Proposal) -> AssignForm:
    form = AssignForm()
    form.reviewer.choices = options([("", _("Choose a person")), *review.candidates(proposal)])
    return form


def _page(
    proposal: Proposal, *, assign_form: AssignForm | None = None, answer_form: AnswerByForm | None = None
) -> Page:
    actor, round_ = current_actor(), rounds.get(proposal.round_id)
    sent = assign_form or answer_form
    page = render_template(
        "proposals/review.html", proposal=proposal, round=round_, reviews=review.of(proposal.id),
        answers=reading.answers(proposal.id), files=attachments.of(proposal.id), conflicts=conflicts.of(proposal.id),
        substitutes=substitutes.of(proposal.id), kinds=KIND_WORDS, outcomes=OUTCOME_WORDS, points=POINT_WORDS,
        products=PRODUCT_WORDS, ownership=OWNERSHIP_WORDS, meets=MEETS_WORDS, refusals=REFUSAL_WORDS, news=news.WORDS,
        assign_form=assign_form or _assign_form(proposal), answer_form=answer_form or AnswerByForm(formdata=None),
        missing=deciding.missing_for(proposal), business=reading.business_of(proposal),
        shortage=substitutes.shortage(proposal, "review"),
        appeals=reading.appeals(proposal.id), is_steward=may(actor, "review.assign", proposal),
        may_decide=may(actor, "proposal.decide", proposal),
    )  # fmt: skip
    return page, status_of(sent) if sent is not None else 200
