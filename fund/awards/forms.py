"""Forms on the page of an award."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField

from fund.awards.evidence import Evidence
from fund.awards.payments import Bill
from fund.awards.reports import MOST_JOBS, Outcomes
from fund.forms import Form, MoneyField, Paragraphs, PlainText, Seen, WholeNumber
from fund.presentation import money
from fund.proposals.models import BudgetLine


class AcceptForm(Form):
    """A business accepts."""

    show_repayments = BooleanField(
        _l("Anyone may see exactly what we have paid back"),
        description=_l("Otherwise the public sees only about how much: less than a quarter, about half, all of it."),
    )


class DeclineForm(Form):
    """A business declines."""

    reason = PlainText(_l("Why? (anyone can read this)"), required=False, most=300)


class SignForm(Form):
    """A side signs."""

    typed_name = PlainText(_l("Your full name"), most=120, description=_l("Typing it is your signature."))
    seen = Seen()


class RequestForm(Form):
    """A business asks for an instalment; where the proposal has a budget, each of its lines is a field (`line7`)."""

    note = Paragraphs(
        _l("What do you show?"), required=False, most=2000, description=_l("A sentence or two is enough.")
    )
    file = FileField(_l("A photo or a PDF"), description=_l("Up to 8 MB. Seen by those who approve the payment."))
    receipt = PlainText(_l("Number of the invoice or receipt"), required=False, most=80)
    quote = MoneyField(_l("What was quoted for it?"), required=False)
    line_names: Mapping[str, int] = {}

    def bill(self) -> Bill:
        """What the instalment pays, as it was typed."""
        lines = {number: self[name].data for name, number in self.line_names.items() if self[name].data}
        return Bill(self.receipt.data, self.quote.data, lines)

    def evidence(self) -> Evidence | None:
        """The file that was sent, None when none was."""
        sent = self.file.data
        if sent is None or not getattr(sent, "filename", ""):
            return None
        return Evidence(sent.filename, sent.read())


def request_form(lines: Sequence[BudgetLine]) -> RequestForm:
    """The form for an instalment of an award whose proposal has these lines."""
    names = {f"line{one.id}": one.id for one in lines}
    fields: dict[str, Any] = {
        f"line{one.id}": MoneyField(
            one.what, required=False, description=_l("%(sum)s were planned for it.", sum=money(one.amount_minor))
        )
        for one in lines
    }
    made = type("LinesForm", (RequestForm,), {**fields, "line_names": names})
    form: RequestForm = made()
    return form


class ReportForm(Form):
    """What the money did, in any form."""

    text = Paragraphs(
        _l("What did the money do?"), required=False, most=5000, description=_l("A few sentences are enough.")
    )
    jobs_kept = WholeNumber(
        _l("Jobs kept with this money, so far"),
        required=False,
        most=MOST_JOBS,
        description=_l("If you know. As you see it: nobody checks."),
    )
    jobs_made = WholeNumber(_l("New jobs, so far"), required=False, most=MOST_JOBS)
    outcomes = Paragraphs(
        _l("What else came of it, one thing a line"), required=False, most=1000, rows=3,
        description=_l("For example: 40 meals a week for neighbours."),
    )  # fmt: skip
    file = FileField(_l("A photo"), description=_l("Up to 8 MB. Where it was taken is removed from it."))

    def stated(self) -> Outcomes:
        """What the business states came of the money."""
        return Outcomes(self.jobs_kept.data, self.jobs_made.data, self.outcomes.data)

    def photo(self) -> Evidence | None:
        """The photo that was sent, None when none was."""
        sent = self.file.data
        if sent is None or not getattr(sent, "filename", ""):
            return None
        return Evidence(sent.filename, sent.read())


class ReleaseForm(Form):
    """A business gives back what it does not need."""

    reason = PlainText(_l("Why?"), most=300, description=_l("Anyone can read this."))


class VoteForm(Form):
    """Which vote releases an instalment."""

    round_slug = PlainText(_l("Which vote?"), most=80, description=_l("The last part of its address, after /rounds/."))
