"""The rows of an itemised budget in the form of an application: a handful, and more when somebody asks for another.

Each row is three fields with names of their own (`line0_what`, `line0_amount`, `line0_for`). Asking for another row sends
the form, writes nothing and shows it again with what was typed and empty rows below: no script is needed for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from fund.forms import Form, MoneyField, PlainText, options
from fund.foundation import service as foundation
from fund.proposals import budget
from fund.proposals.budget import MOST_LINES, MOST_SIGNS, Line
from fund.proposals.models import BudgetLine
from fund.wording import spoken

AT_FIRST = 3
ANOTHER = "row"
"""What the button sends that asks for another row."""
_NAME = re.compile(r"line(\d{1,2})_(?:what|amount|for)\Z")


class BudgetRows(Form):
    """The part of a form that holds rows; `rows` says how many it has."""

    rows: int = 0

    def sent(self) -> bool:
        """Whether it was sent to be saved: who asks for another row only gets the page again."""
        if request.method == "POST" and request.form.get("go") == ANOTHER:
            self.refused_status = 200
            return False
        return super().sent()

    def validate(self, extra_validators: Any = None) -> bool:
        """Read every row; amounts that do not agree are told beside their fields, unless somebody goes on later."""
        right = super().validate(extra_validators)
        if not self._whole_rows():
            return False
        if not right or request.form.get("go") == "later":
            return right
        found = budget.problems(
            self.budget(), ask_minor=self["ask"].data, least_minor=self["least"].data,
            currency=foundation.fund().currency,
        )  # fmt: skip
        for name, sentence in found.items():
            self[name].errors = [*self[name].errors, spoken(sentence)]
        return not found

    def budget(self) -> list[Line]:
        """The rows in which something stands."""
        return [
            Line(self[f"line{i}_what"].data, self[f"line{i}_amount"].data, self[f"line{i}_for"].data == "stretch")
            for i in range(self.rows)
            if self[f"line{i}_what"].data or self[f"line{i}_amount"].data
        ]

    def rows_in_use(self) -> bool:
        """Whether the rows are to be seen at once: something stands in them, is wrong with them, or more were asked for."""
        asked = request.form.get("go") == ANOTHER
        own = [self[f"line{i}_{part}"] for i in range(self.rows) for part in ("what", "amount", "for")]
        return asked or bool(self.budget()) or any(one.errors for one in own)

    def _whole_rows(self) -> bool:
        """Whether no row says how much without what for, or the other way round."""
        whole = True
        for i in range(self.rows):
            what, amount = self[f"line{i}_what"], self[f"line{i}_amount"]
            for lacking, other, sentence in ((what, amount, budget.NO_WHAT), (amount, what, budget.NO_AMOUNT)):
                if other.data and not lacking.data and not lacking.errors:
                    lacking.errors, whole = [spoken(sentence)], False
        return whole


def fields(rows: int) -> dict[str, Any]:
    """Three fields for each row."""
    made: dict[str, Any] = {}
    for i in range(rows):
        made[f"line{i}_what"] = PlainText(_l("What for?"), most=MOST_SIGNS, required=False)
        made[f"line{i}_amount"] = MoneyField(_l("How much?"), required=False)
        made[f"line{i}_for"] = SelectField(
            _l("When do you need it?"), default="least", choices=options(budget.FOR_WORDS.items())
        )  # fmt: skip
    return made


def how_many(saved: int, sent: Iterable[str], *, another: bool) -> int:
    """How many rows a form has: those that were sent, else those that were saved and one more; and three at least."""
    numbers = [int(found[1]) for name in sent if (found := _NAME.match(name))]
    rows = max(numbers) + 1 if numbers else saved + 1 if saved else 0
    return min(MOST_LINES, max(AT_FIRST, rows + (AT_FIRST if another else 0)))


def said(lines: Sequence[BudgetLine]) -> dict[str, Any]:
    """What stands in the rows of a saved application."""
    values: dict[str, Any] = {}
    for i, one in enumerate(lines):
        values |= {
            f"line{i}_what": one.what, f"line{i}_amount": one.amount_minor,
            f"line{i}_for": "stretch" if one.stretch else "least",
        }  # fmt: skip
    return values
