"""Pages on which a business tells what the money did, gives back what it does not need; and the link to a vote."""

from __future__ import annotations

from flask import Response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund.awards import payments, reading, releasing, reports, service, standing
from fund.awards.forms import ReleaseForm, ReportForm, VoteForm
from fund.awards.views import blueprint
from fund.db import session
from fund.permissions import act, require
from fund.security import FILE_POLICY
from fund.web import current_actor, done, status_of

Page = str | BaseResponse | tuple[str, int]


@blueprint.route("/awards/<int:number>/report", methods=["GET", "POST"])
@act("award.report")
def report(number: int) -> Page:
    """The business tells what the money did, or a steward types what it said by phone."""
    form = ReportForm()
    require(current_actor(), "award.report", standing.of_award(session(), service.get(number)))
    return done(
        form,
        lambda: reports.tell_report(
            number, text=form.text.data, photo=form.photo(), stated=form.stated(), by=current_actor()
        ),
        _("Thank you. The report is kept with the award."),
        f"/awards/{number}#reports",
    ) or (
        render_template("awards/report.html", form=form, page=reading.page(number, current_actor())),
        status_of(form),
    )


@blueprint.get("/awards/<int:number>/reports/<int:part>/photo")
@act("award.read")
def report_photo(number: int, part: int) -> Response:
    """The photo of a report, for those to whom the charter shows it."""
    award = service.get(number)
    reports.refuse_reader(award, current_actor(), standing.of_award(session(), award).party)
    kept = reports.photo_of(number, part)
    headers = {"Content-Disposition": f'inline; filename="{kept.name}"', "Content-Security-Policy": FILE_POLICY}
    return Response(kept.data, content_type=kept.media_type, headers=headers)


@blueprint.route("/awards/<int:number>/give-back", methods=["GET", "POST"])
@act("award.answer")
def give_back(number: int) -> Page:
    """The business gives back what it does not need, after being asked once more."""
    form = ReleaseForm()
    return done(
        form,
        lambda: releasing.release_rest(number, reason=form.reason.data, by=current_actor()),
        _("Thank you. The money goes to the next in line, or back to the fund."),
        f"/awards/{number}",
    ) or (
        render_template("awards/give_back.html", form=form, page=reading.page(number, current_actor())),
        status_of(form),
    )


@blueprint.route("/awards/<int:number>/instalments/<int:part>/vote", methods=["GET", "POST"])
@act("tranche.link_vote")
def link_vote(number: int, part: int) -> Page:
    """Say which vote of the members releases an instalment."""
    form = VoteForm()
    tranche = service.tranche(number, part)
    return done(
        form,
        lambda: payments.link_vote(tranche.id, form.round_slug.data, by=current_actor()),
        _("Noted. Once this vote has decided yes, the business can ask for the instalment."),
        f"/awards/{number}",
    ) or (
        render_template("awards/vote.html", form=form, tranche=tranche, page=reading.page(number, current_actor())),
        status_of(form),
    )
