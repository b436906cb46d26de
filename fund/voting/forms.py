"""Ballots as they come in from a page, and the small forms around them.

A ballot's fields are named `mark-<id>`, `choose`, `rank-<id>`, `points-<id>` and `votes-<id>`. What was typed is kept word
for word, so that a refused ballot is shown again as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.validators import InputRequired

from fund.errors import FundError, Invalid
from fund.forms import Form, Paragraphs, PlainText
from fund.voting.beside import REASON_LIMIT

_WHOLE = re.compile(r"-?[0-9]{1,6}\Z")
_RANK = re.compile(r"[1-9][0-9]{0,3}\Z")
TYPED_LIMIT = 40
_PREFIXES = ("mark", "rank", "points", "votes")


@dataclass
class TypedBallot:
    """What was typed (`values`), what it means (`choices`, None if it cannot be read), and what is wrong (`errors`)."""

    values: dict[str, Any]
    choices: dict[str, Any] | None = None
    errors: dict[str, Any] = field(default_factory=dict)

    def refuse(self, error: FundError) -> None:
        """Put a service's refusal beside its fields; what belongs to no field stands above the ballot."""
        known = {name: text for name, text in error.fields.items() if name in self.values or name == "choose"}
        named = {name: text for name, text in error.fields.items() if name.partition("-")[0] in _PREFIXES}
        self.errors = {**known, **named} or {"": error.message}


def read_ballot(sent: MultiDict[str, str], form: Mapping[str, Any], ids: Sequence[str]) -> TypedBallot:
    """Read a ballot of a form from what a page sent. Wrong figures become errors beside their fields."""
    return _READERS[form["form"]](sent, form, ids)


def hidden_fields(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The typed fields again, as pairs for hidden inputs."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        pairs += [(name, one) for one in value] if isinstance(value, list) else [(name, value)] if value else []
    return pairs


def _kept(sent: MultiDict[str, str], prefix: str, ids: Sequence[str]) -> dict[str, Any]:
    return {f"{prefix}-{id_}": sent.get(f"{prefix}-{id_}", "").strip()[:TYPED_LIMIT] for id_ in ids}


def _marks(sent: MultiDict[str, str], _form: Mapping[str, Any], ids: Sequence[str]) -> TypedBallot:
    values = _kept(sent, "mark", ids)
    return TypedBallot(values, {"marks": {id_: values[f"mark-{id_}"] for id_ in ids}})


def _approve(sent: MultiDict[str, str], _form: Mapping[str, Any], _ids: Sequence[str]) -> TypedBallot:
    chosen = sent.getlist("choose")[:1000]
    return TypedBallot({"choose": chosen}, {"approve": chosen})


def _ranking(sent: MultiDict[str, str], _form: Mapping[str, Any], ids: Sequence[str]) -> TypedBallot:
    typed = TypedBallot(_kept(sent, "rank", ids))
    given = {id_: typed.values[f"rank-{id_}"] for id_ in ids if typed.values[f"rank-{id_}"]}
    wrong = {
        f"rank-{id_}": _l("Write a rank as a number, such as 2.")
        for id_, text in given.items()
        if not _RANK.match(text)
    }
    if wrong:
        typed.errors = wrong
        return typed
    ranks = {id_: int(text) for id_, text in given.items()}
    twice = {id_ for id_, rank in ranks.items() if list(ranks.values()).count(rank) > 1}
    if twice:
        typed.errors = {
            f"rank-{id_}": _l("Rank %(rank)s stands at more than one proposal.", rank=ranks[id_]) for id_ in twice
        }
        return typed
    typed.choices = {"ranking": [[id_] for id_ in sorted(ranks, key=lambda id_: ranks[id_])]}
    return typed


def _votes(sent: MultiDict[str, str], _form: Mapping[str, Any], ids: Sequence[str]) -> TypedBallot:
    return _numbers(sent, "votes", ids, _l("Write a whole number of votes, such as 3."))


def _points(sent: MultiDict[str, str], _form: Mapping[str, Any], ids: Sequence[str]) -> TypedBallot:
    return _numbers(sent, "points", ids, _l("Write a whole number of points, such as 3."))


def _numbers(sent: MultiDict[str, str], kind: str, ids: Sequence[str], otherwise: Any) -> TypedBallot:
    """Whole numbers beside the lines; an empty field is 0."""
    typed = TypedBallot(_kept(sent, kind, ids))
    given = {id_: typed.values[f"{kind}-{id_}"] or "0" for id_ in ids}
    wrong = {f"{kind}-{id_}": otherwise for id_, text in given.items() if not _WHOLE.match(text)}
    if wrong:
        typed.errors = wrong
        return typed
    typed.choices = {kind: {id_: int(text) for id_, text in given.items() if int(text)}}
    return typed


def _nothing(_sent: MultiDict[str, str], _form: Mapping[str, Any], _ids: Sequence[str]) -> TypedBallot:
    return TypedBallot({}, None, {"": _l("Nobody votes in this round: a public draw decides.")})


_READERS = {
    "approve_deny": _marks, "approval": _approve, "knapsack": _approve, "ranked": _ranking, "points": _points,
    "quadratic": _votes, "none": _nothing,
}  # fmt: skip


class ReasonForm(Form):
    """A reason beside the vote."""

    option = SelectField(_l("About"), validators=[InputRequired(_l("Choose what this is about."))])
    text = Paragraphs(
        _l("Why did you vote this way?"),
        most=REASON_LIMIT,
        rows=3,
        description=_l("Shown after voting ends, without your name. Leave out what would give you away."),
    )


class LinesForm(Form):
    """The lines of a list that members vote on."""

    lines = Paragraphs(
        _l("Lines, one on each row"),
        required=False,
        rows=10,
        description=_l("Each line gets its own answer. Leave this empty to vote on the question itself, as one."),
    )


class WalkUpForm(Form):
    """Somebody to be added to a walk-up roll."""

    search = PlainText(
        _l("Name"), required=False, most=120, description=_l("Type a part of the name, then choose the person below.")
    )


def pledges_sent(sent: MultiDict[str, str], ids: Sequence[str], kinds: Sequence[str]) -> dict[str, list[str]]:
    """Pledges as they were ticked: option id to pledges. Raises Invalid for a number that was not on the page."""
    found: dict[str, list[str]] = {}
    for id_ in ids:
        numbers = sent.getlist(f"pledge-{id_}")
        if any(not number.isascii() or not number.isdigit() or int(number[:4]) >= len(kinds) for number in numbers):
            raise Invalid(_l("Please open this page again."))
        found[id_] = [kinds[int(number[:4])] for number in numbers]
    return found
