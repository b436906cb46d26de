"""Eight questions that write a charter, for a person who has never seen TOML.

`questions()` says what to ask, `write(answers)` gives a commented file that loads and can be adopted as it stands.
Everything not asked takes a careful default that the file names, so that it can be changed before adoption. A fund of
fewer than 20 voters gets open votes, and the file says why (TRUST 3.3).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from marshmallow import ValidationError

from fund.charter import ways, wizard_text
from fund.charter.fields import Choice, Currency, Money, Setting, Text, Timezone, Whole, reading_money
from fund.charter.messages import N_, Message
from fund.charter.model import SECRET_NEEDS_ELECTORS
from fund.currency import exponent, minor_per_unit
from fund.errors import Invalid


class Answer(NamedTuple):
    """One of a question's answers: its value, and how it is shown."""

    value: str
    title: Message
    help: Message


@dataclass(frozen=True)
class Question:
    """One question. `kind` is text, number, amount or choice; a choice has `choices`, and some behind "advanced"."""

    id: str
    kind: str
    text: Message
    help: Message
    default: str
    choices: tuple[Answer, ...] = ()
    advanced: tuple[Answer, ...] = ()


def _answers(found: tuple[ways.Way, ...]) -> tuple[Answer, ...]:
    return tuple(Answer(one.code, one.title, one.sentences[0]) for one in found)


_VOTES = _answers(ways.PLAIN)
_MORE_VOTES = _answers(ways.ADVANCED)
_GIVING = (
    Answer("grants", N_("Grants"), N_("Money is given and not paid back.")),
    Answer("loans", N_("Loans without interest"), N_("Money comes back and can be lent again.")),
    Answer("both", N_("Both"), N_("Each proposal says which it asks for.")),
)
_QUESTIONS = (
    Question(
        "name",
        "text",
        N_("What is your fund called?"),
        N_("People will see this name on every page."),
        "Our Commons Fund",
    ),
    Question("area", "text", N_("Where are its members?"), N_("A street, a town, a valley, in a sentence."), ""),
    Question(
        "currency",
        "text",
        N_("In which currency?"),
        N_("Its code of three letters, such as USD. It cannot change later."),
        "USD",
    ),
    Question(
        "timezone", "text", N_("In which time zone?"), N_("Such as America/New_York. All times are shown in it."), "UTC"
    ),
    Question(
        "people",
        "number",
        N_("About how many people will be able to vote?"),
        N_("With fewer than 20 votes are open, because few votes cannot be hidden."),
        "25",
    ),
    Question(
        "vote",
        "choice",
        N_("How shall people vote about money?"),
        N_("You can change this for later rounds."),
        "pick",
        _VOTES,
        _MORE_VOTES,
    ),
    Question(
        "budget", "amount", N_("How much money does one round decide?"), N_("0 if each round says so itself."), "0"
    ),
    Question(
        "giving", "choice", N_("How is the money given?"), N_("More kinds can be added later."), "grants", _GIVING
    ),
)


def questions() -> tuple[Question, ...]:
    """What to ask, in this order; every question has a default, so none must be answered."""
    return _QUESTIONS


def write(answers: Mapping[str, str]) -> str:
    """A charter from the answers, as TOML with comments; what is missing takes its default.

    Raises Invalid with a sentence for each answer that cannot be used, under its question's id.
    """
    given = {one.id: str(answers.get(one.id, "")).strip() or one.default for one in _QUESTIONS}
    known = _read(given)
    small = known["people"] < SECRET_NEEDS_ELECTORS
    parts = [
        wizard_text.HEAD.format(
            name=_quoted(known["name"]),
            area=_quoted(known["area"]),
            currency=known["currency"],
            timezone=known["timezone"],
        ),
        wizard_text.ROUND.format(
            budget=_budget_line(known["budget"], known["currency"]),
            days=7 if small else 14,
            assurance=wizard_text.OPEN_VOTES if small else wizard_text.HIDDEN_VOTES,
            publication="full" if small or known["vote"] in ("yes_no", "pick") else "aggregate",
            quorum=wizard_text.NO_QUORUM if known["vote"] == "lot" else wizard_text.QUORUM,
            ballot=wizard_text.BALLOTS[known["vote"]],
        ),
        wizard_text.RESOLUTION.format(days=7 if small else 14, assurance="open" if small else "secret"),
        wizard_text.STEWARDS.format(count=2 if known["people"] < 12 else 3 if small else 5),
        wizard_text.GRANT if known["giving"] != "loans" else "",
        wizard_text.LOAN if known["giving"] != "grants" else "",
        wizard_text.END,
    ]
    return "\n".join(part for part in parts if part)


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Setting] = {
        "name": Text(120, default=None),
        "area": Text(300, default=None),
        "currency": Currency(default=None),
        "timezone": Timezone(default=None),
        "people": Whole(2, 1_000_000, default=None),
        "vote": Choice(*(one.value for one in (*_VOTES, *_MORE_VOTES)), default=None),
        "budget": Money(default=None),
        "giving": Choice(*(one.value for one in _GIVING), default=None),
    }
    known: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    currency = given["currency"] if Currency.form.fullmatch(given["currency"]) else "USD"
    with reading_money(currency):
        for name, field in fields.items():
            try:
                known[name] = field.read(_value(name, given[name]))
            except ValidationError:
                wrong[name] = N_("Please give %(allowed)s.", allowed=field.allowed())
    if wrong:
        said = tuple(
            N_("%(question)s %(please)s", question=one.text, please=wrong[one.id])
            for one in _QUESTIONS
            if one.id in wrong
        )
        raise Invalid(N_("Some answers cannot be used. %(said)s", said=said), fields=wrong)
    return known


def _value(name: str, text: str) -> object:
    """Digits become numbers where a number is asked for; text that no file can hold is refused by its field."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return None
    if name == "people":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if name == "budget":
        try:
            return Decimal(text) if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 20 else None
        except InvalidOperation:
            return None
    return text


def _budget_line(budget_minor: int, currency: str) -> str:
    whole, part = divmod(budget_minor, minor_per_unit(currency))
    decimals = f".{part:0{exponent(currency)}d}" if part else ""
    return f"budget = {whole}{decimals}" if budget_minor else "# budget = 1000"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
