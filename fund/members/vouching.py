"""The code a newcomer gives to members who know them: it names the membership and cannot be made up.

Newcomers are listed to nobody but stewards; a member can vouch only for somebody who gave them their code.
"""

from __future__ import annotations

import hmac

from flask import current_app
from flask_babel import lazy_gettext as _l

from fund import db
from fund.errors import NotFound
from fund.members.credentials import ALPHABET, PEPPER
from fund.members.models import Membership

CHECK_SIGNS = 8


def code_of(membership_id: int) -> str:
    """The code for one membership: its number, then signs that only this fund can make."""
    pepper = current_app.extensions["secrets"].get_or_make(PEPPER)
    digest = hmac.digest(pepper, f"commonpool/v1/vouch\x00{membership_id}".encode(), "sha256")
    return f"{membership_id}X" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CHECK_SIGNS])


def newcomer(code: str) -> Membership:
    """The membership that a code names. Raises NotFound."""
    number, _sign, _check = code.strip().upper().partition("X")
    known = number.isascii() and number.isdigit() and len(number) < 12
    if not known or not hmac.compare_digest(code_of(int(number)).encode(), code.strip().upper().encode()):
        raise NotFound(_l("Nobody has this code. Please ask the newcomer again."))
    membership = db.session.get(Membership, int(number))
    if membership is None:
        raise NotFound(_l("Nobody has this code. Please ask the newcomer again."))
    return membership
