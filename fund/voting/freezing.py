"""Freezing: the moment after which the charter, the ballot, the roll, the budget and the secrecy of a round stand.

What is frozen is one piece of bytes with its hash, `round-rules/1`: the charter's rules for this type of round, the
options with their public text, the times, the size of the roll, what will be published. Everything later reads those
bytes, and the database refuses to change them. A plan of the same shape is shown before, with a list of what is still
missing, so that nothing about a freeze is a surprise.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from fund import audit, db
from fund import charter as charters
from fund.db import Transaction, canonical_bytes
from fund.errors import WrongState
from fund.members import service as members
from fund.permissions import Actor, require
from fund.pots import service as pots
from fund.proposals import service as proposals
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import envelopes, frozen_options, grouping, publication, readiness, roll
from fund.voting.frozen_options import FrozenOption
from fund.voting.models import BallotOption
from fund.voting.publication import Publication
from fund.voting.readiness import Check


@dataclass(frozen=True)
class Plan:
    """What freezing would fix now, and what still stands in its way."""

    options: Sequence[FrozenOption]
    electors: Sequence[members.ElectorRow]
    rules: dict[str, Any]
    publication: Publication
    checks: Sequence[Check]

    @property
    def blocking(self) -> list[Check]:
        """Checks that forbid freezing."""
        return [check for check in self.checks if check.blocks]

    @property
    def ballots_needed(self) -> int:
        """Ballots that make the vote valid: the charter's quorum, and the least number a secret round is opened with."""
        return needed(self.rules, len(self.electors))


def needed(rules: Mapping[str, Any], electors: int) -> int:
    """Ballots without which there is no decision (TRUST 3.3: a secret round is opened only with ten).

    With chambers it is the sum of what each of them needs; see `still_needed`.
    """
    if rules.get("chambers"):
        return sum(charters.chamber_needs(rules).values())
    quorum = charters.ballots_needed(dict(rules), electors)
    return max(quorum, charters.SECRET_NEEDS_BALLOTS) if rules["assurance"] == "secret" else quorum


def still_needed(rules: Mapping[str, Any], electors: int, cast: int, cast_in: Mapping[str, int]) -> int:
    """How many more ballots make a decision: with chambers each needs its own (`cast_in`, by chamber), else of all."""
    if rules.get("chambers"):
        return sum(max(0, least - cast_in.get(code, 0)) for code, least in charters.chamber_needs(rules).items())
    return max(0, needed(rules, electors) - cast)


def plan(round_: Round, *, tx: Transaction | None = None) -> Plan:
    """What freezing this draft would fix at this moment. Reads only."""
    reading = tx or Transaction(db.session())
    moment = reading.now()
    options = frozen_options.options_of(reading, round_)
    base = _charter_rules(reading, round_, None)
    electors = members.electorate(reading, base["voters"], moment)
    base = _charter_rules(reading, round_, electors)
    hidden = [one["electors"] for one in base["chambers"] if one["assurance"] == "secret"]
    decided = publication.decide(
        base["publication"], base["assurance"], base["form"], max(1, len(options)), min(hidden, default=len(electors))
    )
    rules = {
        **base,
        "publication": decided.publication,
        "publication_narrowed": decided.narrowed,
        "possible_ballots": str(decided.possible_ballots),
        "unique_percent": decided.unique_percent,
        "round": {
            "uuid": str(round_.uuid), "slug": round_.slug, "title": round_.title, "question": round_.question,
            "amends": amended.text_hash.hex() if (amended := rounds.amended_version(round_)) is not None else None,
        },
        "opens_at": _written(round_.opens_at),
        "closes_at": _written(round_.closes_at),
        "electors": len(electors),
        "options": [option.as_rule() for option in options],
        "incompatible": grouping.rivals(reading, round_.id, [option.id for option in options]),
    }  # fmt: skip
    checks = readiness.checks(reading, round_, rules, options, len(electors), moment)
    return Plan(options, electors, rules, decided, checks)


def freeze(round_id: int, *, by: Actor) -> Round:
    """Freeze a draft round: store its rules, its ballot and its roll, and make its keys.

    Raises WrongState, naming everything that is still missing, when a check stands in the way or it is no draft.
    """
    require(by, "round.freeze")
    with db.writing() as tx:
        round_ = rounds.lock_draft(tx, round_id)
        pots.carried(tx, rounds.kept_codes(round_), hold=True)
        planned = plan(round_, tx=tx)
        if planned.blocking:
            missing = " ".join(str(check.note or check.label) for check in planned.blocking)
            raise WrongState(_l("This round cannot be frozen yet. %(missing)s", missing=missing))
        digest = _write(tx, round_, planned)
        audit.record(
            tx, "round.freeze", by=by.person_id, on=("round", round_.id), rules=digest.hex(),
            electors=len(planned.electors), options=len(planned.options), assurance=round_.assurance,
        )  # fmt: skip
    return rounds.get(round_id)


def _write(tx: Transaction, round_: Round, planned: Plan) -> bytes:
    """Options and roll first, while the round is a draft; then the round itself, and from then on nothing moves.

    Gives the hash of the rules.
    """
    tx.session.execute(delete(BallotOption).where(BallotOption.round_id == round_.id))
    tx.session.add_all(
        BallotOption(
            round_id=round_.id, option_id=option.id, position=position, proposal_id=option.proposal_id,
            title=option.title, cost_minor=option.cost_minor, version_number=option.version_number,
        )
        for position, option in enumerate(planned.options)
    )  # fmt: skip
    chambers = frozenset(one["code"] for one in planned.rules["chambers"])
    roll.put_on_roll(tx, round_, planned.electors, chambers=chambers)
    proposals.mark_on_ballot(tx, round_.id)
    round_.assurance, round_.publication = planned.rules["assurance"], planned.rules["publication"]
    round_.electorate_n = len(planned.electors)
    round_.budget_minor = planned.rules["budget_minor"] or 0
    data = canonical_bytes(planned.rules)
    digest = hashlib.sha256(data).digest()
    round_.rules_bytes, round_.rules_hash = data, digest
    round_.frozen_at, round_.status = tx.now(), "frozen"
    tx.session.flush()
    pots.take_carried(tx, round_.id, round_.title, planned.rules.get("pots", ()))
    envelopes.make_keys(round_)
    return digest


def _charter_rules(tx: Transaction, round_: Round, electors: Sequence[members.ElectorRow] | None) -> dict[str, Any]:
    return charters.rules_for_round(
        rounds.charter(round_), round_.round_type, electors=None if electors is None else len(electors),
        electors_by_class=None if electors is None else Counter(one.class_code for one in electors),
        budget_minor=rounds.budget_now(tx, round_), carried=pots.carried(tx, rounds.kept_codes(round_)),
        max_on_ballot=round_.max_on_ballot, draw_source=round_.draw_source,
        amendment=round_.amends_version_id is not None,
    )  # fmt: skip


def _written(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
