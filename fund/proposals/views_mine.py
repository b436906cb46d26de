"""Pages of one's own application: where it stands, details and files, withdrawal, appeal, the code, answers."""

from __future__ import annotations

from flask import redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.businesses.words import OWNERSHIP_WORDS
from fund.permissions import act
from fund.proposals import application, attachments, deciding, holding, public, questions, reading, returning, sniffing
from fund.proposals.forms import AnswerForm, AppealForm, UploadForm, WithdrawForm, details_form
from fund.proposals.views import Page, blueprint
from fund.proposals.words import MEETS_WORDS, PRODUCT_WORDS, REFUSAL_WORDS
from fund.web import attempt, current_actor, done, say, status_of


@blueprint.get("/applications/<int:proposal_id>")
@act("application.work")
def mine(proposal_id: int) -> Page:
    """Where one's application stands and what comes next; a fresh return code is shown here once."""
    keys = holding.keys()
    proposal, round_ = application.one(proposal_id, by=current_actor(), keys=keys)
    until = deciding.appeal_until(proposal, round_)
    return render_template(
        "proposals/mine.html", proposal=proposal, round=round_, award=public.award_of(proposal),
        code=session.pop("return_code", None),
        next_step=reading.next_step(proposal, until), appeal_until=until if reading.still_open(until) else None,
        products=PRODUCT_WORDS, ownership=OWNERSHIP_WORDS, refusals=REFUSAL_WORDS, meets=MEETS_WORDS,
        answers=reading.answers(proposal_id), files=attachments.of(proposal_id), held=proposal.id in keys,
        coming=reading.still_to_come(round_), reached=reading.reached_by(proposal),
        questions=questions.of(proposal_id), appeals=reading.appeals(proposal_id), answer_form=AnswerForm(),
    )  # fmt: skip


@blueprint.route("/applications/<int:proposal_id>/details", methods=["GET", "POST"])
@act("application.work")
def details(proposal_id: int) -> Page:
    """The plan, figures, further questions and files of a shortlisted application."""
    actor, keys = current_actor(), holding.keys()
    _proposal, round_ = application.one(proposal_id, by=actor, keys=keys)
    form = details_form(reading.questions(round_.id, "details"), reading.with_answers(proposal_id))
    if form.sent():
        saved = attempt(form, lambda: application.save_details(
            proposal_id, plan=form.plan.data, details=form.details.data, answers=form.answers(), by=actor, keys=keys
        ))  # fmt: skip
        if saved is not None:
            say(_("Saved."))
            return redirect(f"/applications/{proposal_id}", 303)
    page = render_template("proposals/details.html", form=form, proposal_id=proposal_id, round=round_)
    return page, status_of(form)


@blueprint.route("/applications/<int:proposal_id>/files", methods=["GET", "POST"])
@act("application.work")
def files(proposal_id: int) -> Page:
    """Files of a shortlisted application."""
    actor, keys = current_actor(), holding.keys()
    proposal, round_ = application.one(proposal_id, by=actor, keys=keys)
    form = UploadForm()
    if form.sent():
        sent = form.file.data
        added = attempt(form, lambda: attachments.add(
            proposal_id, data=sent.stream.read(sniffing.MOST_BYTES + 1), name=sent.filename or "file",
            private=form.seen_by.data != "public", by=actor, keys=keys,
        ))  # fmt: skip
        if added is not None:
            say(_("Added: %(name)s", name=added.file_name))
            return redirect(f"/applications/{proposal_id}/files", 303)
    page = render_template(
        "proposals/files.html", form=form, proposal=proposal, round=round_, files=attachments.of(proposal_id),
        most=attachments.MOST_FILES,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/applications/<int:proposal_id>/files/<int:file_id>/remove")
@act("application.work")
def remove_file(proposal_id: int, file_id: int) -> Page:
    """Take a file out."""
    attachments.remove(file_id, by=current_actor(), keys=holding.keys())
    say(_("Removed."))
    return redirect(f"/applications/{proposal_id}/files", 303)


@blueprint.route("/applications/<int:proposal_id>/withdraw", methods=["GET", "POST"])
@act("application.work")
def withdraw(proposal_id: int) -> Page:
    """Take an application back, after being asked once more."""
    actor, keys = current_actor(), holding.keys()
    proposal, round_ = application.one(proposal_id, by=actor, keys=keys)
    form, was_draft = WithdrawForm(), proposal.state == "draft"
    return done(
        form,
        lambda: application.withdraw(proposal_id, form.reason.data, by=actor, keys=keys),
        _("The draft is thrown away.") if was_draft else _("Your application is withdrawn."),
        "/apply" if was_draft else f"/applications/{proposal_id}",
    ) or (render_template("proposals/withdraw.html", form=form, proposal=proposal, round=round_), status_of(form))


@blueprint.route("/applications/<int:proposal_id>/appeal", methods=["GET", "POST"])
@act("application.work")
def appeal(proposal_id: int) -> Page:
    """Appeal against a refusal."""
    actor, keys = current_actor(), holding.keys()
    proposal, round_ = application.one(proposal_id, by=actor, keys=keys)
    form = AppealForm()
    if form.sent():
        made = attempt(form, lambda: deciding.appeal(proposal_id, form.text.data, by=actor, keys=keys))
        if made is not None:
            say(_("Your appeal has arrived. Somebody who did not refuse it answers."))
            return redirect(f"/applications/{proposal_id}", 303)
    page = render_template(
        "proposals/appeal.html", form=form, proposal=proposal, until=deciding.appeal_until(proposal, round_),
        refusals=REFUSAL_WORDS,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/applications/<int:proposal_id>/code")
@act("application.work")
def renew_code(proposal_id: int) -> Page:
    """Make a new return code; it is shown once."""
    session["return_code"] = returning.renew_code(proposal_id, by=current_actor(), keys=holding.keys())
    if request.form.get("this_device") != "no":
        holding.hold(reading.with_answers(proposal_id))
    return redirect(f"/applications/{proposal_id}", 303)


@blueprint.post("/applications/<int:proposal_id>/keep")
@act("application.keep")
def keep(proposal_id: int) -> Page:
    """Keep the application in one's account."""
    returning.keep_in_account(proposal_id, by=current_actor(), keys=holding.keys())
    holding.let_go(proposal_id)
    say(_("It is in your account now. You need no code any more."))
    return redirect(f"/applications/{proposal_id}", 303)


@blueprint.post("/applications/<int:proposal_id>/close")
@act("application.work")
def close(proposal_id: int) -> Response:
    """Forget the application on this device, which may be shared."""
    holding.let_go(proposal_id)
    say(_("This device has forgotten the application. Your code opens it again."))
    return redirect("/apply", 303)


@blueprint.post("/applications/<int:proposal_id>/answers/<int:question_id>")
@act("proposal.answer")
def answer(proposal_id: int, question_id: int) -> Page:
    """Answer a question in public."""
    form = AnswerForm()
    if form.sent():
        questions.answer(question_id, form.answer.data, by=current_actor(), keys=holding.keys())
        say(_("Your answer is public."))
        return redirect(f"/applications/{proposal_id}#questions", 303)
    return render_template("proposals/answer.html", form=form, proposal_id=proposal_id), status_of(form)
