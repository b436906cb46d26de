"""Plain values for the API's schemas, from the same functions that the pages read."""

from __future__ import annotations

from typing import Any

from fund import db
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger import reading as books
from fund.permissions import VISITOR
from fund.proposals import service as proposals
from fund.proposals.models import Proposal
from fund.results import reading as results
from fund.rounds import listing
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import service as voting

ROUNDS_PER_PAGE = 20


def fund() -> dict[str, Any]:
    """The fund and the charter in force."""
    row, version = foundation.fund(), foundation.current_version()
    return {
        "name": row.name,
        "area": row.area,
        "currency": row.currency,
        "timezone": row.timezone,
        "charter_version": version.number if version else None,
        "charter_sha256": version.text_hash.hex() if version else None,
    }


def rounds_page(page: int) -> dict[str, Any]:
    """One page of rounds, newest first. Raises NotFound beyond the last page."""
    found = listing.newest(page, size=ROUNDS_PER_PAGE)
    if page > found.total:
        raise NotFound("There is no such page.")
    return {"rounds": [round_values(one) for one in found.rounds], "page": page, "pages": found.total}


def round_values(round_: Round) -> dict[str, Any]:
    """One round."""
    turnout = voting.turnout(round_)
    return {
        "slug": round_.slug,
        "title": round_.title,
        "question": round_.question,
        "decides": round_.decides,
        "status": round_.status,
        "budget_minor": round_.budget_minor,
        "currency": foundation.fund().currency,
        "assurance": round_.assurance,
        "publication": round_.publication,
        "opens_at": round_.opens_at,
        "closes_at": round_.closes_at,
        "rules_sha256": round_.rules_hash.hex() if round_.rules_hash else None,
        "turnout": {
            "electors": turnout.electors,
            "needed": turnout.needed,
            "still_needed": turnout.still_needed,
            "cast": turnout.shown,
            "final": turnout.is_final,
        },
        "phases": [
            {"label": label, "state": state, "starts_at": start, "ends_at": end}
            for state, label, start, end in rounds.timeline(round_, db.now())
        ],
        "url": f"/rounds/{round_.slug}",
    }


def proposals_of(slug: str) -> dict[str, Any]:
    """The public proposals of a round."""
    round_ = rounds.by_slug(slug)
    return {"proposals": [proposal_values(one, round_) for one in proposals.public_on(round_.id)]}


def proposal_of(slug: str, proposal_slug: str) -> dict[str, Any]:
    """One public proposal. Raises NotFound."""
    round_ = rounds.by_slug(slug)
    for one in proposals.public_on(round_.id):
        if one.slug == proposal_slug:
            return proposal_values(one, round_)
    raise NotFound("There is no such proposal.")


def proposal_values(proposal: Proposal, round_: Round) -> dict[str, Any]:
    """One proposal as far as it is public."""
    return {
        "slug": proposal.slug,
        "title": proposal.title,
        "summary": proposal.summary,
        "state": proposal.state,
        "ask_minor": proposal.ask_minor,
        "currency": foundation.fund().currency,
        "product": proposal.product,
        "neighbourhood": proposal.neighbourhood,
        "url": f"/rounds/{round_.slug}/proposals/{proposal.slug}",
    }


def result_of(slug: str) -> dict[str, Any]:
    """The published result of a round. Raises NotFound before publication."""
    round_ = rounds.by_slug(slug)
    outcome = results.outcome_of(round_, VISITOR)
    return {
        "round": slug,
        "number": outcome.run.number,
        "outcome": outcome.main.outcome,
        "certified_by": outcome.certified_by,
        "result_sha256": outcome.run.result_hash.hex(),
        "input_sha256": outcome.run.input_hash.hex(),
        "options": [
            {
                "id": line.option_id,
                "title": line.title,
                "votes": outcome.raw["scores"].get(line.option_id, "0"),
                "cost_minor": line.cost_minor,
                "awarded_minor": line.award_minor or 0,
                "chosen": line.elected,
                "reason": line.reason,
            }
            for line in outcome.main.lines
        ],
        "count": outcome.raw,
    }


def money() -> dict[str, Any]:
    """Where every unit of money is, by account."""
    lines = [
        {"code": line.code, "name": line.label, "amount_minor": line.amount_minor} for line in books.public_balances()
    ]
    return {"currency": foundation.fund().currency, "lines": lines}
