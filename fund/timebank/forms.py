"""Forms of the time bank: one's own record, and one that a steward types for others."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from fund.forms import Form, LocalDate, PlainText, RequestId, TypedField, options

KINDS = [("hours", _l("Hours of help")), ("goods", _l("Goods"))]
WAYS = [("gave", _l("I gave")), ("received", _l("I received"))]


class TimeField(TypedField):
    """Hours in quarters, such as 1.5 or 0.25; `data` is in minutes."""

    def read(self, text: str) -> int:
        """Minutes. Raises ValueError with a sentence."""
        whole, _dot, part = text.strip().partition(".")
        quarters = {"": 0, "0": 0, "00": 0, "25": 15, "5": 30, "50": 30, "75": 45}
        if not whole.isascii() or not whole.isdigit() or len(whole) > 5 or part not in quarters:
            raise ValueError(_l("Hours are counted in quarters, such as 2, 1.5 or 0.25."))
        return int(whole) * 60 + quarters[part]

    def shown(self, value: Any) -> str:
        """The hours as they are typed."""
        hours, minutes = divmod(int(value), 60)
        return str(hours) if not minutes else f"{hours}.{ {15: '25', 30: '5', 45: '75'}[minutes] }"


class RecordForm(Form):
    """What I gave or received."""

    way = RadioField(_l("Which way?"), choices=options(WAYS), default="gave")
    kind = RadioField(_l("What was it?"), choices=options(KINDS), default="hours")
    hours = TimeField(_l("Hours"), required=False, description=_l("In quarters, such as 1.5. Empty for goods."))
    other = PlainText(
        _l("With whom?"), required=False, most=254,
        description=_l("A member's name or e-mail address. Empty: the fund as a whole."),
    )  # fmt: skip
    what = PlainText(_l("What was it?"), most=200, description=_l("Only the two of you and stewards can read this."))
    given_on = LocalDate(_l("On which day?"))
    request_id = RequestId()


class ForOthersForm(Form):
    """What others gave and received, as they told it."""

    giver = PlainText(_l("Who gave?"), required=False, most=254, description=_l("Empty: the fund as a whole."))
    other = PlainText(_l("Who received?"), required=False, most=254, description=_l("Empty: the fund as a whole."))
    kind = RadioField(_l("What was it?"), choices=options(KINDS), default="hours")
    hours = TimeField(_l("Hours"), required=False, description=_l("In quarters, such as 1.5. Empty for goods."))
    what = PlainText(_l("What was it?"), most=200)
    given_on = LocalDate(_l("On which day?"))
    request_id = RequestId()
