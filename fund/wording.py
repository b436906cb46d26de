"""Sentences made by the pure rooms (charter, counting), worded in the language of the page.

Those rooms return a text with holes and what fills them; here the text is translated and money is written by locale.
"""

from __future__ import annotations

from babel.lists import format_list
from flask import Flask
from flask_babel import get_locale, get_translations
from flask_babel.speaklater import LazyString
from markupsafe import escape

from fund import charter
from fund.presentation import money


def words(message: charter.Message | str) -> str:
    """One sentence of the charter in the language of the page."""
    if isinstance(message, str):
        return message
    catalogue = get_translations()
    return charter.render(message, gettext=catalogue.ugettext, ngettext=catalogue.ungettext, money=money, join=_listed)


def spoken(message: object) -> str:
    """Any sentence that a refusal carries, in the language of the page."""
    return words(message) if isinstance(message, charter.Message) else str(message)


def register(app: Flask) -> None:
    """Give templates the filter `words`, and have sentences escaped that are worded late."""
    app.jinja_env.filters["words"] = words
    LazyString.__html__ = _escaped  # type: ignore[method-assign]


def _escaped(sentence: LazyString) -> str:
    """A late sentence as markup. The library takes every one for markup already, also the names that people typed in it."""
    return escape(str(sentence))


def _listed(parts: list[str], style: str) -> str:
    return format_list(parts, style="or" if style == "or" else "standard", locale=get_locale() or "en")
