"""Forms of surpluses: a period, hours, a file of hours, the surplus itself."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField

from fund.forms import Form, LocalDate, MoneyField, PlainText, RequestId, TypedField, options
from fund.surplus.hours import parse_hours

HOW = [
    ("consent", _l("By consent")),
    ("council", _l("By a council or an assembly")),
    ("standing_rule", _l("By the charter alone, as a standing rule")),
]


class HoursField(TypedField):
    """Hours with at most two decimals; `data` is in hundredths."""

    def read(self, text: str) -> int:
        """Hundredths of an hour. Raises ValueError with a sentence."""
        return parse_hours(text)

    def shown(self, value: Any) -> str:
        """The hours as they are typed."""
        whole, part = divmod(int(value), 100)
        return f"{whole}.{part:02d}".rstrip("0").rstrip(".")


class PeriodForm(Form):
    """A period whose surplus is shared."""

    name = PlainText(_l("Name"), most=60, description=_l("For example 2026."))
    starts_on = LocalDate(_l("First day"))
    ends_on = LocalDate(_l("Last day"))


class HoursForm(Form):
    """What one member worked."""

    member = PlainText(_l("Member"), most=254, description=_l("Name or e-mail address of a member with a vote."))
    hours = HoursField(_l("Hours"), description=_l("0 takes the line away."))


class OthersForm(Form):
    """What all others worked, as one sum."""

    others = HoursField(
        _l("Hours of all who are not members with a vote"),
        description=_l("Their share of the surplus goes to the indivisible reserve."),
    )


class FileForm(Form):
    """Hours as CSV: a file the first time, its text when it was looked at and is to be taken over."""

    file = FileField(_l("CSV file"))
    text = HiddenField()
    take_over = HiddenField()

    def bytes_sent(self) -> bytes:
        """The file's bytes, or those of the text that was shown."""
        if self.take_over.data and self.text.data:
            return str(self.text.data).encode("utf-8", "replace")
        return self.file.data.read() if self.file.data else b""


class ShareForm(Form):
    """The surplus, and how it was decided to share it."""

    surplus = MoneyField(_l("Surplus of the period"))
    how = RadioField(_l("How was it decided to share it?"), choices=options(HOW), default="consent")
    decided_on = LocalDate(_l("Decided on"))


class PotForm(Form):
    """Money of the solidarity pot for a round."""

    amount = MoneyField(_l("Amount"))
    request_id = RequestId()
