"""Forms of repayments: a period's figure, what came, an arrangement."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from fund.forms import Form, LocalDate, MoneyField, Paragraphs, PlainText, RequestId, WholeNumber, options
from fund.repayments.arrangements import NewArrangement
from fund.repayments.schedule import Terms
from fund.repayments.words import ARRANGEMENT_WORDS, CAME_FOR

_MINUS = re.compile(r"\A\s*[-−]\s*")


class SurplusField(MoneyField):
    """An amount that may be below nothing: a surplus, or a loss with a minus before it."""

    def read(self, text: str) -> int:
        """The amount in minor units, with its sign."""
        amount_minor = super().read(_MINUS.sub("", text))
        return -amount_minor if _MINUS.match(text) else amount_minor

    def shown(self, value: Any) -> str:
        """The amount with its sign."""
        return f"-{super().shown(-value)}" if value < 0 else super().shown(value)


class SurplusForm(Form):
    """A period's surplus."""

    amount = SurplusField(
        _l("What was left over"), least_minor=0,
        description=_l("Sales less costs and wages. Nothing left over: 0. A loss: a minus before it, such as -800."),
    )  # fmt: skip
    period = WholeNumber(_l("Period"), most=10_000)


class SalesForm(Form):
    """A period's sales."""

    amount = MoneyField(_l("Sales"), least_minor=0, description=_l("Everything sold in this time. Nothing sold: 0."))
    period = WholeNumber(_l("Period"), most=10_000)


class AnswerForm(Form):
    """A figure is returned."""

    answer = PlainText(_l("What should be looked at again?"), most=300, description=_l("The business reads this."))


class ReceiveForm(Form):
    """Money came."""

    amount = MoneyField(_l("Amount that came"))
    paid_on = LocalDate(_l("Day on which it came"))
    kind = RadioField(_l("What is it for?"), default="due")
    request_id = RequestId()

    def fit(self, terms: Terms) -> ReceiveForm:
        """Offer what money may be for under these terms."""
        wanted = ["due", "redemption" if terms.kind == "nonvoting_share" else "ahead"]
        wanted += ["aporte", "recovery"] if terms.aporte else ["recovery"]
        self.kind.choices = options((kind, CAME_FOR[kind]) for kind in wanted)
        return self


class TakeBackForm(Form):
    """A repayment was recorded by mistake."""

    reason = PlainText(_l("Why?"), most=300)
    request_id = RequestId()


class WithdrawForm(Form):
    """A proposed arrangement is withdrawn."""

    reason = PlainText(_l("Why?"), most=300)


class ArrangeForm(Form):
    """What is changed of what is owed, as it was decided."""

    kind = RadioField(_l("What was decided?"), choices=options(ARRANGEMENT_WORDS.items()), default="deferral")
    months = WholeNumber(
        _l("Months"), required=False, least=1, most=360,
        description=_l("Of a holiday: for how many months nothing is due. Of a new plan: how many instalments it has."),
    )  # fmt: skip
    until = LocalDate(
        _l("Day"), required=False, description=_l("Put off: until when. A new plan: the day of its first instalment.")
    )
    amount = MoneyField(_l("Amount"), required=False, description=_l("Of what is forgiven, or written off."))
    rate = WholeNumber(
        _l("Interest of a new plan"), required=False, most=2000,
        description=_l("In hundredths of a percent a year: 400 is 4 %. Never more in all than the agreement allows."),
    )  # fmt: skip
    public_line = PlainText(
        _l("In a sentence, for everybody"), most=300,
        description=_l("Anyone can read this: what was decided, without the reason."),
    )  # fmt: skip
    private_reason = Paragraphs(
        _l("The reason"), required=False, most=2000, description=_l("Only those who keep the money read it.")
    )
    decided_how = RadioField(
        _l("How was it decided?"), default="consent",
        choices=options([("consent", _l("By consent")), ("council", _l("By a council")),
                         ("standing_rule", _l("By a standing rule"))]),
    )  # fmt: skip

    def new(self) -> NewArrangement:
        """What was typed."""
        return NewArrangement(
            kind=self.kind.data, public_line=self.public_line.data, private_reason=self.private_reason.data,
            decided_how=self.decided_how.data, months=self.months.data, until=self.until.data,
            amount_minor=self.amount.data, rate_bp=self.rate.data or 0,
        )  # fmt: skip
