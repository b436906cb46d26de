"""Who may do what: one table of acts, the roles that may do each, and the conditions on the object.

Every route names its act with `@act("round.freeze")`; an application with a route that names none does not start.
Services ask the same table with `require(actor, "round.freeze", round_)`. Roles come from membership and steward terms;
a condition looks at the object at hand (a conflict, a phase, whose draft it is) and gives the reason in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l

from fund.errors import Forbidden, SignInNeeded

F = TypeVar("F", bound=Callable[..., Any])


class Role(StrEnum):
    """What a person is to the fund. One person may hold several; everybody is at least a visitor."""

    VISITOR = "visitor"
    SIGNED_IN = "signed_in"
    BUSINESS = "business"
    MEMBER = "member"
    SOLIDARITY = "solidarity"
    STEWARD = "steward"
    TREASURER = "treasurer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    CLOCK = "clock"


@dataclass(frozen=True)
class Actor:
    """Who acts: a plain value that services take. `conflicts` are the ids of proposals this person is recused from."""

    person_id: int | None = None
    display_name: str = ""
    language: str = "en"
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    class_code: str | None = None
    businesses: frozenset[int] = frozenset()
    conflicts: frozenset[int] = frozenset()
    tasks: frozenset[tuple[int, str]] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.person_id is not None

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of these roles."""
        return not self.roles.isdisjoint(roles)

    def has_task(self, round_id: int, task: str) -> bool:
        """Whether the actor was given this task in this round."""
        return (round_id, task) in self.tasks


VISITOR = Actor()
CLOCK = Actor(display_name="the clock", roles=frozenset({Role.CLOCK}))

EVERYONE = frozenset(Role)
SIGNED_IN = frozenset({Role.SIGNED_IN})
MEMBERS = frozenset({Role.MEMBER, Role.SOLIDARITY})
VOTERS = frozenset({Role.MEMBER})
STEWARDS = frozenset({Role.STEWARD})
TREASURERS = frozenset({Role.TREASURER})
MONEY_HANDS = frozenset({Role.STEWARD, Role.TREASURER})
OVERSIGHT = frozenset({Role.STEWARD, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
CLOCKWORK = frozenset({Role.CLOCK})


@dataclass(frozen=True)
class Act:
    """One act: what it is in words, who may do it at all, and which conditions the object must meet."""

    words: str
    roles: frozenset[Role]
    conditions: tuple[Callable[[Actor, Any], Any], ...] = field(default=())


ACTS: dict[str, Act] = {}


def declare(name: str, words: str, roles: frozenset[Role], *conditions: Callable[[Actor, Any], Any]) -> None:
    """Put one act into the table. A condition returns None when it holds, else the reason in words."""
    if name in ACTS:
        raise ValueError(f"the act {name} is declared twice")
    ACTS[name] = Act(words, roles, conditions)


def refusal(actor: Actor, name: str, obj: Any = None) -> Any:
    """Why this actor may not do this act on this object, in words; None when they may."""
    rule = ACTS[name]
    if Role.VISITOR not in rule.roles and actor.roles.isdisjoint(rule.roles):
        if not actor.is_signed_in:
            return _l("Please sign in first.")
        return _l("This is for %(who)s.", who=_who(rule.roles))
    if obj is not None:
        for condition in rule.conditions:
            reason = condition(actor, obj)
            if reason is not None:
                return reason
    return None


def may(actor: Actor, name: str, obj: Any = None) -> bool:
    """Whether this actor may do this act (on this object)."""
    return refusal(actor, name, obj) is None


def require(actor: Actor, name: str, obj: Any = None) -> None:
    """Raise Forbidden with the reason, or SignInNeeded, unless the actor may do the act."""
    reason = refusal(actor, name, obj)
    if reason is not None:
        raise Forbidden(reason) if actor.is_signed_in else SignInNeeded(reason)


def act(name: str) -> Callable[[F], F]:
    """Name the act of a view. The application checks its roles before the view runs."""

    def mark(view: F) -> F:
        view.__act__ = name  # type: ignore[attr-defined]
        return view

    return mark


def matrix(app: Any) -> list[tuple[str, str, str, str]]:
    """The whole table as it applies to pages: address, method, act, roles that may do it; `fund permissions` prints it."""
    lines = []
    for rule in app.url_map.iter_rules():
        name = getattr(app.view_functions[rule.endpoint], "__act__", None)
        if name is not None:
            roles = "everyone" if Role.VISITOR in ACTS[name].roles else " ".join(sorted(ACTS[name].roles))
            lines += [(rule.rule, method, name, roles) for method in rule.methods - {"HEAD", "OPTIONS"}]
    return sorted(lines)


def no_conflict(actor: Actor, obj: Any) -> Any:
    """Condition: the actor is not recused from this proposal (or from the proposal the object belongs to)."""
    proposal_id = getattr(obj, "proposal_id", None) or getattr(obj, "id", None)
    if proposal_id in actor.conflicts:
        return _l("You have declared a tie to this proposal, so others take this on.")
    return None


_ROLE_WORDS = {
    Role.MEMBER: _l("members"),
    Role.SOLIDARITY: _l("solidarity members"),
    Role.STEWARD: _l("stewards"),
    Role.TREASURER: _l("the treasurer"),
    Role.AUDITOR: _l("auditors"),
    Role.ADMINISTRATOR: _l("the administrator"),
    Role.BUSINESS: _l("the business itself"),
    Role.SIGNED_IN: _l("people who are signed in"),
    Role.CLOCK: _l("the program itself"),
}


def _who(roles: frozenset[Role]) -> str:
    return ", ".join(str(_ROLE_WORDS[role]) for role in Role if role in roles and role in _ROLE_WORDS)
