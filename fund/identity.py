"""Who is asking: from the session cookie to an `Actor` with all its roles.

The cookie holds a person's number and session version; raising the version signs out every device at once. Roles,
businesses, conflicts and tasks are read anew for each request, so that what was taken away is gone with the next click.
"""

from __future__ import annotations

from flask import g, session
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy import bindparam, literal, select, union_all

from fund import db
from fund.businesses.models import BusinessAgent
from fund.extensions import login_manager
from fund.foundation import service as foundation
from fund.members.models import Membership, Person
from fund.permissions import VISITOR, Actor, Role
from fund.proposals.models import Conflict
from fund.rounds.models import RoundTask
from fund.stewards.models import StewardTerm


class SignedIn(UserMixin):  # type: ignore[misc]
    """What the session cookie holds: person and session version."""

    def __init__(self, person: Person) -> None:
        self.id = f"{person.id}:{person.session_version}"
        self.person_id = person.id


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(session_id: str) -> SignedIn | None:
    person_id, _, version = session_id.partition(":")
    if not (person_id.isdigit() and version.isdigit()):
        return None
    person = db.session.get(Person, int(person_id))
    if person is None or person.erased_at is not None or person.session_version != int(version):
        return None
    return SignedIn(person)


def sign_in(person_id: int) -> None:
    """Begin a fresh session for a person on this device; of the one before, only the language stays."""
    person = db.session.get_one(Person, person_id)
    language = session.get("language")
    session.clear()
    if language is not None:
        session["language"] = language
    login_user(SignedIn(person))
    g.pop("actor", None)


def sign_out() -> None:
    """End the session on this device."""
    logout_user()
    g.pop("actor", None)


def current_actor() -> Actor:
    """The actor of this request."""
    if "actor" not in g:
        g.actor = actor_for(current_user.person_id) if current_user.is_authenticated else VISITOR
    return g.actor  # type: ignore[no-any-return]


def _waited(membership: Membership) -> bool:
    """Whether the waiting days are over, though no worker has said so yet."""
    return membership.voting_from is not None and membership.voting_from <= db.now()


def actor_for(person_id: int) -> Actor:
    """Everything a person is to the fund today."""
    person = db.session.get_one(Person, person_id)
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == person_id, Membership.state.in_(("active", "verified")))
    ).first()
    if membership is not None and membership.state == "verified" and not _waited(membership):
        membership = None
    roles = {Role.VISITOR, Role.SIGNED_IN}
    if membership is not None:
        roles.add(Role.MEMBER if foundation.class_votes(membership.class_code) else Role.SOLIDARITY)
    held = _held(person_id)
    roles |= {Role(word) for _number, word in held["role"]}
    businesses = frozenset(number for number, _word in held["business"])
    if businesses:
        roles.add(Role.BUSINESS)
    return Actor(
        person_id=person.id,
        display_name=person.display_name,
        language=person.language,
        roles=frozenset(roles),
        class_code=membership.class_code if membership else None,
        businesses=businesses,
        conflicts=frozenset(number for number, _word in held["conflict"]),
        tasks=frozenset(held["task"]),
    )


_HELD = union_all(
    select(literal("role").label("what"), StewardTerm.id.label("number"), StewardTerm.role.label("word")).where(
        StewardTerm.person_id == bindparam("person_id"), StewardTerm.runs_on(bindparam("today")),
    ),
    select(literal("business"), BusinessAgent.business_id, literal("")).where(
        BusinessAgent.person_id == bindparam("person_id"), BusinessAgent.until.is_(None)
    ),
    select(literal("conflict"), Conflict.proposal_id, literal("")).where(
        Conflict.person_id == bindparam("person_id"), Conflict.state != "cleared_by_other"
    ),
    select(literal("task"), RoundTask.round_id, RoundTask.task).where(RoundTask.person_id == bindparam("person_id")),
)  # fmt: skip
"""What hangs on a person today, in one question, for it is asked at every click: kind, number of the object, word."""


def _held(person_id: int) -> dict[str, list[tuple[int, str]]]:
    """Terms of service, businesses acted for, ties and tasks of a person, by kind."""
    found: dict[str, list[tuple[int, str]]] = {"role": [], "business": [], "conflict": [], "task": []}
    for what, number, word in db.session.execute(_HELD, {"person_id": person_id, "today": foundation.today()}):
        found[what].append((number, word))
    return found
