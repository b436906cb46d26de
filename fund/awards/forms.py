"""Forms on the page of an award and of a payment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField

from fund.awards.evidence import Evidence
from fund.forms import Form, LocalDate, Paragraphs, PlainText, RequestId, Seen


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
    """A business asks for an instalment."""

    note = Paragraphs(
        _l("What do you show?"), required=False, most=2000, description=_l("A sentence or two is enough.")
    )
    file = FileField(_l("A photo or a PDF"), description=_l("Up to 8 MB. Seen by those who approve the payment."))

    def evidence(self) -> Evidence | None:
        """The file that was sent, None when none was."""
        sent = self.file.data
        if sent is None or not getattr(sent, "filename", ""):
            return None
        return Evidence(sent.filename, sent.read())


class ApproveForm(Form):
    """A person approves a payment as it was read."""

    seen = Seen()


class EndForm(Form):
    """A payment is refused or withdrawn, or came back."""

    reason = PlainText(_l("Why?"), most=300, description=_l("The business reads this."))
    request_id = RequestId()


class PaidForm(Form):
    """A payment was made at the bank."""

    paid_on = LocalDate(_l("Paid on"))
    bank_reference = PlainText(_l("Reference of the bank"), required=False, most=140)
    request_id = RequestId()
