"""The parsed settings of one type of round: what it decides, its phases, its ballot, its count, its secrecy.

A charter holds several types; a round is opened from one and pins the charter's version. Ballot forms, rules and
settings have the names of COUNTING.md; the rest those of FIELD.md B2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


def carries(threshold: str, yes: int, no: int) -> bool:
    """Whether these votes reach a threshold: `majority` is more yes than no, a share is yes/(yes+no) >= share."""
    if threshold == "majority":
        return yes > no
    return yes + no > 0 and Fraction(yes, yes + no) >= Fraction(threshold)


@dataclass(frozen=True)
class Phases:
    """Length of each phase in days; 0 leaves a phase out."""

    submit_days: int
    review_days: int
    appeal_days: int
    questions_days: int
    vote_days: int


@dataclass(frozen=True)
class Ballot:
    """What a voter fills in. Limits that do not belong to the form are None."""

    form: str
    min: int | None
    max: int | None
    ranks: int | None
    credits: int | None
    total: int | None
    max_each: int | None
    allow_negative: bool
    organise_first: bool
    pledge_questions: tuple[str, ...]
    comment: str


@dataclass(frozen=True)
class CountRule:
    """How winners follow from the ballots. Settings that do not belong to the rule are None."""

    rule: str
    fit: str | None
    floor: str
    floor_votes: int | None
    ties: tuple[str, ...]
    compare_with: str | None
    min_award_minor: int | None
    utility: str | None
    completion: str | None
    comparison: str | None
    seats: int | None
    quota: str | None
    whole_quota: bool | None
    decimals: int | None
    elect_per_round: str | None
    eliminate: str | None
    until: str | None
    overvotes: str | None
    repeats: str | None
    max_skipped_ranks: int | None
    draw_source: str


@dataclass(frozen=True)
class Quorum:
    """The least turnout. `value` is a percent of the roll or a number of ballots, by `type`."""

    type: str
    value: int | None
    on_miss: str
    extend_days: int

    def ballots_needed(self, roll: int) -> int:
        """How many ballots (abstentions count) make the vote valid, for a roll of this many electors.

        A majority is floor(roll / 2) + 1; a percent is rounded up; without a quorum 0. Source: FIELD.md B2.
        """
        if self.type == "majority_of_roll":
            return roll // 2 + 1
        if self.type == "percent":
            return -(-roll * (self.value or 0) // 100)
        return (self.value or 0) if self.type == "count" else 0


@dataclass(frozen=True)
class Chamber:
    """One of several groups that must all agree, each with its own roll, quorum, threshold and assurance."""

    member_class: str
    name: str
    quorum: Quorum
    threshold: str
    assurance: str


@dataclass(frozen=True)
class RoundType:
    """Everything a round of this type is bound by once it is frozen."""

    code: str
    name: str
    decides: str
    voters: tuple[str, ...]
    budget_minor: int | None
    percent_of_available: int | None
    available: str
    reserve_percent: int
    min_to_open_minor: int | None
    how_often: str
    phases: Phases
    max_on_ballot: int
    preview_public: bool
    itemised_budget: bool
    ballot: Ballot
    count: CountRule
    quorum: Quorum
    threshold: str | None
    chambers: tuple[Chamber, ...]
    roll: str
    assurance: str
    publication: str
    participation_visible_to: str
    dispute_hours: int
    certified_by: str
    paper: bool
    paper_until_days: int
    protected_by: str | None
