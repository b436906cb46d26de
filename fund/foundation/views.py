"""The charter's pages: read it, see its versions, write one with a few questions, propose and adopt one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund import charter
from fund.charter import sentences, ways, wizard
from fund.errors import NotFound
from fund.foundation import examples, service
from fund.foundation.forms import HOW, AdoptionForm, CharterForm, wizard_form
from fund.permissions import act
from fund.web import attempt, current_actor, say, status_of

blueprint = Blueprint("foundation", __name__)


@blueprint.get("/charter")
@blueprint.get("/charter/versions/<int:number>")
@act("page.read")
def read(number: int | None = None) -> str:
    """A version of the charter in plain words; the one in force unless a number is given."""
    version = service.current_version() if number is None else service.version_by_number(number)
    if version is None:
        return render_template("foundation/none.html", presets=charter.presets())
    rules = service.parsed(version.text_bytes)
    findings = charter.check(rules)
    return render_template(
        "foundation/charter.html",
        version=version,
        rules=rules,
        sections=sentences.sentences(rules),
        not_in_force=findings.not_yet_in_force,
        refused=findings.refused,
        versions=service.versions(),
        ways=HOW,
        differences=service.differences_to_current(version),
    )


@blueprint.get("/charter/versions/<int:number>/charter.toml")
@act("page.read")
def text(number: int) -> Response:
    """The file itself, byte for byte."""
    version = service.version_by_number(number)
    headers = {"Content-Disposition": f'attachment; filename="charter-{version.number}.toml"'}
    return Response(version.text_bytes, mimetype="application/toml", headers=headers)


@blueprint.route("/charter/propose", methods=["GET", "POST"])
@act("charter.propose")
def propose() -> str | BaseResponse | tuple[str, int]:
    """Propose a charter as text; a preset or the one in force is there to begin with."""
    form = CharterForm(text=service.text_to_begin_with(request.args.get("preset")))
    if form.validate_on_submit():
        version = attempt(form, lambda: service.propose_charter(form.text.data, by=current_actor()))
        if version is not None:
            say(_("The charter is proposed. It is in force once its adoption is recorded."))
            return redirect(f"/charter/versions/{version.number}", 303)
    return render_template("foundation/propose.html", form=form, presets=charter.presets()), status_of(form)


@blueprint.route("/charter/wizard", methods=["GET", "POST"])
@act("charter.propose")
def questions() -> str | BaseResponse | tuple[str, int]:
    """At most eight questions that write a charter."""
    form = wizard_form()
    if form.sent():
        answers = {q.id: form[q.id].data or "" for q in wizard.questions()}
        written = attempt(form, lambda: service.write_charter(answers, by=current_actor()))
        if written is not None:
            say(_("Your charter is written. Read it, then record its adoption."))
            return redirect(f"/charter/versions/{written.number}", 303)
    worked = {one.code: (one, examples.example(one)) for one in (*ways.PLAIN, *ways.ADVANCED)}
    page = render_template("foundation/wizard.html", form=form, questions=wizard.questions(), worked=worked)
    return page, status_of(form)


@blueprint.get("/charter/ways")
@act("page.read")
def ways_to_vote() -> str:
    """Every way to vote in three sentences, with a small worked picture."""
    named = (
        (_("Four plain ways"), ways.PLAIN),
        (_("Other ways to give money"), ways.ADVANCED),
        (_("Ways to fill places"), ways.PLACES),
    )
    groups = [(title, [(one, examples.example(one)) for one in found]) for title, found in named]
    return render_template("foundation/ways.html", groups=groups)


@blueprint.route("/charter/versions/<int:number>/adopt", methods=["GET", "POST"])
@act("charter.adopt")
def adopt(number: int) -> str | BaseResponse | tuple[str, int]:
    """Record how a proposed charter was adopted."""
    version = service.version_by_number(number)
    form = AdoptionForm(adopted_on=service.today())
    if form.validate_on_submit():
        consents = tuple((who.strip(), form.how.data) for who in (form.consents.data or "").split(",") if who.strip())
        adoption = service.Adoption(
            form.adopted_on.data,
            form.how.data,
            form.votes_for.data,
            form.votes_against.data,
            form.abstained.data,
            form.minutes.data or "",
            consents,
        )
        if attempt(form, lambda: service.adopt_charter(version.id, adoption, by=current_actor())):
            say(_("The charter is in force."))
            return redirect("/charter", 303)
    needed, rules = service.consents_needed(version), service.parsed(version.text_bytes)
    page = render_template("foundation/adopt.html", form=form, version=version, needed=needed, rules=rules)
    return page, status_of(form)


@blueprint.get("/charter/presets/<code>")
@act("page.read")
def preset(code: str) -> str:
    """A worked charter in plain words, to compare with."""
    found = next((one for one in charter.presets() if one.code == code), None)
    if found is None:
        raise NotFound(_("There is no such worked charter."))
    return render_template(
        "foundation/preset.html", preset=found, sections=sentences.sentences(charter.load(found.text))
    )
