"""The code a newcomer gives to members who know them: it names the membership and cannot be made up; and what else
a newcomer can do to be verified.

Newcomers are listed to nobody but stewards; a member can vouch only for somebody who gave them their code.
"""

from __future__ import annotations

import hmac

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from fund import db
from fund.charter.model import Charter
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members.credentials import ALPHABET, PEPPER
from fund.members.models import Membership
from fund.members.verification import Standing
from fund.permissions import Actor, may

CHECK_SIGNS = 8


def code_of(membership_id: int) -> str:
    """The code for one membership: its number, then signs that only this fund can make."""
    pepper = current_app.extensions["secrets"].get_or_make(PEPPER)
    digest = hmac.digest(pepper, f"commonpool/v1/vouch\x00{membership_id}".encode(), "sha256")
    return f"{membership_id}X" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CHECK_SIGNS])


def is_voucher(actor: Actor) -> bool:
    """Whether this person may vouch for newcomers, and the charter asks for the word of members at all."""
    return may(actor, "member.vouch") and any(
        "vouched" in way for one in foundation.current_charter().classes for way in one.verification
    )


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


def next_step(charter: Charter, membership: Membership, standing: Standing | None) -> str:
    """What a newcomer can do next to be verified, alternative by alternative; empty when only others are to act."""
    if standing is None or standing.met is not None:
        return ""
    told = []
    for steps in standing.alternatives:
        words = [_what_to_do(charter, membership, step.handler.code) for step in steps if not step.done]
        if all(words):
            told.append(" ".join(words))
    return f" {_('Or:')} ".join(dict.fromkeys(told))


def _what_to_do(charter: Charter, membership: Membership, way: str) -> str:
    if way == "vouched":
        return ngettext(
            "%(num)s member can vouch for you: show them this code, %(code)s.",
            "%(num)s members can vouch for you: show them this code, %(code)s.",
            charter.verification.vouched.members, code=code_of(membership.id),
        )  # fmt: skip
    if way == "seen_in_person":
        where = charter.verification.seen_in_person.where
        return _("See a steward: %(where)s", where=where) if where else _("See a steward; any of them will do.")
    if way == "postal_code":
        return _("Add or mend your postal code under “My details”.")
    return ""
