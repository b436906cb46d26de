"""How a newcomer is verified: a registry of handlers, and the one function that moves a membership on.

A class of the charter names alternatives, each a set of ways that are all needed (FIELD B2 `verification`). Each way is
a handler: who acts (the newcomer, a member, a steward), what it asks when somebody joins, when it is fulfilled, and what
is still missing in words. What was done is a row of `verification`, written once and never changed; a membership's
state follows from these rows, so a way that is added later needs nothing but its handler.

What newcomers say of themselves counts alone only when they also showed that they read the address they gave, and
nobody else is known under it; otherwise one steward looks first, and looks again at a postal code that was mended after
the look. No identity paper is ever stored.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from fund import audit
from fund.charter.model import Charter, MemberClass
from fund.db import Transaction, outbox
from fund.errors import Invalid, WrongState
from fund.members import likeness
from fund.members.models import Membership, Person, Verification

CONFIRMED = "contact"
"""The newcomer typed a code that was sent to their address."""
LOOKED = "looked"
"""A steward looked at what the newcomer said of themselves and found it good."""
IMPORTED = "imported"
"""A steward took the member over from the roll the fund had before."""


@dataclass(frozen=True)
class Handler:
    """One way. `asks` names the form's field it needs when somebody joins; `by` says whose act it is.

    `missing` words what is still needed, from the charter, how often it was done, and what the newcomer answered.
    `own_words` and `own_missing` say the same to the newcomer, where the words differ.
    """

    code: str
    words: Any
    by: str
    asks: str
    needed: Callable[[Charter], int]
    check: Callable[[Charter, Any], bool]
    missing: Callable[[Charter, int, Any], Any]
    own_words: Any = None
    own_missing: Any = None


HANDLERS: dict[str, Handler] = {}


def register(handler: Handler) -> Handler:
    """Add a way to the registry."""
    HANDLERS[handler.code] = handler
    return handler


def postal_key(code: str) -> str:
    """A postal code without case, spaces and hyphens, as the charter compares them."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def _postal_code_lies_in_the_area(charter: Charter, answer: Any) -> bool:
    area = {postal_key(code) for code in charter.verification.postal_code.codes}
    return bool(answer) and postal_key(str(answer)) in area


register(Handler(
    "self_attested", _l("their own word"), "self", "statement", lambda _charter: 1, lambda _charter, answer: bool(answer),
    lambda _charter, _have, _answer: _l("has not confirmed what they said of themselves"),
    _l("your own word"), _l("you have not confirmed what you said of yourself"),
))  # fmt: skip
register(Handler(
    "postal_code", _l("a postal code of the area"), "self", "postal_code", lambda _charter: 1,
    _postal_code_lies_in_the_area, lambda _charter, _have, answer: _l("the postal code given is not one of the area")
    if answer else _l("no postal code given"),
))  # fmt: skip
register(Handler(
    "vouched", _l("the word of members"), "member", "", lambda charter: charter.verification.vouched.members,
    lambda _charter, _answer: False,
    lambda charter, have, _answer: _l("%(have)s of %(needed)s members have vouched", have=have,
                                      needed=charter.verification.vouched.members),
))  # fmt: skip
register(Handler(
    "seen_in_person", _l("seen in person by a steward"), "steward", "", lambda _charter: 1,
    lambda _charter, _answer: False, lambda _charter, _have, _answer: _l("no steward has met them yet"),
    None, _l("no steward has met you yet"),
))  # fmt: skip

WAY_WORDS: dict[str, Any] = {
    **{code: handler.words for code, handler in HANDLERS.items()},
    CONFIRMED: _l("e-mail address confirmed"),
    LOOKED: _l("looked at by a steward"),
    IMPORTED: _l("taken over from the earlier roll"),
}


@dataclass(frozen=True)
class Step:
    """One way of one alternative: whether it is fulfilled, and what is missing."""

    handler: Handler
    done: bool
    missing: Any


@dataclass(frozen=True)
class Standing:
    """Where a newcomer stands: every alternative with its steps, and why a fulfilled one does not count yet."""

    alternatives: tuple[tuple[Step, ...], ...]
    needs_a_look: bool

    @property
    def met(self) -> tuple[Step, ...] | None:
        """The first alternative that is fulfilled, one that a person vouched for or met before one by word alone."""
        whole = [steps for steps in self.alternatives if all(step.done for step in steps)]
        return min(whole, key=lambda steps: all(step.handler.by == "self" for step in steps), default=None)


def standing(
    charter: Charter, member_class: MemberClass, membership: Membership, *, alike: bool, and_then: Sequence[str] = ()
) -> Standing:
    """Where a newcomer stands, from what was done, and would stand when a steward did `and_then` too.

    `alike`: somebody else is known under the same contact.
    """
    rows = membership.verifications
    have = Counter([*(row.handler for row in rows), *and_then])
    alternatives = tuple(
        tuple(_step(charter, HANDLERS[code], have[code], membership) for code in ways)
        for ways in member_class.verification
    )
    someone_looked = bool(and_then) or _looked_at_the_whole(rows)
    return Standing(alternatives, not someone_looked and (alike or not have[CONFIRMED]))


def _looked_at_the_whole(rows: Sequence[Verification]) -> bool:
    """Whether a person has looked since the newcomer last said something of where they live: what they mended after a
    look nobody has seen."""
    said = max((row.id for row in rows if row.by_id is None and row.handler == "postal_code"), default=0)
    return any(row.by_id is not None and row.id > said for row in rows)


def class_of(charter: Charter, code: str) -> MemberClass | None:
    """The class with this code, None when the charter in force has it no more."""
    return next((one for one in charter.classes if one.code == code), None)


def note(
    tx: Transaction, membership: Membership, handler: str, *, by_id: int | None = None, text: str | None = None
) -> None:
    """Write down one step. A person makes one step for one newcomer. Raises Invalid on a second."""
    if by_id is not None and any(row.by_id == by_id for row in membership.verifications):
        raise Invalid(_l("You have already done this for this person. What is still needed, somebody else does."))
    tx.add(Verification(membership_id=membership.id, handler=handler, by_id=by_id, note=text, made_at=tx.now()))
    tx.session.refresh(membership, ["verifications"])


def advance(tx: Transaction, charter: Charter, membership: Membership) -> bool:
    """Verify the membership if one of its class's alternatives is fulfilled. Returns whether it now is.

    Waiting days run from this moment; a class without a vote waits for nothing.
    """
    member_class = class_of(charter, membership.class_code)
    if membership.state != "applied" or member_class is None:
        return False
    alike = likeness.shares_contact(tx, tx.get(Person, membership.person_id))
    where = standing(charter, member_class, membership, alike=alike)
    if where.met is None or (where.needs_a_look and all(step.handler.by == "self" for step in where.met)):
        return False
    verify(tx, membership, member_class, how="+".join(step.handler.code for step in where.met))
    return True


def verify(tx: Transaction, membership: Membership, member_class: MemberClass, *, how: str) -> None:
    """Write the verification into the membership and tell the member from when they vote."""
    now = tx.now()
    waits = member_class.votes and member_class.waiting_days > 0
    membership.verified_how, membership.verified_at = how, now
    membership.voting_from = now + dt.timedelta(days=member_class.waiting_days) if member_class.votes else None
    membership.state = "verified" if waits else "active"
    audit.record(tx, "member.verified", by=None, on=("membership", membership.id), how=how)
    outbox.post(
        tx, "member_verified", person_id=membership.person_id, dedupe_key=f"verified-{membership.id}",
        votes=member_class.votes, class_name=member_class.name,
        voting_from=membership.voting_from.isoformat() if membership.voting_from else None,
    )  # fmt: skip


def _step(charter: Charter, handler: Handler, have: int, membership: Membership) -> Step:
    done = have >= handler.needed(charter)
    answer = getattr(membership, handler.asks, None) if handler.asks else None
    return Step(handler, done, None if done else handler.missing(charter, have, answer))


def in_words(how: str | None, *, own: bool = False) -> str:
    """The ways that verified a membership, for people; `own`: for the member."""
    ways = [way for way in (how or "").split("+") if way]
    told = {way: HANDLERS[way].own_words for way in ways if own and way in HANDLERS}
    return ", ".join(str(told.get(way) or WAY_WORDS.get(way, way)) for way in ways)


def require_state(membership: Membership, states: Sequence[str]) -> None:
    """Raise WrongState unless the membership, read under its lock, is in one of these states."""
    if membership.state not in states:
        raise WrongState(_l("This has already been decided, perhaps by somebody else a moment ago."))
