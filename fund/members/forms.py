"""Forms of joining and signing in: what a person types, in plain text, and nothing else is taken from a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from fund.charter.model import Charter, MemberClass
from fund.forms import CodeField, Form, MoneyField, Paragraphs, PlainText, options
from fund.members.details import Details
from fund.members.inviting import ToInvite
from fund.members.joining import Application, Help
from fund.members.words import BASIS, LANGUAGE_NAMES, tier_choices
from fund.presentation import LANGUAGES

ADDRESS_LENGTH = 254
NEED_LENGTH = 1000
OWN_SUM = _l("Another amount: how much?")


class JoinForm(Form):
    """What a newcomer says. `fit` takes away what the class does not ask."""

    name = PlainText(
        _l("Your name"),
        most=120,
        description=_l("The name you want to be called by. It need not be the one on papers."),
        missing=_l("Please say by which name you want to be called."),
    )
    basis = RadioField(_l("What makes you a member?"), [InputRequired(_l("Choose what makes you a member."))])
    neighbourhood = SelectField(_l("Neighbourhood"))
    of_age = BooleanField()
    postal_code = PlainText(_l("Postal code of your address"), most=20, required=False)
    statement = BooleanField()
    email = PlainText(
        _l("E-mail"),
        most=ADDRESS_LENGTH,
        required=False,
        description=_l(
            "To sign in and to hear of votes. Several people may share one. Without it you get a code to write down on paper."
        ),
    )
    phone = PlainText(
        _l("Phone"), most=40, required=False, description=_l("Only stewards see it, and call when they must.")
    )
    language = SelectField(_l("Language of messages"))
    access_need = Paragraphs(
        _l("Is there anything that would help you take part?"),
        most=NEED_LENGTH,
        rows=2,
        required=False,
        description=_l(
            "Large print, a phone call, someone to read aloud. Only the steward who helps you will read it."
        ),
    )
    dues = RadioField(
        _l("Dues: choose what fits"), [InputRequired(_l("Choose what you give; nothing is a choice too."))]
    )
    dues_amount = MoneyField(OWN_SUM, required=False)

    def fit(self, charter: Charter, member_class: MemberClass) -> JoinForm:
        """Make the form that of one class, with the day for which age is attested in its words."""
        self.basis.choices = options((code, BASIS[code]) for code in member_class.basis)
        ways = {way for alternative in member_class.verification for way in alternative}
        tiers = tier_choices(member_class)
        languages = _languages(charter.fund.languages)
        self.neighbourhood.choices = _places(charter.fund.neighbourhoods)
        self.language.choices = languages
        self.dues.choices = options(tiers)
        self.of_age.validators = [
            InputRequired(_l("Please confirm that you are at least %(n)s.", n=member_class.min_age))
        ]
        self.statement.label.text = charter.verification.self_attested.statement
        unneeded = {
            "basis": len(member_class.basis) == 1, "neighbourhood": not charter.fund.neighbourhoods,
            "of_age": not member_class.min_age, "postal_code": "postal_code" not in ways,
            "statement": "self_attested" not in ways, "language": len(languages) < 2, "dues": not tiers,
            "dues_amount": not member_class.dues.pay_what_you_can,
        }  # fmt: skip
        for name, is_unneeded in unneeded.items():
            if is_unneeded:
                delattr(self, name)
        return self

    def application(self, member_class: MemberClass) -> Application:
        """What was typed, as the service takes it."""
        said = {name: self[name].data for name in Application.__dataclass_fields__ if name in self}
        said.setdefault("basis", member_class.basis[0])
        return Application(class_code=member_class.code, **said)


class HelpForm(JoinForm):
    """A newcomer's answers as a steward was told them."""

    told = RadioField(
        _l("How were you told this?"),
        [InputRequired(_l("Say how you were told."))],
        choices=options([("by phone", _l("By phone")), ("at a table", _l("At a table, face to face"))]),
    )
    seen = BooleanField(_l("I have met this person, and verify so that they are who they say"))
    consent = BooleanField(_l("They agreed that this is written down and kept by the fund"))

    def help(self) -> Help:
        """How the steward came to know this."""
        return Help(told=self.told.data, consent=self.consent.data, seen=self.seen.data)


class AddressForm(Form):
    """The address a sign-in code is sent to."""

    email = PlainText(_l("E-mail"), most=ADDRESS_LENGTH, missing=_l("Please type your e-mail address."))


class CodeForm(Form):
    """Six digits from a mail."""

    code = CodeField(_l("The six digits from the mail"), most=12, missing=_l("Please type the six digits."))
    keep = BooleanField(
        _l("Stay signed in on this device"), description=_l("Leave this off where others use the device too.")
    )


class PaperForm(Form):
    """A code written down or printed."""

    code = CodeField(_l("Your code on paper"), most=40, missing=_l("Please type the code."))


class LinkForm(Form):
    """The secret of a link, used up only when a person presses the button."""

    secret = PlainText(most=80)


class WhoForm(Form):
    """Who one is among those who share an address."""

    person = RadioField(_l("One of these"), [InputRequired(_l("Choose who you are."))], coerce=int)


class ButtonForm(Form):
    """A button alone."""


class ReasonForm(Form):
    """A written reason."""

    reason = Paragraphs(_l("Reason"), most=4000, missing=_l("Please write the reason."))


class NoteForm(Form):
    """A note that goes with a steward's step."""

    note = PlainText(
        _l("Note"),
        most=300,
        required=False,
        description=_l("Where you met, or what you looked at. Never a number of papers."),
    )


class AppealForm(Form):
    """Why a refusal is wrong."""

    text = Paragraphs(_l("Why the refusal is wrong"), most=4000, missing=_l("Say why the refusal is wrong."))


class AppealAnswerForm(Form):
    """How an appeal is decided."""

    decision = RadioField(
        _l("Decision"), [InputRequired(_l("Choose one."))],
        choices=options([
            ("grant", _l("The appeal is right: the refusal is taken back")), ("deny", _l("The refusal stands")),
        ]),
    )  # fmt: skip
    answer = Paragraphs(
        _l("Answer to the person"),
        most=4000,
        missing=_l("Write the answer: the person will read it."),
    )


class ObjectionForm(Form):
    """Why a suspension is wrong."""

    text = Paragraphs(_l("Why the suspension is wrong"), most=4000, missing=_l("Say why the suspension is wrong."))


class ObjectionAnswerForm(AppealAnswerForm):
    """How an objection to a suspension is answered."""

    decision = RadioField(
        _l("Decision"), [InputRequired(_l("Choose one."))],
        choices=options([
            ("grant", _l("The objection is right: the membership goes on")), ("deny", _l("The suspension stands")),
        ]),
    )  # fmt: skip


class LeaveForm(Form):
    """Leaving, with a reason if one likes."""

    reason = Paragraphs(_l("Would you like to say why?"), most=1000, rows=2, required=False)


class VouchCodeForm(Form):
    """The code a newcomer gave."""

    code = CodeField(_l("The newcomer's code"), most=24, missing=_l("Please type the code."))


class DuesForm(Form):
    """What one gives from now on."""

    dues = RadioField(
        _l("What you give from now on"), [InputRequired(_l("Choose what you give; nothing is a choice too."))]
    )
    dues_amount = MoneyField(OWN_SUM, required=False)

    def fit(self, member_class: MemberClass) -> DuesForm:
        """Offer the tiers of one class."""
        self.dues.choices = options(tier_choices(member_class))
        if not member_class.dues.pay_what_you_can:
            del self.dues_amount
        return self

    def own_minor(self) -> int | None:
        """The sum that was named, in minor units."""
        return self.dues_amount.data if "dues_amount" in self else None


class DetailsForm(Form):
    """One's own details."""

    display_name = PlainText(_l("Your name"), most=120, missing=_l("Please say by which name you want to be called."))
    email = PlainText(
        _l("E-mail"),
        most=ADDRESS_LENGTH,
        required=False,
        description=_l("A new address counts once you have typed the code that is sent there."),
    )
    phone = PlainText(_l("Phone"), most=40, required=False, description=_l("Only stewards see it."))
    language = SelectField(_l("Language of messages"))
    access_need = Paragraphs(
        _l("Is there anything that would help you take part?"),
        most=NEED_LENGTH,
        rows=2,
        required=False,
        description=_l("Only the steward who helps you reads it."),
    )
    postal_code = PlainText(
        _l("Postal code of your address"),
        most=20,
        required=False,
        description=_l("If it lies in the area, it counts towards verifying you. It is shown to stewards only."),
    )
    neighbourhood = SelectField(_l("Neighbourhood"))

    def fit(
        self, languages: list[str], *, neighbourhoods: Sequence[str] = (), asks_postal_code: bool = False
    ) -> DetailsForm:
        """Offer the fund's languages (with one alone there is nothing to choose), and to newcomers where they live."""
        self.neighbourhood.choices = _places(neighbourhoods)
        for name, is_asked in (("neighbourhood", neighbourhoods), ("postal_code", asks_postal_code)):
            if not is_asked:
                delattr(self, name)
        self.language.choices = _languages(languages)
        if len(self.language.choices) < 2:
            delattr(self, "language")
        return self

    def details(self, own: Details) -> Details:
        """What was typed, as the service takes it."""
        return replace(own, **{name: self[name].data for name in Details.__dataclass_fields__ if name in self})


class InviteForm(Form):
    """Whom to invite, in which words."""

    name = PlainText(_l("Whom do you invite?"), most=120, missing=_l("Say whom you invite."))
    email = PlainText(
        _l("Their e-mail"),
        most=ADDRESS_LENGTH,
        required=False,
        description=_l("Without it you get a link to hand over yourself."),
    )
    class_code = RadioField(_l("As"), [InputRequired(_l("Choose the kind of membership."))])
    language = SelectField(_l("Language of the invitation"))
    text = Paragraphs(
        _l("Your own words"), most=2000, required=False, description=_l("They stand at the top of the invitation.")
    )

    def fit(self, charter: Charter) -> InviteForm:
        """Offer the charter's kinds of membership and languages; with one language there is nothing to choose."""
        self.class_code.choices = options((one.code, one.name) for one in charter.classes)
        self.language.choices = _languages(charter.fund.languages)
        if len(self.language.choices) < 2:
            delattr(self, "language")
        return self

    def wanted(self) -> ToInvite:
        """What was typed, as the service takes it; without a choice, in the language the charter names first."""
        said = {name: self[name].data for name in ToInvite.__dataclass_fields__ if name in self}
        return ToInvite(**said)


class ImportForm(Form):
    """A list of members as CSV: a file the first time, its text when it was looked at and is to be taken over."""

    file = FileField(_l("CSV file"))
    text = HiddenField()
    take_over = HiddenField()

    def bytes_sent(self) -> bytes:
        """The file's bytes, or those of the text that was shown."""
        if self.take_over.data and self.text.data:
            return str(self.text.data).encode("utf-8", "replace")
        return self.file.data.read() if self.file.data else b""


def _languages(codes: Sequence[str]) -> list[SelectChoice]:
    return options((code, LANGUAGE_NAMES.get(code, code)) for code in codes if code in LANGUAGES)


def _places(neighbourhoods: Sequence[str]) -> list[SelectChoice]:
    return options([("", _l("Somewhere else, or I would rather not say")), *((name, name) for name in neighbourhoods)])
