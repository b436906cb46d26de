"""Forms on the page of an award."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField

from fund.awards.evidence import Evidence
from fund.forms import Form, Paragraphs, PlainText, Seen


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
