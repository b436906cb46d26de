"""A sentence with holes: the one form in which this package speaks to people.

The package is pure and knows no language but its own English, so it returns `Message(msgid, params)`: the English text
with `%(name)s` holes, and what goes into them. The web application translates the msgid and formats the params by
locale; the command line fills in plain English. A param may itself be a Message, or a tuple of Messages, which are
translated first; an `Either` is such a tuple of which one is enough. A param whose name ends in `_minor` is money in
minor units and is shown with its currency.

`N_` and `ngettext` mark a text for the translators' catalogue; their names are those which Babel looks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fund.charter.currency import in_words


@dataclass(frozen=True)
class Message:
    """An English text with holes, its plural if it has one, and what fills the holes."""

    msgid: str
    params: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    n: int | None = None

    def __str__(self) -> str:
        return render(self)


class Either(tuple["Message", ...]):
    """Messages of which one is enough: joined by "or", where a plain tuple is joined by "and"."""

    __slots__ = ()


def N_(msgid: str, **params: object) -> Message:  # noqa: N802  # the name Babel looks for
    """A message of one form."""
    return Message(msgid, params)


def ngettext(singular: str, plural: str, n: int, **params: object) -> Message:
    """A message whose wording depends on a count; the count is the param `n`."""
    return Message(singular, {"n": n, **params}, plural, n)


def _english_list(parts: list[str], style: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'or' if style == 'or' else 'and'} {parts[-1]}"


def _english_plural(singular: str, plural: str, n: int) -> str:
    return singular if n == 1 else plural


def render(
    message: Message,
    *,
    gettext: Callable[[str], str] = str,
    ngettext: Callable[[str, str, int], str] = _english_plural,
    money: Callable[[int, str], str] = in_words,
    join: Callable[[list[str], str], str] = _english_list,
) -> str:
    """Fill the holes of a message; without arguments in plain English.

    `gettext` and `ngettext` look a text up and return it with its holes unfilled; `money` takes minor units and a
    currency code; `join` makes one text of several in a style of Babel's `format_list`, "standard" or "or".
    """

    def shown(name: str, value: object) -> object:
        if isinstance(value, Message):
            return render(value, gettext=gettext, ngettext=ngettext, money=money, join=join)
        if isinstance(value, tuple):
            return join([str(shown("", part)) for part in value], "or" if isinstance(value, Either) else "standard")
        if name.endswith("_minor") and isinstance(value, int):
            return money(value, str(message.params.get("currency", "")))
        return value

    if message.plural is not None and message.n is not None:
        text = ngettext(message.msgid, message.plural, message.n)
    else:
        text = gettext(message.msgid)
    if not message.params:
        return text.replace("%%", "%")
    return text % {name: shown(name, value) for name, value in message.params.items()}
