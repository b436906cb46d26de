"""From a row of the outbox to a letter: in the person's language, as plain text and as simple HTML that says the same.

A kind's text is `templates/messages/<kind>.txt`: first the line "Subject: ...", an empty line, then paragraphs. It may
use the row's facts (times and days as such), `name`, `fund_name`, `base_url`. Facts that let somebody in are called
`code` or begin with `secret_`; they are wiped from the row once the letter is out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale
from jinja2 import TemplateNotFound
from markupsafe import Markup, escape

from fund.foundation import service as foundation

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
SUBJECT = "Subject:"
LONGEST_SUBJECT = 180
WIPED = "wiped"


class NoWords(Exception):
    """There is no text for this kind of message, or it cannot be made."""


@dataclass(frozen=True)
class Letter:
    """What one person gets."""

    subject: str
    text: str
    html: str
    language: str


def word(kind: str, facts: Mapping[str, Any], *, name: str, language: str) -> Letter:
    """Word one message. Raises NoWords when the kind has no text."""
    base_url = current_app.config["FUND"].base_url
    fund_name = foundation.fund().name
    with force_locale(language):
        whole = _render(kind, {**_typed(facts), "name": name, "fund_name": fund_name, "base_url": base_url})
        head, _sep, body = whole.strip().partition("\n")
        if not head.startswith(SUBJECT) or not body.strip():
            raise NoWords(f"the text of {kind} does not begin with a subject")
        subject = " ".join(head.removeprefix(SUBJECT).split())[:LONGEST_SUBJECT]
        text = re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n"
        html = current_app.jinja_env.get_template("messages/_letter.html").render(
            subject=subject, paragraphs=_paragraphs(text), fund_name=fund_name, base_url=base_url, language=language
        )
    return Letter(subject, text, html, language)


def without_secrets(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without what would let somebody in, marked as such if there was any."""
    kept = {name: value for name, value in facts.items() if name != "code" and not name.startswith("secret")}
    return kept if len(kept) == len(facts) else {**kept, WIPED: True}


def _render(kind: str, context: dict[str, Any]) -> str:
    if not re.fullmatch(r"[a-z0-9_]+", kind):
        raise NoWords(f"not a kind of message: {kind!r}")
    try:
        return current_app.jinja_env.get_template(f"messages/{kind}.txt").render(context)
    except TemplateNotFound:
        raise NoWords(f"there is no text for {kind}") from None
    except Exception as error:  # whatever a text stumbles over must not keep the other messages back
        raise NoWords(f"the text of {kind} cannot be made: {type(error).__name__}") from None


def _typed(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _as_time(value) if isinstance(value, str) else value for name, value in facts.items()}


def _as_time(text: str) -> Any:
    """A fact that is a moment or a day, so that a text can write it in the fund's zone."""
    try:
        if _MOMENT.match(text):
            return dt.datetime.fromisoformat(text)
        return dt.date.fromisoformat(text) if _DAY.match(text) else text
    except ValueError:
        return text


def _paragraphs(text: str) -> list[Markup]:
    return [Markup("<br>").join(_linked(line) for line in part.splitlines()) for part in text.strip().split("\n\n")]


def _linked(line: str) -> Markup:
    """A line with its addresses made links; everything else is escaped."""
    parts, end = [], 0
    for match in _LINK.finditer(line):
        parts += [escape(line[end : match.start()]), Markup('<a href="{0}">{0}</a>').format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(line[end:])])
