"""Rounds: prepare one from a type of the charter, set its dates, ask its own questions, give its tasks.

A round pins the charter version in force on the day it is created. While it is a draft everything that the charter
leaves open may change: title, question, budget where the charter states none, a shorter ballot, the source of the
draw, the dates. Freezing (fund.voting.freezing) ends that. Rounds do not know each other: several may run at once.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fund import audit, db
from fund import charter as charters
from fund.charter import Charter, form_rules
from fund.charter.model_rounds import RoundType
from fund.charter.schema_pots import keeps
from fund.currency import written
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.foundation.models import CharterVersion
from fund.permissions import Actor, require
from fund.pots import service as pots
from fund.rounds import schedule
from fund.rounds.models import Round
from fund.rounds.schedule import Span, phase_open
from fund.rounds.seconded import propose_act, second_act, withdraw_act
from fund.rounds.tasks import ask_question, drop_question, give_task, take_task
from fund.rounds.words import status_words

__all__ = [
    "NewRound", "ask_question", "by_slug", "cancel", "charter", "create_round", "drop_question", "edit_round", "get",
    "give_task", "phase_open", "propose_act", "reschedule", "round_types", "rules", "second_act", "status_words",
    "take_task", "timeline", "type_of", "withdraw_act",
]  # fmt: skip

TITLE_LIMIT = 160
QUESTION_LIMIT = 10_000


@dataclass(frozen=True)
class NewRound:
    """What a steward states about a round; None means: as the charter says."""

    round_type: str
    title: str
    question: str = ""
    budget_minor: int | None = None
    max_on_ballot: int | None = None
    draw_source: str | None = None
    amends: int | None = None
    """Number of the proposed charter that this resolution would put in force."""
    starts_at: dt.datetime | None = None
    phases: Sequence[Span] | None = None
    slug: str | None = None


def get(round_id: int) -> Round:
    """One round with its phases. Raises NotFound."""
    return _one(select(Round).where(Round.id == round_id))


def by_slug(slug: str) -> Round:
    """The round at /rounds/<slug>, with its phases. Raises NotFound."""
    return _one(select(Round).where(Round.slug == slug))


def charter(round_: Round) -> Charter:
    """The charter version that this round pins."""
    return foundation.charter_of(round_.charter_version_id)


def type_of(round_: Round) -> RoundType:
    """The type of round in the pinned charter."""
    return charter(round_).round_type(round_.round_type)


def rules(round_: Round) -> dict[str, Any]:
    """The frozen rules, parsed from their stored bytes; before freezing, the rules as they stand in the draft."""
    if round_.rules_bytes is not None:
        return _parsed(round_.rules_bytes)
    return charters.rules_for_round(
        charter(round_), round_.round_type, budget_minor=round_.budget_minor if round_.decides == "money" else None,
        max_on_ballot=round_.max_on_ballot, draw_source=round_.draw_source,
        amendment=round_.amends_version_id is not None,
    )  # fmt: skip


def pots_of(round_: Round) -> Sequence[Mapping[str, Any]]:
    """What is set aside in a frozen round and stays so, as its rules state it: code, name, sums, who decides."""
    if round_.rules_bytes is None:
        return ()
    return rules(round_).get("pots", ())


def kept_codes(round_: Round) -> list[str]:
    """Codes of the set-asides whose money earlier rounds may have left to this one."""
    type_ = type_of(round_)
    return [
        one.code
        for one in charter(round_).setasides
        if one.unused == "kept" and one.who_decides == "members" and keeps(one, type_)
    ]


def budget_now(tx: Transaction, round_: Round) -> int | None:
    """A draft's budget at this moment: as stated, or by the charter's percent; None where no money is decided."""
    if round_.decides != "money":
        return None
    type_ = type_of(round_)
    if type_.percent_of_available is None:
        return round_.budget_minor
    return pots.budget_minor(tx, type_, earlier=_others(tx, type_.code, round_.id))


def amended_version(round_: Round) -> CharterVersion | None:
    """The proposed charter that this round would put in force; None for every other round."""
    if round_.amends_version_id is None:
        return None
    return db.session.get(CharterVersion, round_.amends_version_id)


def proposed_versions() -> Sequence[CharterVersion]:
    """Charters that a resolution can be about, newest first."""
    return [one for one in foundation.versions() if one.state == "proposed"]


def round_types() -> Sequence[RoundType]:
    """The types of round that the charter in force has. Raises NotFound before a charter is adopted."""
    return foundation.current_charter().round_types


def keeps_rivals(round_: Round) -> bool:
    """Whether the counting rule can keep apart proposals that exclude each other."""
    return type_of(round_).count.rule in form_rules.RULES_WITH_CAPS


def timeline(round_: Round, at: dt.datetime) -> list[tuple[str, str, dt.datetime, dt.datetime]]:
    """Each phase as (done | now | coming, label, start, end); what ended early or was cancelled is not `now`."""
    ended = round_.status not in ("draft", "frozen", "open")
    found = []
    for phase in round_.phases:
        if ended or at >= phase.ends_at or (round_.status != "draft" and phase.label != "voting"):
            state = "done"
        else:
            state = "now" if phase.starts_at <= at else "coming"
        found.append((state, phase.label, phase.starts_at, phase.ends_at))
    return found


def create_round(new: NewRound, *, by: Actor) -> Round:
    """Prepare a round. Its dates follow the charter from `starts_at` (now) on, unless `phases` states them.

    Raises NotFound without an adopted charter, Invalid with the field for what the charter does not allow.
    """
    require(by, "round.create")
    version = foundation.current_version()
    if version is None:
        raise NotFound(_l("This fund has not adopted a charter yet."))
    rules_in_force = foundation.parsed(version.text_bytes)
    type_ = _known_type(rules_in_force, new.round_type)
    _check_words(new, type_)
    with db.writing() as tx:
        stated = _stated(tx, rules_in_force, type_, new)
        round_ = tx.add(
            Round(
                slug=_free_slug(tx, new.slug or new.title), title=new.title.strip(), question=new.question.strip(),
                decides=type_.decides, round_type=type_.code, charter_version_id=version.id,
                budget_minor=stated[0], max_on_ballot=stated[1],
                assurance="open" if type_.assurance == "open" else "secret", publication=type_.publication,
                roll=type_.roll, draw_source=(new.draw_source or type_.count.draw_source).strip() or None,
                amends_version_id=_proposed(new, type_), created_by=by.person_id, created_at=tx.now(),
            )
        )  # fmt: skip
        zone = foundation.zone()
        schedule.put(tx, round_, new.phases or schedule.spans(type_.phases, new.starts_at or tx.now(), zone))
        audit.record(tx, "round.create", by=by.person_id, on=("round", round_.id), slug=round_.slug)
    return get(round_.id)


def edit_round(round_id: int, new: NewRound, *, by: Actor) -> Round:
    """Change a draft: title, question, budget, length of the ballot, source of the draw. Dates: `reschedule`.

    The address of the round's page stays. Raises WrongState once it is frozen, Invalid as `create_round`.
    """
    require(by, "round.edit")
    with db.writing() as tx:
        round_ = lock_draft(tx, round_id)
        type_ = type_of(round_)
        _check_words(new, type_)
        stated = _stated(tx, charter(round_), type_, new, round_id=round_.id)
        round_.title, round_.question = new.title.strip(), new.question.strip()
        round_.budget_minor, round_.max_on_ballot = stated
        round_.draw_source = (new.draw_source or type_.count.draw_source).strip() or None
        round_.amends_version_id = _proposed(new, type_)
        audit.record(tx, "round.edit", by=by.person_id, on=("round", round_.id))
    return get(round_id)


def reschedule(round_id: int, phases: Sequence[Span], *, by: Actor) -> Round:
    """Give a draft round other dates. Raises WrongState once it is frozen, Invalid with the field that is wrong."""
    require(by, "round.edit")
    with db.writing() as tx:
        round_ = lock_draft(tx, round_id)
        schedule.put(tx, round_, phases)
        audit.record(
            tx, "round.reschedule", by=by.person_id, on=("round", round_.id),
            **{span.label: f"{span.starts_at.isoformat()} {span.ends_at.isoformat()}" for span in phases},
        )  # fmt: skip
    return get(round_id)


def cancel(round_id: int, reason: str, *, by: Actor) -> Any:
    """Propose to cancel a round; it is cancelled when a second person seconds it. Raises WrongState once voting ended."""
    return propose_act(round_id, "cancel", reason, by=by)


def lock_draft(tx: Transaction, round_id: int) -> Round:
    """Hold a round that is still a draft. Raises WrongState."""
    round_ = tx.lock(Round, round_id)
    if round_.status != "draft":
        raise WrongState(_l("This round is frozen: what it is about, its rules and its dates no longer change."))
    return round_


def _one(statement: Any) -> Round:
    found = db.session.scalars(statement.options(selectinload(Round.phases), selectinload(Round.tasks))).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such round."))
    return found  # type: ignore[no-any-return]


@lru_cache(maxsize=64)
def _parsed(rules_bytes: bytes) -> dict[str, Any]:
    return json.loads(rules_bytes)  # type: ignore[no-any-return]


def _known_type(rules_in_force: Charter, code: str) -> RoundType:
    try:
        return rules_in_force.round_type(code)
    except KeyError:
        raise Invalid(_l("The charter has no such type of round."), field="round_type") from None


def _check_words(new: NewRound, type_: RoundType) -> None:
    if not new.title.strip() or len(new.title) > TITLE_LIMIT:
        raise Invalid(_l("Give the round a title of at most %(most)s characters.", most=TITLE_LIMIT), field="title")
    if len(new.question) > QUESTION_LIMIT:
        raise Invalid(_l("At most %(most)s characters.", most=QUESTION_LIMIT), field="question")
    if type_.decides == "resolution" and not new.question.strip():
        raise Invalid(_l("Write the text that members say yes or no to."), field="question")
    if new.draw_source is not None and len(new.draw_source) > 300:
        raise Invalid(_l("At most %(most)s characters.", most=300), field="draw_source")


def _stated(
    tx: Transaction, rules_in_force: Charter, type_: RoundType, new: NewRound, *, round_id: int | None = None
) -> tuple[int, int]:
    """Budget (minor units, 0 where none) and length of the ballot. Raises Invalid for what the charter does not allow."""
    budget = new.budget_minor
    if type_.percent_of_available is not None:
        if budget is not None:
            raise Invalid(_l("The charter states how this budget is reckoned."), field="budget")
        budget = pots.budget_minor(tx, type_, earlier=_others(tx, type_.code, round_id))
    stated = charters.rules_for_round(rules_in_force, type_.code, budget_minor=budget, max_on_ballot=new.max_on_ballot)
    least, budget = type_.min_to_open_minor, budget if budget is not None else type_.budget_minor
    if type_.percent_of_available is None and least is not None and budget is not None and budget < least:
        raise Invalid(_l("A round of this kind opens with no less than %(least)s.",
                         least=written(least, rules_in_force.currency)), field="budget")  # fmt: skip
    return (budget or 0), stated["max_on_ballot"]


def _others(tx: Transaction, code: str, round_id: int | None) -> Sequence[int]:
    """Numbers of the other rounds of this type."""
    return tx.session.scalars(select(Round.id).where(Round.round_type == code, Round.id != (round_id or 0))).all()


def _proposed(new: NewRound, type_: RoundType) -> int | None:
    if new.amends is None:
        return None
    version = next((one for one in proposed_versions() if one.number == new.amends), None)
    if version is None or type_.decides != "resolution":
        raise Invalid(_l("Choose a charter that is proposed and not yet in force."), field="amends")
    return version.id


def _free_slug(tx: Transaction, text: str) -> str:
    """A short address from a title, with a number where another round has it already."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "round"
    taken = set(tx.session.scalars(select(Round.slug).where(Round.slug.like(f"{base}%"))))
    number = next(n for n in range(1, 10_000) if (base if n == 1 else f"{base}-{n}") not in {*taken, "new"})
    return base if number == 1 else f"{base}-{number}"


def as_new(round_: Round) -> NewRound:
    """A round's own words and figures, to fill a form with."""
    amended = amended_version(round_)
    return NewRound(
        round_.round_type, round_.title, question=round_.question,
        budget_minor=round_.budget_minor if round_.decides == "money" else None, max_on_ballot=round_.max_on_ballot,
        draw_source=round_.draw_source, amends=amended.number if amended is not None else None,
    )  # fmt: skip
