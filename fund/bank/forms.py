"""Forms of the bank: choosing a file, saying how it is read, saying what a line is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from fund.bank.csv_statement import COLUMNS, DATE_FORMS, ENCODINGS, ColumnMap
from fund.bank.files import Told
from fund.forms import Form, LocalDate, MoneyField, PlainText, RequestId, options, parse_amount
from fund.foundation import service as foundation
from fund.payments.forms import EXPENSES

COLUMN_WORDS = {
    "date": _l("Day"), "amount": _l("Amount, with a sign"), "came": _l("Amount that came"), "went": _l("Amount that went"),
    "reference": _l("What for"), "counterparty": _l("From or to whom"), "number": _l("The bank’s own number"),
    "balance": _l("Balance after each line"), "currency": _l("Currency"),
}  # fmt: skip
DELIMITER_WORDS = {
    "comma": _l("Comma ,"), "semicolon": _l("Semicolon ;"), "tab": _l("Tab"), "bar": _l("Bar |"),
}  # fmt: skip


class BalanceField(MoneyField):
    """A balance, which may be nothing or below nothing."""

    def read(self, text: str) -> int:
        """Minor units, with a sign."""
        below = text.startswith(("-", "−"))
        value = parse_amount(text[1:] if below else text, foundation.fund().currency)
        return -value if below else value

    def shown(self, value: Any) -> str:
        """The balance in whole units."""
        return f"-{super().shown(-value)}" if value < 0 else super().shown(value)


class AccountForm(Form):
    """Another bank account."""

    name = PlainText(
        _l("How do you call this account?"),
        most=80,
        description=_l("Anyone reads it: the bank’s name is enough, no number."),
    )


class UploadForm(Form):
    """A statement's file."""

    account = SelectField(_l("Account"), coerce=int)
    file = FileField(
        _l("The bank’s file"),
        description=_l("CSV, OFX (also called QFX, Money, Quicken) or camt.053. It is looked at first."),
    )

    def sent_file(self) -> tuple[str, bytes]:
        """Name and bytes of what was chosen; nothing when nothing was."""
        sent = self.file.data
        return (sent.filename or "", sent.read()) if sent is not None and hasattr(sent, "filename") else ("", b"")


class ToldForm(Form):
    """What a person says about a file."""

    opening = BalanceField(_l("On the account before the first line"), required=False)
    closing = BalanceField(_l("On the account after the last line"), required=False)
    from_on = LocalDate(_l("First day of the statement"), required=False)
    to_on = LocalDate(_l("Last day of the statement"), required=False)

    def told(self) -> Told:
        """What was said."""
        return Told(
            opening_minor=self.opening.data, closing_minor=self.closing.data, from_on=self.from_on.data, to_on=self.to_on.data
        )  # fmt: skip


class CsvForm(ToldForm):
    """How a CSV file is read, beside that."""

    use = SelectField(
        _l("Read it like"), description=_l("Choosing one and pressing the button fills in the fields below.")
    )
    delimiter = SelectField(_l("Between the columns stands"), choices=options(DELIMITER_WORDS.items()))
    encoding = SelectField(_l("Encoding"), choices=options((one, one) for one in ENCODINGS))
    date_form = SelectField(_l("Days are written"), choices=options((one, one) for one in DATE_FORMS))
    decimal = SelectField(_l("Amounts are written"), choices=options([(".", "1,234.50"), (",", "1.234,50")]))
    date = SelectField(COLUMN_WORDS["date"])
    amount = SelectField(COLUMN_WORDS["amount"])
    came = SelectField(COLUMN_WORDS["came"])
    went = SelectField(COLUMN_WORDS["went"])
    reference = SelectField(COLUMN_WORDS["reference"])
    counterparty = SelectField(COLUMN_WORDS["counterparty"])
    number = SelectField(COLUMN_WORDS["number"])
    balance = SelectField(COLUMN_WORDS["balance"])
    currency = SelectField(COLUMN_WORDS["currency"])
    profile = PlainText(
        _l("Keep this way of reading under a name"), required=False, most=80,
        description=_l("Next time the file of this bank is read without asking."),
    )  # fmt: skip

    def fit(self, headings: Sequence[str], mapping: ColumnMap, profiles: Sequence[tuple[str, str]]) -> CsvForm:
        """Offer the headings of the file and the kept profiles."""
        every = list(dict.fromkeys([*headings, *(value for name in COLUMNS if (value := getattr(mapping, name)))]))
        for name in COLUMNS:
            self[name].choices = options([("", _l("(none)")), *((one, one) for one in every)])
        self.use.choices = options([("", _l("as chosen below")), *profiles])
        return self

    def told(self) -> Told:
        """What was said, with how the file is read."""
        said = super().told()
        values = {name: self[name].data for name in (*COLUMNS, "delimiter", "encoding", "date_form", "decimal")}
        return Told(
            ColumnMap.of(values), said.opening_minor, said.closing_minor, said.from_on, said.to_on, self.profile.data
        )  # fmt: skip


class ChosenForm(Form):
    """Entries that a line is."""

    entries = SelectMultipleField(
        _l("Which entries is it?"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class GivenForm(Form):
    """A line is something that was given."""

    kind = RadioField(
        _l("What was given?"),
        choices=options(
            [("gift", _l("A gift of money")), ("dues", _l("Dues")), ("land_tax", _l("A voluntary land gift"))]
        ),
        default="gift",
    )
    giver = PlainText(
        _l("Who gave it?"), required=False, most=254,
        description=_l("A member's name or e-mail address. Only the giver and the treasurer see it; leave it empty otherwise."),
    )  # fmt: skip
    note = PlainText(_l("Note"), required=False, most=300, description=_l("Only the treasurer sees it."))
    request_id = RequestId()


class CostForm(Form):
    """A line is a cost."""

    kind = RadioField(_l("What is it?"), choices=options(EXPENSES), default="fee")
    payee = PlainText(_l("Who was paid?"), most=160, description=_l("Only those who handle payments see it."))
    purpose = PlainText(
        _l("What for?"), most=300, description=_l("Anyone can read this in the journal: name no person.")
    )
    decision = SelectField(_l("On which decision?"), coerce=int)


class RepaidForm(Form):
    """A line is money that a business paid back."""

    award = SelectField(_l("Which business paid back?"), coerce=int)
    kind = RadioField(
        _l("What for?"),
        choices=options([("due", _l("For what is due")), ("ahead", _l("Ahead of what is due"))]),
        default="due",
    )
    request_id = RequestId()


class LeaveOutForm(Form):
    """A line has no place in the books."""

    reason = PlainText(
        _l("Why has this line no place in the books?"), most=300,
        description=_l("For example: the bank booked it on the wrong account and took it back. Another person has to agree."),
    )  # fmt: skip
