"""Pages of stewards: the queue, one person, looking members up, typing in a joining; and vouching, a member's page."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members import joining, registrar, service, signing_in, verification, vouching
from fund.members.forms import AppealAnswerForm, ButtonForm, HelpForm, NoteForm, ReasonForm, VouchCodeForm
from fund.members.views import Page, blueprint, class_or_404
from fund.members.words import BASIS_SHORT
from fund.permissions import act
from fund.web import attempt, current_actor, done, say, status_of, whole


@blueprint.get("/members")
@act("member.list")
def members() -> Page:
    """Look people up."""
    search, state = request.args.get("search", "")[:100], request.args.get("state", "")
    found = service.people(search=search, state=state, page=whole(request.args.get("page"), default=1))
    version = foundation.current_version()
    classes = foundation.parsed(version.text_bytes).classes if version is not None else ()
    return render_template(
        "members/list.html", found=found, classes={one.code: one.name for one in classes}, search=search,
        state=state, states=(*service.LIVE, "refused", "left"),
        waiting=registrar.count_waiting(),
    )  # fmt: skip


@blueprint.get("/members/queue")
@act("member.queue")
def queue() -> Page:
    """Who waits to be verified and what each still needs; appeals."""
    after = whole(request.args.get("after"), default=0, least=0, most=10**9)
    rows = registrar.queue(after=after)
    return render_template(
        "members/queue.html", rows=rows, total=sum(registrar.count_waiting().values()), after=after,
        ways=verification.WAY_WORDS, basis=BASIS_SHORT,
    )  # fmt: skip


@blueprint.get("/members/<int:person_id>")
@act("member.list")
def member(person_id: int) -> Page:
    """One person, as stewards see them."""
    return _person_page(person_id)


@blueprint.route("/members/<int:person_id>/<int:membership_id>/seen", methods=["GET", "POST"])
@act("member.verify")
def seen(person_id: int, membership_id: int) -> Page:
    """The steward has met this person; asked once more."""
    form = NoteForm()
    if form.sent():
        registrar.mark_seen(membership_id, note=form.note.data, by=current_actor())
        say(_("Noted that you have met this person."))
        return redirect(f"/members/{person_id}", 303)
    return _confirming(person_id, membership_id, "seen_in_person", form)


@blueprint.route("/members/<int:person_id>/<int:membership_id>/looked", methods=["GET", "POST"])
@act("member.verify")
def looked(person_id: int, membership_id: int) -> Page:
    """The steward has looked at what this person said; asked once more."""
    form = NoteForm()
    if form.sent():
        registrar.accept_word(membership_id, note=form.note.data, by=current_actor())
        say(_("Noted that you have looked at this."))
        return redirect(f"/members/{person_id}", 303)
    return _confirming(person_id, membership_id, verification.LOOKED, form)


@blueprint.route("/members/<int:person_id>/<int:membership_id>/refuse", methods=["GET", "POST"])
@act("member.refuse")
def refuse(person_id: int, membership_id: int) -> Page:
    """Refuse with a written reason."""
    waiting, form = waiting_of(person_id, membership_id), ReasonForm()
    if form.sent():
        done = attempt(form, lambda: registrar.refuse(membership_id, reason=form.reason.data, by=current_actor()))
        if done is not None:
            say(_("Refused. The person is told the reason and how to appeal."))
            return redirect("/members/queue", 303)
    page = render_template(
        "members/refuse.html", form=form, waiting=waiting,
        appeal_days=foundation.current_charter().membership.appeal_days,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route("/members/<int:person_id>/<int:membership_id>/appeal", methods=["GET", "POST"])
@act("member.decide_appeal")
def decide_appeal(person_id: int, membership_id: int) -> Page:
    """Decide an appeal."""
    waiting, form = waiting_of(person_id, membership_id), AppealAnswerForm()
    return done(
        form,
        lambda: registrar.decide_appeal(
            membership_id, grant=form.decision.data == "grant", answer=form.answer.data, by=current_actor()
        ),
        _("The appeal is decided and the person is told."),
        "/members/queue",
    ) or (render_template("members/decide_appeal.html", form=form, waiting=waiting), status_of(form))


@blueprint.post("/members/<int:person_id>/new-code")
@act("member.new_code")
def code_for(person_id: int) -> Page:
    """A new code on paper for somebody without e-mail."""
    if not ButtonForm().sent():
        return redirect(f"/members/{person_id}", 303)
    code = signing_in.new_printed_code(person_id, by=current_actor())
    return render_template(
        "members/printed_code.html", code=code, name=service.display_name(person_id), target=f"/members/{person_id}",
        for_another=True,
    )  # fmt: skip


@blueprint.post("/members/<int:person_id>/help")
@act("member.offer_help")
def offer_help(person_id: int) -> Response:
    """Be the steward who helps, or hand it back."""
    if request.form.get("hand_back"):
        registrar.hand_back(person_id, by=current_actor())
        say(_("Another steward can offer help now."))
    else:
        registrar.offer_help(person_id, by=current_actor())
        say(_("You are the steward who helps. What is needed is shown to you alone."))
    return redirect(f"/members/{person_id}", 303)


@blueprint.get("/members/new")
@act("member.help")
def help_start() -> Page:
    """Choose the kind of membership somebody asks for by phone or at a table."""
    return render_template("members/help_start.html", classes=foundation.current_charter().classes)


@blueprint.route("/members/new/<class_code>", methods=["GET", "POST"])
@act("member.help")
def help_join(class_code: str) -> Page:
    """Type in what a person says, with their consent."""
    charter, member_class = foundation.current_charter(), class_or_404(class_code)
    form = HelpForm().fit(charter, member_class)
    if form.sent():
        joined = attempt(form, lambda: joining.join(
            form.application(member_class), by=current_actor(), help_=form.help()
        ))  # fmt: skip
        if joined is not None and joined.printed_code is not None:
            return render_template(
                "members/printed_code.html", code=joined.printed_code, name=form.name.data, for_another=True,
                target=f"/members/{joined.person_id}",
            )  # fmt: skip
        if joined is not None:
            say(_("Written down. A code is on its way to their address."))
            return redirect(f"/members/{joined.person_id}", 303)
    page = render_template(
        "members/join.html", form=form, member_class=member_class, charter=charter, today=joining.attested_for(),
        helping=True,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route("/vouch", methods=["GET", "POST"])
@act("member.vouch")
def vouch_start() -> Page:
    """Type the code that a newcomer gave you."""
    form = VouchCodeForm()
    if form.sent():
        code = form.code.data
        if attempt(form, lambda: vouching.newcomer(code)) is not None:
            return redirect(f"/vouch/{code}", 303)
    return render_template("members/vouch_start.html", form=form), status_of(form)


@blueprint.route("/vouch/<code>", methods=["GET", "POST"])
@act("member.vouch")
def vouch(code: str) -> Page:
    """Give one's word for a newcomer."""
    membership, form = vouching.newcomer(code), ButtonForm()
    if form.sent() and attempt(form, lambda: registrar.vouch(membership.id, by=current_actor())) is not None:
        say(_("Thank you. Your word counts."))
        return redirect("/me", 303)
    page = render_template(
        "members/vouch.html", form=form, membership=membership, basis=BASIS_SHORT,
        class_name=class_or_404(membership.class_code).name,
    )  # fmt: skip
    return page, status_of(form)


def waiting_of(person_id: int, membership_id: int) -> registrar.Waiting:
    """The membership, if it is this person's. Raises NotFound."""
    waiting = registrar.waiting(membership_id)
    if waiting.membership.person_id != person_id:
        raise NotFound(_("There is no such membership."))
    return waiting


def _confirming(person_id: int, membership_id: int, way: str, form: NoteForm) -> Page:
    """What a step brings about, before it is done; straight back where nothing can be done."""
    waiting = waiting_of(person_id, membership_id)
    if waiting.membership.state != "applied" or person_id == current_actor().person_id:
        return redirect(f"/members/{person_id}", 303)
    verifies, member_class, begins = registrar.follows(waiting, way)
    page = render_template(
        "members/verify.html", form=form, waiting=waiting, way=way, verifies=verifies, begins=begins,
        waits=member_class is not None and member_class.waiting_days > 0,
    )  # fmt: skip
    return page, status_of(form)


def _follows(waiting: registrar.Waiting | None) -> dict[str, str]:
    """What each of a steward's two steps would bring about now, in words."""
    if waiting is None or waiting.membership.state != "applied":
        return {}
    words = {True: _("With this they are verified."), False: _("What the charter asks besides is still needed.")}
    return {way: words[registrar.follows(waiting, way)[0]] for way in ("seen_in_person", verification.LOOKED)}


def _person_page(person_id: int) -> Page:
    person = service.person(person_id)
    newest = service.newest_membership(person_id)
    helping = registrar.need_of(person_id, by=current_actor())
    waiting = registrar.waiting(newest.id) if newest is not None else None
    return render_template(
        "members/person.html", person=person, waiting=waiting, follows=_follows(waiting),
        ways=verification.WAY_WORDS, basis=BASIS_SHORT, helping=helping,
        verified_by=verification.in_words(newest.verified_how if newest is not None else None),
        names=service.names([row.by_id for m in person.memberships for row in m.verifications if row.by_id]),
    )  # fmt: skip
