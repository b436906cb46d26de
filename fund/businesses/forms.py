"""Forms of the directory: what is typed, and nothing else, reaches the services."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from fund.businesses.models import Business
from fund.businesses.nominations import Named
from fund.businesses.service import MOST_TAGS, Described, neighbourhoods
from fund.businesses.words import NOMINATION_WORDS, OWNERSHIP_WORDS
from fund.forms import CodeField, Form, LocalDate, Paragraphs, PlainText, options

_CHOOSE = InputRequired(_l("Please choose one of these."))


class NameForm(Form):
    """A resident names a business."""

    name = PlainText(_l("Name of the business or project"), most=120)
    neighbourhood = SelectField(_l("Neighbourhood"))
    why = Paragraphs(
        _l("Why should the fund know it?"), most=1500, rows=4,
        description=_l("Anyone can read this on its page, without your name."),
    )  # fmt: skip
    how_to_reach = Paragraphs(
        _l("How can a steward reach it?"), most=500, rows=2,
        description=_l("A telephone number, an address, who to ask for. Only stewards read this."),
    )  # fmt: skip

    def fit(self) -> NameForm:
        """Offer the neighbourhoods of the charter."""
        self.neighbourhood.choices = neighbourhood_choices()
        return self

    def named(self) -> Named:
        """What was typed, for the service."""
        return Named(
            name=self.name.data, why=self.why.data, how_to_reach=self.how_to_reach.data,
            neighbourhood=self.neighbourhood.data or None,
        )  # fmt: skip


class DescribeForm(Form):
    """What a business says about itself."""

    name = PlainText(_l("Name"), most=120)
    neighbourhood = SelectField(_l("Neighbourhood"))
    ownership = SelectField(_l("Who owns it?"), choices=options(OWNERSHIP_WORDS.items()))
    about = Paragraphs(_l("About it"), most=4000, rows=5, required=False, description=_l("What it makes or does."))
    tags = PlainText(
        _l("Words that describe you"), most=400, required=False,
        description=_l("Separated by commas, for example: family-run, Spanish spoken. Nobody sees them unless you say so."),
    )  # fmt: skip
    tags_public = BooleanField(_l("Anyone may see these words on our page"))
    founded_on = LocalDate(_l("Founded on"), required=False)
    contact_name = PlainText(_l("Whom to ask for"), most=120, required=False)
    contact_email = PlainText(_l("E-mail"), most=254, required=False)
    contact_phone = PlainText(_l("Telephone"), most=40, required=False)

    def fit(self) -> DescribeForm:
        """Offer the neighbourhoods of the charter."""
        self.neighbourhood.choices = neighbourhood_choices()
        return self

    def described(self) -> Described:
        """What was typed, for the service."""
        words = [word.strip()[:40] for word in self.tags.data.split(",") if word.strip()]
        return Described(
            name=self.name.data, neighbourhood=self.neighbourhood.data or None, ownership=self.ownership.data,
            about=self.about.data, contact_name=self.contact_name.data or None,
            contact_email=self.contact_email.data or None, contact_phone=self.contact_phone.data or None,
            founded_on=self.founded_on.data, tags=dict.fromkeys(words[: MOST_TAGS + 1], bool(self.tags_public.data)),
        )  # fmt: skip


class CodeForm(Form):
    """A code that lets the signed-in person act for a business."""

    code = CodeField(_l("Your code"), description=_l("Sixteen letters and figures; hyphens do not matter."))


class ContactForm(Form):
    """How reaching out went."""

    state = RadioField(
        _l("How did it go?"), [_CHOOSE],
        choices=options((code, NOMINATION_WORDS[code]) for code in ("contacted", "declined", "unreachable")),
    )  # fmt: skip
    note = Paragraphs(_l("Note for the next steward"), most=1000, rows=2, required=False)


class CertifyForm(Form):
    """Until when a business meets the standards, and on what ground."""

    until = LocalDate(_l("Certified until"))
    reason = Paragraphs(
        _l("What it rests on"),
        most=1000,
        rows=3,
        description=_l("Anyone can read this, for example: visited on 3 May by two."),
    )


class LetInForm(Form):
    """Whether the next person joins or replaces whoever makes the code."""

    way = RadioField(
        _l("For whom is the code?"), [_CHOOSE],
        choices=options(
            [("beside", _l("Somebody who acts for it beside me")), ("instead", _l("Somebody who takes over from me"))]
        ),
    )  # fmt: skip


def described_form(business: Business) -> DescribeForm:
    """The form with what the page says now."""
    return DescribeForm(
        obj=business, tags=", ".join(row.tag for row in business.tags),
        tags_public=any(row.public for row in business.tags),
    ).fit()  # fmt: skip


def neighbourhood_choices() -> list[SelectChoice]:
    """The neighbourhoods to choose from, none first."""
    return options([("", _l("Somewhere else, or not known")), *((name, name) for name in neighbourhoods())])
