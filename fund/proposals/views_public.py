"""What everybody sees: an admitted proposal, how its text changed, its questions, its public files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Response, redirect, render_template, request
from flask_babel import gettext as _

from fund.businesses.views import TOLD_BY
from fund.businesses.words import OWNERSHIP_WORDS
from fund.permissions import act, may
from fund.proposals import access, attachments, holding, public, questions, sniffing, substitutes, versions
from fund.proposals.forms import HideForm, QuestionForm
from fund.proposals.models import Proposal
from fund.proposals.views import Page, blueprint
from fund.proposals.words import KIND_WORDS, MEETS_WORDS, OUTCOME_WORDS, PRODUCT_WORDS
from fund.security import FILE_POLICY
from fund.web import attempt, current_actor, done, say, status_of

if TYPE_CHECKING:
    from fund.rounds.models import Round

TOLD_BY.append(lambda business_id, actor: public.of_business(business_id, by=actor))


@blueprint.get("/rounds/<round_slug>/proposals/<slug>")
@act("proposal.read")
def proposal(round_slug: str, slug: str) -> Page:
    """One proposal with memo, questions, versions and public files."""
    found, round_ = public.readable(round_slug, slug, by=current_actor())
    return _page(found, round_, QuestionForm())


@blueprint.post("/rounds/<round_slug>/proposals/<slug>/questions")
@act("proposal.ask")
def ask(round_slug: str, slug: str) -> Page:
    """Ask a question in public."""
    found, round_ = public.readable(round_slug, slug, by=current_actor())
    form = QuestionForm()
    if form.sent() and attempt(form, lambda: questions.ask(found.id, form.text.data, by=current_actor())) is not None:
        say(_("Your question stands below. The applicant is told."))
        return redirect(f"/rounds/{round_slug}/proposals/{slug}#questions", 303)
    return _page(found, round_, form)


@blueprint.get("/rounds/<round_slug>/proposals/<slug>/versions")
@act("proposal.read")
def proposal_versions(round_slug: str, slug: str) -> Page:
    """Every version of the text, newest first, with what changed from one to the next."""
    found, round_ = public.readable(round_slug, slug, by=current_actor())
    rows = versions.of(found.id)
    changes = [(rows[i], versions.compare(rows[i - 1].content, rows[i].content)) for i in range(len(rows) - 1, 0, -1)]
    return render_template("proposals/versions.html", proposal=found, round=round_, first=rows[0], changes=changes)


@blueprint.route("/questions/<int:question_id>/hide", methods=["GET", "POST"])
@act("question.hide")
def hide_question(question_id: int) -> Page:
    """Hide a question that breaks the rules, with the reason in its place."""
    row, found, round_ = questions.for_steward(question_id, by=current_actor())
    form = HideForm()
    return done(
        form,
        lambda: questions.hide(question_id, form.reason.data, by=current_actor()),
        _("The question is hidden; the reason stands in its place."),
        f"/rounds/{round_.slug}/proposals/{found.slug}#questions",
    ) or (
        render_template("proposals/hide.html", form=form, question=row, proposal=found, round=round_),
        status_of(form),
    )


@blueprint.get("/files/<int:file_id>")
@act("proposal.read")
def file(file_id: int) -> Response:
    """One file, for whoever may have it: offered for download; a picture, written anew by us, may also be shown."""
    row, data = attachments.read(file_id, by=current_actor(), keys=holding.keys())
    shown = (
        request.args.get("show") == "1" and row.media_type in sniffing.ENDINGS and row.media_type != "application/pdf"
    )
    response = Response(data, mimetype=row.media_type)
    response.headers["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename=\"file\"; filename*=UTF-8''{quote(row.file_name)}"
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(found: Proposal, round_: Round, form: QuestionForm) -> Page:
    actor = current_actor()
    page = render_template(
        "proposals/proposal.html", proposal=found, round=round_, form=form, memos=public.memos(found),
        business=public.business_of(found), award=public.award_of(found),
        versions=versions.of(found.id), questions=questions.of(found.id),
        files=[one for one in attachments.of(found.id) if not one.private], kinds=KIND_WORDS, outcomes=OUTCOME_WORDS,
        products=PRODUCT_WORDS, ownership=OWNERSHIP_WORDS, meets=MEETS_WORDS, may_ask=may(actor, "proposal.ask", found),
        asking=found.state == "admitted" and round_.status == "draft", may_hide=may(actor, "question.hide", found),
        is_theirs=access.is_theirs(actor, found, holding.keys()), substitutes=substitutes.of(found.id),
    )  # fmt: skip
    return page, status_of(form)
