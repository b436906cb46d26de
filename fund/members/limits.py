"""How often one address and one place may try: counted in the database, so that every worker counts the same.

Codes are bound to the browser that asked for them and die after five wrong tries; these limits bound how many codes can
be asked for at all (TRUST 5, row 20). A link or a code on paper cannot be guessed and is limited by place alone, so
nobody can lock a person out of those by asking for codes in their name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import request, session

from fund.extensions import limiter

PER_PLACE = "20 per minute"
PER_ADDRESS = "5 per minute; 20 per hour; 60 per day"


def by_place(view: Callable[..., Any]) -> Callable[..., Any]:
    """At most 20 posts a minute from one place, to this page."""
    return limiter.limit(PER_PLACE, methods=["POST"])(view)  # type: ignore[no-any-return]


def guesses_by_place(view: Callable[..., Any]) -> Callable[..., Any]:
    """At most 20 posts a minute from one place over all pages where a code or a link is tried, counted together."""
    return limiter.shared_limit(PER_PLACE, scope="guesses", methods=["POST"])(view)  # type: ignore[no-any-return]


def by_typed_address(view: Callable[..., Any]) -> Callable[..., Any]:
    """At most 5 posts a minute for the address that is typed into the form."""
    return limiter.limit(PER_ADDRESS, methods=["POST"], key_func=_typed, exempt_when=_no_address)(view)  # type: ignore[no-any-return]


def by_newcomers_address(view: Callable[..., Any]) -> Callable[..., Any]:
    """At most 5 joinings a minute with one address; a form that comes back with mistakes does not count."""
    limit = limiter.limit(
        PER_ADDRESS,
        methods=["POST"],
        key_func=_typed,
        exempt_when=_no_address,
        deduct_when=lambda answer: answer.status_code == 303,
    )
    return limit(view)  # type: ignore[no-any-return]


def by_asked_address(view: Callable[..., Any]) -> Callable[..., Any]:
    """At most 5 posts a minute for the address this browser asked a code for."""
    return limiter.limit(PER_ADDRESS, methods=["POST"], key_func=_asked)(view)  # type: ignore[no-any-return]


def _typed() -> str:
    return _key(request.form.get("email", ""))


def _no_address() -> bool:
    return not request.form.get("email", "").strip()


def _asked() -> str:
    return _key(str(session.get("code_for", "")))


def _key(address: str) -> str:
    """No address stands in the table of limits, only its hash."""
    return "address-" + hashlib.sha256(address.strip().lower().encode("utf-8", "replace")).hexdigest()[:32]
