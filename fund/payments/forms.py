"""Forms on the pages of payments, pay lists and payees."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from fund.forms import Form, LocalDate, MoneyField, PlainText, RequestId, Seen

EXPENSES = [("cost", _l("A cost, for example an invoice")), ("fee", _l("A fee of a bank or an authority"))]
WAYS = [
    ("printed", _l("On paper: I make the payments at the bank by hand")),
    ("bank_file", _l("As a file that the bank reads")),
    ("sponsor", _l("Our fiscal sponsor pays")),
]


class ApproveForm(Form):
    """A person approves a payment as it was read, with the warnings that stood there."""

    seen = Seen()
    shown = HiddenField()
    read = BooleanField(_l("I have read this and looked at it twice"))

    def warnings_read(self) -> frozenset[str]:
        """The warnings that stood on the page, if the person says that they were read."""
        return frozenset((self.shown.data or "").split(",")) if self.read.data else frozenset()

    def show(self, tokens: Iterable[str]) -> None:
        """Put in what stands on the page now; whether it was read is asked anew."""
        self.shown.data, self.read.data = ",".join(tokens), False


class EndForm(Form):
    """A payment is refused or withdrawn, or came back."""

    reason = PlainText(_l("Why?"), most=300, description=_l("The business reads this."))
    request_id = RequestId()


class PaidForm(Form):
    """A payment was made at the bank."""

    paid_on = LocalDate(_l("Paid on"))
    bank_reference = PlainText(_l("Reference of the bank"), required=False, most=140)
    request_id = RequestId()


class ExpenseForm(Form):
    """The fund has to pay something itself."""

    kind = RadioField(_l("What is it?"), choices=[SelectChoice(*one) for one in EXPENSES], default="cost")
    payee = PlainText(_l("Who is paid?"), most=160, description=_l("Only those who handle payments see it."))
    amount = MoneyField(_l("Amount"))
    purpose = PlainText(
        _l("What for?"), most=300, description=_l("Anyone can read this in the journal: name no person.")
    )
    receipt = PlainText(_l("Number of the invoice or receipt"), required=False, most=80)
    quote = MoneyField(_l("What was quoted for it?"), required=False)
    decision = SelectField(_l("On which decision?"), coerce=int)


class ListForm(Form):
    """Approved payments go to the bank together; which ones is sent as `payment`."""

    way = RadioField(_l("How are they paid?"), choices=[SelectChoice(*one) for one in WAYS], default="printed")


class FileForm(Form):
    """A file for the bank: from which account of the fund, on which day."""

    account = PlainText(
        _l("The fund's own account"), most=40, description=_l("An IBAN or an account number. It is not kept here.")
    )
    routing = PlainText(_l("Routing number"), required=False, most=12, description=_l("For accounts in the USA."))
    day = LocalDate(_l("To be paid on"))
    form = RadioField(
        _l("Which file does your bank take?"),
        choices=[SelectChoice("pain.001", _l("ISO 20022 (pain.001)")), SelectChoice("csv", _l("CSV"))],
        default="pain.001",
    )


class AccountForm(Form):
    """By which account somebody is paid."""

    account = PlainText(_l("Account"), most=40, description=_l("An IBAN, or an account number."))
    routing = PlainText(_l("Routing number"), required=False, most=12, description=_l("For accounts in the USA."))
    holder = PlainText(_l("In whose name?"), required=False, most=140)
    contact = PlainText(
        _l("Whom do we tell?"), required=False, most=254,
        description=_l("An e-mail address that is told of this account, and of every later change."),
    )  # fmt: skip


class TieForm(Form):
    """A steward or treasurer says that a payee is close."""

    relation = PlainText(_l("How are you close?"), most=300, description=_l("For example: my sister; my employer."))
    household = BooleanField(_l("We live in one household"))


class ReviewForm(Form):
    """A second look at a small payment."""

    note = PlainText(_l("What did you see?"), most=300, description=_l("For example: invoice and amount agree."))


class LotForm(Form):
    """A lot that names who stands in."""

    source = PlainText(_l("Which public draw?"), most=120, description=_l("For example: the state lottery of Friday."))
    text = PlainText(_l("What was drawn?"), most=120, description=_l("The figures as they were published."))


class NamedForm(Form):
    """A decision that names who stands in."""

    decision = SelectField(_l("Which decision names somebody?"), coerce=int)
    email = PlainText(_l("E-mail address of this person"), most=254)
