"""The little that every view needs: the actor, an attempt that puts a refusal beside its field, a safe way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from fund.errors import Forbidden, FundError, NotFound, SignInNeeded
from fund.identity import current_actor
from fund.wording import spoken

__all__ = ["attachment", "attempt", "current_actor", "done", "safe_next", "say", "status_of", "whole"]


def attempt(form: FlaskForm, verb: Callable[[], Any]) -> Any:
    """Do one service call for a valid form. A refusal is shown beside its field, what was typed stays, None comes back.

    A refusal that is about the person or the object, not about what was typed, goes on to its own page.
    """
    try:
        return verb()
    except (Forbidden, NotFound, SignInNeeded):
        raise
    except FundError as error:
        form.refused_status = error.status
        placed = False
        for name, message in error.fields.items():
            if name in form:
                form[name].errors = [*form[name].errors, spoken(message)]
                placed = True
        if not placed:
            form.form_errors = [*form.form_errors, spoken(error.message)]
        return None


def done(form: Any, verb: Callable[[], Any], said: str, to: str | Callable[[Any], str]) -> Response | None:
    """Do one service call for a form that was sent and is right, say so, and go on to `to`; None: show the form (again).

    `to` is an address, or makes one of what the call gave back. A refusal stands in the form afterwards, as `attempt` puts
    it there. A view then reads: `return done(form, ..., ..., ...) or (render_template(...), status_of(form))`.
    """
    given = attempt(form, verb) if form.sent() else None
    if given is None:
        return None
    say(said)
    return redirect(to(given) if callable(to) else to, 303)


def status_of(form: FlaskForm) -> int:
    """HTTP status for showing a form again: 200 when it is fresh, 422 or the refusal's own when it was sent."""
    return getattr(form, "refused_status", 422) if request.method == "POST" else 200


def safe_next(default: str) -> str:
    """Where to go after signing in: a path on this site, or the default."""
    target = request.values.get("next", "")
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if inside and not parts.scheme and not parts.netloc and target.isprintable() else default


def whole(text: str | None, *, default: int, least: int = 1, most: int = 10_000) -> int:
    """A whole number from a query string, kept within bounds; anything else is the default."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return max(least, min(most, int(text)))


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """A file to be kept, never shown in the page's place; that nothing is guessed about it is said for every answer."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=media_type, headers=headers)


def say(message: str) -> None:
    """Tell the person at the top of the next page what was done."""
    flash(message, "done")
