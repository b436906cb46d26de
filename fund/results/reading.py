"""A published result as people read it: who is funded and why, who is not and what was missing, every stage, ties.

Everything comes from the stored result bytes; sentences are worded here in the reader's language from the count's
codes and figures. Exact numbers that are not whole are shown with two decimals, cut, and stand exactly in the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from fund import db
from fund.counting.reasons import Reason
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members import service as members
from fund.permissions import Actor
from fund.presentation import money, number
from fund.proposals.models import Proposal
from fund.results import conflicts, parts, service
from fund.results.models import CountRun, Dispute, ReserveEntry
from fund.results.words import rule_name
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import service as voting


@dataclass(frozen=True)
class Line:
    """One option of the ballot and what became of it."""

    option_id: str
    title: str
    url: str | None
    cost_minor: int
    votes: str
    award_minor: int | None
    elected: bool
    reason: str
    place: int


@dataclass(frozen=True)
class StageRow:
    """One stage: number, tally by option in the order of the columns, who was elected or dropped, what was left."""

    number: int
    tallies: list[str]
    elected: list[str]
    eliminated: list[str]
    exhausted: str
    left_minor: int | None
    quota: str
    chamber: str


@dataclass(frozen=True)
class Tables:
    """A result, or the second rule's result, ready for a page."""

    method: str
    lines: list[Line]
    stages: list[StageRow]
    ties: list[str]
    spent_minor: int
    outcome: str

    @property
    def rule_name(self) -> Any:
        """The counting rule in words."""
        return rule_name(self.method)


@dataclass(frozen=True)
class Shown:
    """A count as a page shows it, whether it is a result or was only tried out."""

    raw: Mapping[str, Any]
    main: Tables
    compared: Tables | None
    titles: Mapping[str, str]
    turnout: tuple[int, int, int | None]
    chambers: list[parts.ChamberPart]
    pots: list[parts.PotPart]
    duels: list[parts.Duel]
    verdicts: Mapping[str, parts.Verdict]


@dataclass(frozen=True)
class Outcome(Shown):
    """Everything the page of a result shows: the count, which run it was, and who certified it."""

    run: CountRun
    certified_by: list[str]
    older: Sequence[CountRun] = field(default_factory=list)


def shown(raw: Mapping[str, Any], options: Mapping[str, Any], round_: Round, rules: Mapping[str, Any]) -> Shown:
    """A count ready for a page. `options` by id, each with a title, a proposal's number (or None) and a cost."""
    titles = {key: option.title for key, option in options.items()}
    return Shown(
        raw,
        _tables(raw, options, round_),
        _tables(raw["compare"], options, round_) if raw.get("compare") else None,
        titles,
        _turnout(raw, round_),
        parts.chambers(raw, titles),
        parts.pots(raw, rules),
        parts.duels(raw, titles),
        parts.verdicts(raw, titles),
    )


def outcome_of(round_: Round, actor: Actor, number_: int | None = None) -> Outcome:
    """The current result of a round (or an older one by its number) for this reader.

    Before publication only stewards without a conflict see it. Raises NotFound for everybody else.
    """
    runs = db.session.scalars(
        select(CountRun).where(CountRun.round_id == round_.id).order_by(CountRun.number.desc())
    ).all()
    run = next((one for one in runs if number_ is None or one.number == number_), None)
    if run is None or not may_see(round_, run, actor):
        raise NotFound(_("There is no published result here yet."))
    raw = json.loads(run.result_bytes)
    options = {option.option_id: option for option in voting.options(round_.id)}
    names = members.names([one.person_id for one in run.certifications])
    return Outcome(
        **vars(shown(raw, options, round_, rounds.rules(round_))),
        run=run,
        certified_by=[names.get(one.person_id, "") for one in run.certifications],
        older=[one for one in runs if one.number != run.number],
    )


def places_over(round_id: int) -> set[int]:
    """Proposals whose place on the reserve list has lapsed, also before the work of the day has written it down."""
    entries = db.session.scalars(select(ReserveEntry).where(ReserveEntry.round_id == round_id)).all()
    today = foundation.today()
    return {
        one.proposal_id
        for one in entries
        if one.state == "lapsed" or (one.state == "waiting" and one.lapses_on <= today)
    }


def reserve_of(round_id: int) -> dict[str, Any]:
    """The reserve list in order, with the option each place stands for and its state in words.

    A place whose day is over reads as lapsed at once, also before the work of the day has written it down.
    """
    rows = db.session.execute(
        select(ReserveEntry, Proposal.slug)
        .join(Proposal, Proposal.id == ReserveEntry.proposal_id)
        .where(ReserveEntry.round_id == round_id)
        .order_by(ReserveEntry.position)
    ).all()
    words = {
        "waiting": _("waiting"), "offered": _("offered"), "withdrawn": _("withdrawn"),
        "lapsed": _("Was on the reserve list; its time is over"),
    }  # fmt: skip
    over = places_over(round_id)
    return {
        "reserve": [entry for entry, _slug in rows],
        "reserve_states": {
            entry.proposal_id: words["lapsed" if entry.proposal_id in over else entry.state] for entry, _slug in rows
        },
        "reserve_titles": {entry.proposal_id: slug for entry, slug in rows},
    }


def beside(round_: Round) -> dict[str, Any]:
    """What stands beside the count: the reserve list, disputes, the charter that an amendment would put in force."""
    return {
        **reserve_of(round_.id),
        "disputes": disputes_of(round_.id),
        "amended": rounds.amended_version(round_),
    }


def disputes_of(round_id: int) -> Sequence[Dispute]:
    """Disputes of a round, oldest first; the texts are public, the names are not."""
    return db.session.scalars(select(Dispute).where(Dispute.round_id == round_id).order_by(Dispute.id)).all()


def figure(exact: str) -> str:
    """An exact number as text, for people: whole numbers by locale, others with two decimals, cut."""
    try:
        value = Fraction(exact)
    except ValueError:
        return exact
    if value.denominator == 1:
        return number(int(value))
    hundredths = int(value * 100)
    sign, hundredths = ("-" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{number(hundredths // 100)}.{hundredths % 100:02d}"


def reason_text(code: str, params: Mapping[str, str | int], titles: Mapping[str, str]) -> str:
    """A reason of the count in the reader's language."""
    shown = {
        name: figure(value) if isinstance(value, str) and _is_exact(value) else value for name, value in params.items()
    }
    return Reason(code, shown).text(money=money, option=lambda key: titles.get(key, key), translate=_)


def _is_exact(value: str) -> bool:
    return value.replace("/", "").replace("-", "").isdigit()


def _tables(raw: Mapping[str, Any], options: Mapping[str, Any], round_: Round) -> Tables:
    titles = {key: option.title for key, option in options.items()}
    order = {key: place for place, key in enumerate(raw["order"], start=1)}
    lines = [
        Line(
            key,
            option.title,
            f"/rounds/{round_.slug}/proposals/{key}" if option.proposal_id else None,
            option.cost_minor,
            figure(raw["scores"].get(key, "0")),
            raw["awards"].get(key),
            key in raw["elected"],
            reason_text(raw["reason_codes"][key]["code"], raw["reason_codes"][key]["params"], titles),
            order.get(key, len(order) + 1),
        )
        for key, option in options.items()
    ]
    lines.sort(key=lambda line: (not line.elected, line.place))
    stages = [_stage(i, stage, list(options), titles) for i, stage in enumerate(raw["rounds"], start=1)]
    return Tables(
        raw["rule"]["method"], lines, stages, [_tie(tie, titles) for tie in raw["ties"]], raw["spent"], raw["outcome"]
    )


def _stage(number_: int, stage: Mapping[str, Any], columns: list[str], titles: Mapping[str, str]) -> StageRow:
    facts = stage.get("facts") or {}
    return StageRow(
        number_,
        [figure(stage["tally"][key]) if key in stage["tally"] else "" for key in columns],
        [titles.get(key, key) for key in stage["elected"]]
        or ([titles.get(best, best)] if (best := facts.get("best_option")) else []),
        [titles.get(key, key) for key in stage["eliminated"]],
        figure(stage["exhausted"]),
        facts.get("left_minor"),
        figure(stage["quota"]) if stage.get("quota") else "",
        str(facts.get("chamber", "")),
    )


def step_words(step: str) -> str:
    """A step of a tie chain in words."""
    words = {
        "most_votes": _("most votes"),
        "lower_cost": _("the lower cost"),
        "higher_cost": _("the higher cost"),
        "more_first_choices": _("more first choices"),
        "earlier_stage": _("the most recent stage at which they differed"),
        "listed": _("the order on the ballot"),
        "lot": _("the public draw"),
        "no_difference": _("nothing, for it made no difference"),
    }
    return words.get(step, step)


def _tie(tie: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    level = ", ".join(titles.get(key, key) for key in tie["options"])
    sentence = _(
        "Stage %(stage)s: %(options)s were level. It was decided by %(step)s: %(chosen)s.",
        stage=tie["stage"],
        options=level,
        step=step_words(tie["decided_by"]),
        chosen=titles.get(tie["chosen"], tie["chosen"]),
    )
    effects = {True: _("Another choice would have funded others."), False: _("It did not change who is funded.")}
    return f"{sentence} {effects.get(tie['changes_outcome'], '')}".strip()


def _turnout(raw: Mapping[str, Any], round_: Round) -> tuple[int, int, int | None]:
    whole = [one for one in raw["quorum"] if one["chamber"] is None]
    needed = whole[0]["needed"] if whole else None
    roll = raw["roll"]
    electors = sum(roll.values()) if isinstance(roll, Mapping) else roll
    return raw["ballots"] - raw["void"], round_.electorate_n or electors or 0, needed


def may_see(round_: Round, run: CountRun, actor: Actor) -> bool:
    """Anybody once it is published; before that who certifies or audits it, without a conflict."""
    if round_.published_at is not None and run.state in ("certified", "superseded"):
        return True
    return conflicts.may_look(actor, round_)


def unpublished(round_: Round) -> bool:
    """Whether the current count still waits for certifiers or publication."""
    run = service.current(round_.id)
    return run is not None and (round_.published_at is None or run.state != "certified")
