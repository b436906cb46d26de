"""Acts of voting. Who may vote is decided by the roll, so the conditions here look at the round, not at the class."""

from __future__ import annotations

from fund.permissions import EVERYONE, MEMBERS, SIGNED_IN, STEWARDS, declare

declare("ballot.preview", "see the ballot as it will look", EVERYONE)
declare("ballot.cast", "cast a ballot, being on the roll", SIGNED_IN)
declare("ballot.rehearse", "try the ballot out before voting opens", MEMBERS | STEWARDS)
declare("pledge.make", "say how else one will support a proposal", SIGNED_IN)
declare("reason.give", "give a reason beside the vote, without a name", SIGNED_IN)
declare("round.freeze", "freeze a round", STEWARDS)
declare("round.lines", "write the lines that members vote on", STEWARDS)
declare("round.group", "say which proposals belong to a set-aside or exclude each other", STEWARDS)
declare("roll.add", "add a member to a walk-up roll", STEWARDS)
declare("outreach.read", "see who has not voted yet, as the charter allows", MEMBERS | STEWARDS)
