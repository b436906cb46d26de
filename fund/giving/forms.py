"""Forms about what was given."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired

from fund.forms import Form, MoneyField, Paragraphs, PlainText, options, parse_amount
from fund.foundation import service as foundation
from fund.giving import scale
from fund.giving.scale import Step, WrongLine
from fund.presentation import money


class RemindForm(Form):
    """Whether one is reminded of dues."""

    wanted = BooleanField(_l("Remind me of dues that have not come, once each time"))


class RefundForm(Form):
    """Something is given back."""

    amount = MoneyField(_l("How much is given back?"))
    payee = PlainText(
        _l("To whom?"), required=False, most=160, description=_l("Only where the giver is not a person of the fund.")
    )
    decision = SelectField(_l("On which decision?"), coerce=int)


OWN = "own"


class LandGiftForm(Form):
    """What somebody would like to give: a step of the scale, or any amount."""

    step = RadioField(_l("Which fits you?"), [InputRequired(_l("Choose a step, or an amount of your own."))])
    amount = MoneyField(_l("An amount of your own"), required=False)
    revenue = MoneyField(_l("What comes in within a year, roughly"), required=False,
                         description=_l("Only for a share of revenue. It is not kept."))  # fmt: skip

    def fit(self, steps: list[Step]) -> LandGiftForm:
        """Offer the steps of the scale."""
        self.steps = steps
        self.step.choices = options(
            [*((str(n), step_words(one)) for n, one in enumerate(steps)), (OWN, _l("An amount of my own"))]
        )
        if not steps:
            del self.step
        if not any(one.is_share for one in steps):
            del self.revenue
        return self

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        own = "step" not in self or self.step.data == OWN
        return {
            "step": None if own else self.steps[int(self.step.data)],
            "amount_minor": self.amount.data,
            "revenue_minor": self.revenue.data if "revenue" in self else None,
        }


def step_words(step: Step) -> str:
    """A step as one chooses it."""
    if not step.is_share:
        return str(_l("%(who)s: %(amount)s a year", who=step.words, amount=money(step.amount_minor)))
    percent = f"{step.revenue_bp // 100}.{step.revenue_bp % 100:02d}".rstrip("0").rstrip(".")
    if not step.amount_minor:
        return str(_l("%(who)s: %(percent)s %% of a year’s revenue", who=step.words, percent=percent))
    return str(
        _l(
            "%(who)s: %(percent)s %% of a year’s revenue, at least %(least)s", who=step.words, percent=percent,
            least=money(step.amount_minor),
        )
    )  # fmt: skip


class ScaleField(Paragraphs):
    """Steps of a scale, one a line; `data` is a list of them."""

    empty: ClassVar[Any] = ()

    def read(self, text: str) -> Any:
        """The steps. Raises ValueError with the line that is none."""
        currency = foundation.fund().currency
        try:
            return scale.read(super().read(text), lambda amount: parse_amount(amount, currency))
        except WrongLine as wrong:
            raise ValueError(
                _l("Line %(n)s is no step. Write it as: Renting a home with one bedroom = 60", n=wrong.line)
            ) from None


class ScaleForm(Form):
    """The scale that the receivers of the land gift set."""

    receivers = PlainText(_l("Who receives the gift, in their own words"), most=160)
    scale = ScaleField(
        _l("The scale, one step a line"), most=4000, rows=8,
        description=_l(
            "For example: Renting a home with one bedroom = 60. Or a share: A business = 0.25 % of revenue, at least 150."
        ),
    )  # fmt: skip
    words = Paragraphs(_l("What they want to say to givers"), most=2000, required=False)
    decision = SelectField(_l("On which decision of theirs?"), coerce=int)
