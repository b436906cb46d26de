"""Pages of the bank: from a statement's file to a month that is reconciled. The pages of one line stand in `line_views`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from fund.bank import files, reading, service
from fund.bank.csv_statement import ColumnMap
from fund.bank.files import Look, Told
from fund.bank.forms import AccountForm, CsvForm, ToldForm, UploadForm
from fund.bank.models import Statement
from fund.bank.statement import MOST_LINES
from fund.bank.words import FORMATS, REASONS
from fund.errors import Invalid
from fund.forms import Form, options
from fund.foundation import service as foundation
from fund.ledger import views as money_pages
from fund.permissions import act, may
from fund.presentation import date
from fund.web import attempt, current_actor, done, say, status_of
from fund.web import whole as whole_number

blueprint = Blueprint("bank", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/treasury/bank")
@act("bank.read")
def overview() -> str:
    """What to do now: a file to take in, lines that wait with what they probably are, the difference, the months."""
    return _overview(Form())


@blueprint.post("/treasury/bank/accept")
@act("bank.match")
def accept() -> Page:
    """Accept one proposal, or all sure ones that stand on the page."""
    form = Form()
    pairs = _pairs(request.form.getlist("pair"))
    number = attempt(form, lambda: service.accept(pairs, by=current_actor())) if form.sent() else None
    if number is None:
        return _overview(form), status_of(form)
    say(ngettext("%(num)s line is settled.", "%(num)s lines are settled.", number))
    return redirect("/treasury/bank", 303)


@blueprint.get("/treasury/bank/statements")
@act("bank.read")
def statements() -> str:
    """Statements that were taken in, what is missing between them, lines that were left out."""
    return render_template(
        "bank/statements.html", taken=reading.taken(), gaps=reading.gaps(), left_out=reading.left_out(), formats=FORMATS
    )


@blueprint.route("/treasury/bank/accounts/new", methods=["GET", "POST"])
@act("bank.take_in")
def new_account() -> Page:
    """Add another bank account."""
    form = AccountForm()
    return done(
        form,
        lambda: service.add_account(form.name.data, by=current_actor()),
        _("The account is added."),
        "/treasury/bank",
    ) or (render_template("bank/account.html", form=form), status_of(form))


@blueprint.route("/treasury/bank/statements/new", methods=["GET", "POST"])
@act("bank.take_in")
def upload() -> Page:
    """Choose the bank's file."""
    form = UploadForm()
    form.account.choices = options(
        [(one.id, one.name) for one in reading.accounts()] or [(0, _("The fund’s bank account"))]
    )
    name, data = form.sent_file()
    found = (
        attempt(form, lambda: files.begin(form.account.data, name, data, by=current_actor())) if form.sent() else None
    )
    if isinstance(found, Statement):
        say(_("This file was taken in before, on %(day)s. Nothing is changed.", day=date(found.taken_at)))
        return redirect("/treasury/bank/statements", 303)
    if found is not None:
        return redirect(f"/treasury/bank/files/{found.id}", 303)
    return render_template("bank/upload.html", form=form, begun=files.begun()), status_of(form)


@blueprint.route("/treasury/bank/files/<int:file_id>", methods=["GET", "POST"])
@act("bank.take_in")
def file(file_id: int) -> Page:
    """Look at a file before it is taken in; say how it is read and what it does not say."""
    seen = files.look(file_id)
    form = _form_of(seen)
    if form.sent() and attempt(form, lambda: files.tell(file_id, _told(form), by=current_actor())) is not None:
        return redirect(f"/treasury/bank/files/{file_id}", 303)
    return _file_page(seen, form)


@blueprint.post("/treasury/bank/files/<int:file_id>/take")
@act("bank.take_in")
def take(file_id: int) -> Page:
    """Take a file in."""
    form = Form()
    keep = {whole_number(one, default=-1, least=0, most=MOST_LINES) for one in request.form.getlist("keep")}
    taken = attempt(form, lambda: files.take(file_id, keep=keep, by=current_actor())) if form.sent() else None
    if taken is None:
        seen = files.look(file_id)
        page, _status = _file_page(seen, _form_of(seen, fresh=True), refused=form, keep=keep)
        return page, status_of(form)
    say(_("The statement to %(day)s is taken in.", day=date(taken.to_on)))
    return redirect("/treasury/bank", 303)


@blueprint.post("/treasury/bank/files/<int:file_id>/put-away")
@act("bank.take_in")
def put_away(file_id: int) -> Page:
    """Let go of a file."""
    if Form().sent():
        files.put_away(file_id, by=current_actor())
        say(_("The file is put away. Nothing was taken in."))
    return redirect("/treasury/bank", 303)


def on_the_money_page() -> dict[str, Any]:
    """What `/money` tells anyone: cash per bank account beside the books."""
    return {"template": "bank/_on_money.html", "bank": reading.standing()}


money_pages.PARTS.append(on_the_money_page)


def _overview(form: Form) -> str:
    rows = reading.waiting()
    return render_template(
        "bank/overview.html", form=form, rows=rows, sure=[one for one in rows if one.proposal and one.proposal.sure],
        bank=reading.standing(), months=reading.months(), not_there=reading.not_at_bank(), gaps=reading.gaps(),
        before=reading.before_the_first(), begun=files.begun(), reasons=REASONS, now=_step(rows),
        may_act=may(current_actor(), "bank.match"), mine=_mine(rows),
    )  # fmt: skip


def _mine(rows: list[reading.Row]) -> reading.Row | None:
    """The oldest line that waits for the reader, and not only for another person's word."""
    me = current_actor().person_id
    return next(
        (
            one
            for one in rows
            if (one.ignoring is None or one.ignoring.proposed_by != me) and (one.asked is None or one.proposal)
        ),
        None,
    )


def _step(rows: list[reading.Row]) -> str:
    """What this page asks for now."""
    if rows:
        return "lines"
    found = reading.standing()
    if found is None:
        return "first"
    ended = foundation.today().replace(day=1) - dt.timedelta(days=1)
    return "file" if found.day < ended else "done"


def _pairs(texts: list[str]) -> list[tuple[int, str]]:
    """Pairs of line and key, as the page wrote them. Raises Invalid when somebody changed them."""
    pairs = []
    for text in texts:
        number, colon, key = text.partition(":")
        if not colon or not number.isdecimal() or not number.isascii() or len(number) > 9 or len(key) > 60:
            raise Invalid(_("Please open this page again."))
        pairs.append((int(number), key))
    return pairs


def _form_of(seen: Look, *, fresh: bool = False) -> ToldForm:
    """The form of a file with what was said so far."""
    told = seen.told
    first = {"opening": told.opening_minor, "closing": told.closing_minor, "from_on": told.from_on, "to_on": told.to_on}
    more = {"formdata": None} if fresh else {}
    if seen.kind != "csv":
        return ToldForm(**first, **more)
    mapping = told.mapping or ColumnMap()
    kept = [(str(one.id), one.name) for one in files.profiles()]
    form = CsvForm(**first, **mapping.kept(), profile=told.profile, **more)
    return form.fit(seen.headings, mapping, kept)


def _told(form: ToldForm) -> Told:
    """What the form says; a profile that was chosen stands in the place of the fields below it."""
    told = form.told()
    chosen = form.use.data if isinstance(form, CsvForm) else ""
    found = next((one for one in files.profiles() if str(one.id) == chosen), None)
    return told if found is None else dataclasses.replace(told, mapping=ColumnMap.of(found.mapping), profile=found.name)


def _file_page(seen: Look, form: ToldForm, refused: Form | None = None, keep: Collection[int] = ()) -> tuple[str, int]:
    page = render_template(
        "bank/file.html", seen=seen, form=form, refused=refused, formats=FORMATS, currency=foundation.fund().currency,
        keep=keep, gifts=sorted(seen.gifts),
    )  # fmt: skip
    return page, status_of(form)


from fund.bank import line_views  # noqa: E402, F401  (registers its pages on the blueprint above)
