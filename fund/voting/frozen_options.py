"""The lines of a ballot: admitted proposals, the lines of a list, or the one text of a resolution.

A line is frozen with the public text it had at that moment: the version's number, its content and its hash. All voters
see the same lines in the same order, by their short names, so that nobody's place depends on who was entered first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from fund import audit, db
from fund.db import Transaction, canonical_bytes
from fund.errors import Invalid
from fund.permissions import Actor, require
from fund.proposals import service as proposals
from fund.proposals.models import Proposal, ProposalVersion
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import grouping
from fund.voting.models import BallotOption

RESOLUTION = "resolution"
"""Id of the one option of a resolution on a text."""
LINE_LIMIT = 160


@dataclass(frozen=True)
class FrozenOption:
    """One line as it is frozen. `cost_minor` is the ask, `least_minor` the least amount of use."""

    id: str
    title: str
    cost_minor: int = 0
    least_minor: int | None = None
    groups: tuple[str, ...] = ()
    proposal_id: int | None = None
    version_number: int = 0
    text: dict[str, Any] = field(default_factory=dict)

    def as_rule(self) -> dict[str, Any]:
        """The line in the frozen rules."""
        return {
            "id": self.id, "title": self.title, "cost": self.cost_minor, "least": self.least_minor,
            "groups": list(self.groups), "version": self.version_number, "text": self.text,
            "text_hash": hashlib.sha256(canonical_bytes(self.text)).hexdigest(),
        }  # fmt: skip


def options_of(tx: Transaction, round_: Round) -> list[FrozenOption]:
    """The lines that freezing this draft would put on the ballot."""
    admitted = sorted(proposals.admitted(tx, round_.id), key=lambda proposal: proposal.slug)
    if admitted or round_.decides == "money":
        newest = _newest_versions(tx, [proposal.id for proposal in admitted])
        marked = grouping.marks_of(tx, round_.id)
        return [
            _from_proposal(one, newest.get(one.id), marked.get(one.id, ()), money=round_.decides == "money")
            for one in admitted
        ]
    lines = tx.session.scalars(
        select(BallotOption).where(BallotOption.round_id == round_.id).order_by(BallotOption.position)
    ).all()
    if lines:
        return [FrozenOption(line.option_id, line.title, text={"title": line.title}) for line in lines]
    if round_.decides == "people":
        return []
    return [FrozenOption(RESOLUTION, round_.title, text={"title": round_.title, "question": round_.question})]


def write_lines(round_id: int, titles: Sequence[str], *, by: Actor) -> Round:
    """Give a resolution a list to vote on, line by line; an empty list makes it one question again.

    Raises WrongState once frozen, Invalid for a round about money, a line that is too long or stands twice.
    """
    require(by, "round.lines")
    wanted = [" ".join(title.split()) for title in titles if title.strip()]
    if any(len(title) > LINE_LIMIT for title in wanted):
        raise Invalid(_l("A line has at most %(most)s characters.", most=LINE_LIMIT), field="lines")
    if len({title.casefold() for title in wanted}) != len(wanted):
        raise Invalid(_l("A line stands twice."), field="lines")
    with db.writing() as tx:
        round_ = rounds.lock_draft(tx, round_id)
        if round_.decides == "money":
            raise Invalid(_l("In a round about money members vote on admitted proposals."), field="lines")
        if len(wanted) > round_.max_on_ballot:
            raise Invalid(_l("At most %(most)s lines on a ballot.", most=round_.max_on_ballot), field="lines")
        tx.session.execute(delete(BallotOption).where(BallotOption.round_id == round_id))
        for position, (option_id, title) in enumerate(zip(_ids(wanted), wanted, strict=True)):
            tx.add(BallotOption(round_id=round_id, option_id=option_id, position=position, title=title))
        audit.record(tx, "round.lines", by=by.person_id, on=("round", round_id), lines=len(wanted))
    return rounds.get(round_id)


def lines_of(round_id: int) -> list[str]:
    """The lines of a draft resolution, in their order."""
    return list(
        db.session.scalars(
            select(BallotOption.title).where(BallotOption.round_id == round_id).order_by(BallotOption.position)
        )
    )


def _newest_versions(tx: Transaction, proposal_ids: Sequence[int]) -> dict[int, ProposalVersion]:
    rows = tx.session.scalars(
        select(ProposalVersion).where(ProposalVersion.proposal_id.in_(proposal_ids)).order_by(ProposalVersion.number)
    )
    return {version.proposal_id: version for version in rows}


def _from_proposal(
    proposal: Proposal, version: ProposalVersion | None, groups: tuple[str, ...], *, money: bool
) -> FrozenOption:
    text = version.content if version is not None else {"title": proposal.title, "summary": proposal.summary}
    return FrozenOption(
        id=proposal.option_id, title=proposal.title, cost_minor=proposal.ask_minor if money else 0,
        least_minor=proposal.least_minor if money else None,
        groups=((proposal.neighbourhood,) if proposal.neighbourhood else ()) + groups, proposal_id=proposal.id,
        version_number=version.number if version is not None else 0, text=text,
    )  # fmt: skip


def _ids(titles: Sequence[str]) -> list[str]:
    """Short names of lines: their words, made different by a number where two are alike."""
    found: list[str] = []
    for number, title in enumerate(titles, start=1):
        plain = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:40].strip("-")
        found.append(plain if plain and plain not in found else f"{plain or 'line'}-{number}")
    return found
