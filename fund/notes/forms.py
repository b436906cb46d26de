"""Forms about notes and losses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from fund.forms import Form, LocalDate, MoneyField, Paragraphs, PlainText, RequestId, WholeNumber

FOUND = (("issued", _l("It was issued, and its money came in that day")),
         ("pledged", _l("It is promised; its money has not come")),
         ("brought", _l("Its money stands in the opening balance already")))  # fmt: skip


class HolderForm(Form):
    """Who holds a note."""

    member = PlainText(
        _l("A person of the fund"), required=False, most=254, description=_l("Their name or e-mail address here.")
    )
    name = PlainText(_l("Or somebody else’s name"), required=False, most=160)
    contact = PlainText(_l("How to reach them"), required=False, most=254)


class NoteForm(HolderForm):
    """A note that exists."""

    class_code = SelectField(_l("Class"))
    amount = MoneyField(_l("Sum of the note"))
    issued_on = LocalDate(_l("Issued on"))
    matures_on = LocalDate(
        _l("Matures on"), required=False, description=_l("Empty: after the time that the charter gives its class.")
    )
    rate = WholeNumber(
        _l("Interest a year, in hundredths of a percent"), required=False, most=2000,
        description=_l("300 is 3 %. Empty: the rate of its class."),
    )  # fmt: skip
    found = RadioField(_l("Its money"), choices=[SelectChoice(*one) for one in FOUND], default="issued")
    request_id = RequestId()


class DayForm(Form):
    """A day on which something happened."""

    on = LocalDate(_l("On which day?"))
    request_id = RequestId()


class HandOnForm(HolderForm):
    """Another holder."""

    why = PlainText(
        _l("Why?"), most=300, description=_l("A transfer, an inheritance. Seen by the holder and the treasurer.")
    )
    estate = BooleanField(_l("It goes to the estate of somebody who has died"))
    on = LocalDate(_l("On which day?"))


class DecidedForm(Form):
    """Something that rests on a decision. Its field has a name of its own, since it stands beside other forms."""

    decided = SelectField(_l("On which decision?"), coerce=int)
    said = PlainText(_l("Note"), required=False, most=300)
    request_id = RequestId()


class PayoutForm(Form):
    """A payment to a holder."""

    part = RadioField(
        _l("What is paid?"),
        choices=[SelectChoice("principal", _l("The sum, or a part of it")), SelectChoice("interest", _l("Interest"))],
        default="principal",
    )
    amount = MoneyField(_l("Amount"), required=False, description=_l("Empty: all that is owed."))
    decision = SelectField(_l("On which decision?"), coerce=int)


class ScheduleForm(Form):
    """The decision that notes are paid by their terms."""

    title = PlainText(_l("In a few words"), most=200)
    text = Paragraphs(_l("As it was decided"), required=False, description=_l("Anyone can read this: name no holder."))
    limit = MoneyField(
        _l("At most"), required=False, description=_l("What may be paid under it in all. Empty: no limit.")
    )


class GiveBackForm(Form):
    """What was recovered is given back."""

    carried = SelectField(_l("On which decision?"), coerce=int)
    request_id = RequestId()


class WhyForm(Form):
    """Why something ends or is corrected."""

    reason = PlainText(_l("Why?"), most=300, description=_l("Anyone can read this in the journal: name no person."))
    request_id = RequestId()


class LossForm(Form):
    """Money that is lost."""

    amount = MoneyField(_l("How much is lost?"))
    memo = PlainText(
        _l("What happened?"), most=300, description=_l("Anyone can read this in the journal: name no person.")
    )
    decision = SelectField(_l("On which decision?"), coerce=int)
    request_id = RequestId()


class Nothing(Form):
    """Only a button."""
