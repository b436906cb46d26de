"""Forms of the treasury: what was given, what was paid, what was a mistake."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from fund.forms import Form, LocalDate, MoneyField, PlainText, RequestId, Seen, WholeNumber

GIVEN = [
    ("gift", _l("A gift of money")),
    ("dues", _l("Dues")),
    ("land_tax", _l("A voluntary land gift")),
    ("hours", _l("Hours of work")),
    ("goods", _l("Goods")),
]


class ContributionForm(Form):
    """Something that was given and has arrived."""

    kind = RadioField(_l("What was given?"), choices=[SelectChoice(*one) for one in GIVEN], default="gift")
    amount = MoneyField(
        _l("Amount"), required=False, description=_l("Leave it empty for hours and goods."), least_minor=0
    )
    hours = WholeNumber(
        _l("Hours"), required=False, most=10_000, description=_l("Counted and thanked for, never priced.")
    )
    given_on = LocalDate(_l("Day on which it arrived"))
    giver = PlainText(
        _l("Who gave it?"), required=False, most=254,
        description=_l("A member's name or e-mail address. Only the giver and the treasurer see it; leave it empty otherwise."),
    )  # fmt: skip
    note = PlainText(_l("Note"), required=False, most=300, description=_l("Only the treasurer sees it."))
    purpose = PlainText(
        _l("Given for one purpose?"), required=False, most=80,
        description=_l("Its money is kept for it, in an account with this name that anyone can read. Empty: for all."),
    )  # fmt: skip
    through_sponsor = BooleanField(_l("It comes from the fiscal sponsor, who received it for the fund"))
    pledged = BooleanField(_l("It is promised, and has not come yet"))
    request_id = RequestId()


class ReceiveForm(Form):
    """What was pledged has come."""

    amount = MoneyField(_l("Amount that came"), required=False, least_minor=0)
    hours = WholeNumber(_l("Hours that were given"), required=False, most=10_000)
    given_on = LocalDate(_l("Day on which it came"))
    rest_comes = BooleanField(_l("The rest comes later"))
    request_id = RequestId()


class ReasonForm(Form):
    """Why something is taken back."""

    reason = PlainText(_l("Why?"), most=300, description=_l("Anyone can read this in the journal: name no person."))
    request_id = RequestId()


class YearForm(Form):
    """A year of the books that may be closed."""

    last_day = LocalDate(
        _l("Last day of the year"), description=_l("The last day of a month; it is closed with all before it.")
    )


class CloseForm(Form):
    """The trial balance that the second person has before their eyes."""

    seen = Seen()


class ButtonForm(Form):
    """A button alone."""


class TakeoverForm(Form):
    """The books of an older fund: a file the first time, its text when it was looked at and is to be brought in."""

    what = RadioField(
        _l("What does the file hold?"),
        choices=[
            SelectChoice("opening", _l("The position of one day: balances, notes, loans, members’ accounts")),
            SelectChoice("journal", _l("An old journal: every entry with its lines")),
        ],
        default="opening",
    )
    on = LocalDate(_l("Day of the position"), required=False, description=_l("The last day of the old books."))
    file = FileField(_l("CSV file"))
    text = HiddenField()
    take_over = HiddenField()

    def bytes_sent(self) -> bytes:
        """The file's bytes, or those of the text that was shown."""
        if self.take_over.data and self.text.data:
            return str(self.text.data).encode("utf-8", "replace")
        return self.file.data.read() if self.file.data else b""
