"""What is private in the world, each a word that stands nowhere else, and who may read it.

`plant` puts the words into real rows. `SECRETS` says of each word which people of the world may read it: everybody else
must not meet it on any page, in any file and under any address; and those named must meet it somewhere, or the
comparison would prove nothing.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from flask import current_app

from fund import db
from fund.awards.models import Report, Tranche
from fund.businesses.models import Business, BusinessTag, Nomination
from fund.db import Transaction
from fund.db.outbox import OutboxMessage
from fund.decisions import service as decisions
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.members import credentials
from fund.members.models import AccessNeed, Credential, Invitation, Membership, Person, Verification
from fund.notes import changes, payouts
from fund.notes import service as notes
from fund.notes.holders import NewHolder
from fund.notes.service import NewNote
from fund.proposals import service as proposals
from fund.proposals.models import Appeal, Attachment, Conflict, Proposal, ProposalAnswer, PublicQuestion, Review
from fund.proposals.service import Finding
from fund.results.models import Dispute
from fund.rounds.models import Round, RoundQuestion, RoundTask, SecondedAct
from fund.voting.models import Reason
from tests import factories

WATCHERS = (
    "visitor", "newcomer", "agent", "member", "solidarity", "treasurer", "auditor", "administrator", "recused", "steward",
    "steward2", "applicant", "winner", "waiting", "turned-away",
)  # fmt: skip
"""Everybody who looks at everything."""

_STEWARDS = frozenset({"steward", "steward2", "recused"})
_REVIEWERS = frozenset({"steward", "steward2"})
_OVERSIGHT = _STEWARDS | {"treasurer", "auditor", "administrator"}
"""Who serves the fund declares ties to what was handed in, and so reads what it is called."""
_PAYERS = frozenset({"steward", "steward2", "recused", "treasurer"})

SECRETS: dict[str, frozenset[str]] = {
    "hush-need": frozenset({"waiting", "steward2"}),
    "hush-phone": _STEWARDS | {"waiting"},
    "hush-postal": _STEWARDS | {"waiting"},
    "hush-note": _STEWARDS,
    "hush-turned-away": _STEWARDS,
    "hush-plea": _STEWARDS,
    "hush-invitation": frozenset(),
    "hush-invited": _STEWARDS,
    "hush-mail-code": frozenset(),
    "hush-answer-handed-in": _REVIEWERS | {"applicant"},
    "hush-answer-admitted": _REVIEWERS | {"newcomer"},
    "hush-file-handed-in": _REVIEWERS | {"applicant"},
    "hush-file-admitted": _REVIEWERS | {"newcomer"},
    "hush-removed": frozenset(),
    "hush-notes": _REVIEWERS,
    "hush-checklist": _REVIEWERS,
    "hush-memo": _REVIEWERS,
    "hush-contact-handed-in": _REVIEWERS | {"applicant"},
    "hush-contact-admitted": _REVIEWERS | {"newcomer"},
    "hush-draft": frozenset({"applicant"}),
    "hush-title": _OVERSIGHT | {"applicant"},
    "hush-refused": _OVERSIGHT | {"applicant"},
    "hush-reason": _REVIEWERS | {"applicant"},
    "hush-appeal": _REVIEWERS | {"applicant"},
    "hush-question": frozenset(),
    "hush-tag": frozenset({"agent"}),
    "hush-mill": frozenset(),
    "hush-business": frozenset({"agent"}),
    "hush-named": _STEWARDS,
    "hush-beside": frozenset(),
    "hush-evidence": _PAYERS | {"winner"},
    "hush-minutes": _PAYERS,
    "hush-alias": _PAYERS,
    "hush-way": _PAYERS,
    "hush-hours": frozenset({"member"}),
    "hush-year": _PAYERS,
    "hush-bank": _PAYERS | {"winner"},
    "hush-lender": _PAYERS | {"auditor"},
    "hush-lend-contact": frozenset({"treasurer", "auditor"}),
    "hush-estate": frozenset({"treasurer", "auditor"}),
    "hush-arranged": _PAYERS,
    "76,543.21": _PAYERS | {"agent"},
    "hush-line": _PAYERS | {"auditor"},
    "hush-left-out": _PAYERS | {"auditor"},
}
"""Word: who may read it, and does."""

MARKS = ("hush-", "76,543.21")
"""Every word holds one of these; the figure is what a shop sold in a month."""


def plant(world: Any) -> None:
    """Put every word where it belongs, and the people there who may and may not read it."""
    people = world.people
    people["recused"] = factories.officer("Greta Tied").id
    turned_away = factories.person("Otto Away", email="otto@example.org")
    people["turned-away"] = turned_away.id
    with db.writing() as tx:
        _membership(tx, world)
        _businesses(tx, world)
        _money(tx, world)
        world.names["link_secret"] = credentials.make(tx, "link", person_id=people["member"])
        world.names["invitation_secret"] = credentials.make(tx, "invitation", person_id=None, address="inv@example.org")
        invited = tx.session.get_one(Invitation, world.ids["invitation"])
        tx.session.flush()
        invited.credential_id = max(row.id for row in tx.session.query(Credential).filter_by(kind="invitation"))
        _rounds(tx, world)
    _proposals(world)
    _notes(world)


def _rounds(tx: Transaction, world: Any) -> None:
    """A task, an act that waits for its second, and a dispute."""
    now, people = tx.now(), world.people
    running, ended = (tx.session.query(Round).filter_by(slug=world.rounds[one]).one() for one in ("open", "published"))
    tx.add(Reason(code="0" * 26, round_id=running.id, option_id="", text="hush-beside"))
    task = tx.add(RoundTask(round_id=running.id, person_id=people["steward2"], task="outreach"))
    act = tx.add(SecondedAct(round_id=running.id, act="close_early", reason="Everybody has voted.", proposed_at=now,
                             proposed_by=people["steward2"]))  # fmt: skip
    dispute = tx.add(Dispute(round_id=ended.id, raised_by=people["member"], text="It is not my count.", raised_at=now))
    message = tx.add(OutboxMessage(kind="sign_in", person_id=people["waiting"], facts={"secret_code": "hush-mail-code"},
                                   state="failed", attempts=8, last_error="550 no", due_at=now))  # fmt: skip
    world.ids |= {"task": task.id, "act": act.id, "dispute": dispute.id, "message": message.id}


def _membership(tx: Transaction, world: Any) -> None:
    now, people = tx.now(), world.people
    waiting = tx.session.get_one(Person, people["waiting"])
    waiting.phone = "hush-phone"
    tx.session.get_one(Membership, world.ids["membership"]).postal_code = "hush-postal"
    tx.add(AccessNeed(person_id=waiting.id, need="hush-need", helper_id=people["steward2"], stated_at=now))
    tx.add(Verification(membership_id=world.ids["membership"], handler="vouched", by_id=people["voter1"],
                        note="hush-note", made_at=now))  # fmt: skip
    refused = tx.add(Membership(
        person_id=people["turned-away"], class_code="member", basis="lives", state="appealed", applied_at=now,
        refused_reason="hush-turned-away", refused_by=people["steward2"], appeal_text="hush-plea", appealed_at=now,
    ))  # fmt: skip
    invited = tx.add(Invitation(
        name="hush-invited", email="inv@example.org", class_code="member", text="hush-invitation", invited_at=now,
        invited_by=people["steward"], last_sent_at=now,
    ))  # fmt: skip
    world.ids |= {"appealed": refused.id, "invitation": invited.id}


def _businesses(tx: Transaction, world: Any) -> None:
    bakery = tx.session.query(Business).filter_by(slug=world.names["business"]).one()
    bakery.contact_email, bakery.contact_name = "hush-business@example.org", "hush-business"
    tx.add(BusinessTag(business_id=bakery.id, tag="hush-tag", public=False))
    tx.session.query(Business).filter_by(slug="hidden-mill").one().about = "hush-mill"
    tx.session.get_one(Nomination, world.ids["nomination"]).why = "hush-named"


def _money(tx: Transaction, world: Any) -> None:
    tranche = tx.session.get_one(Tranche, world.ids["tranche"])
    tranche.evidence_note = "hush-evidence"
    tranche.evidence_key, tranche.evidence_name = _store(b"hush-evidence"), "hush-evidence.txt"
    tranche.evidence_type = "text/plain"
    tx.session.get_one(Disbursement, world.ids["payment"]).ended_reason = "hush-bank"
    tx.add(Report(award_id=tranche.award_id, number=1, text="Forty bowls of soup.", photo_key=_store(b"a photo"),
                  photo_name="photo.jpg", photo_type="image/jpeg", typed_by=world.people["steward"],
                  told_on=foundation.today_in(tx), told_at=tx.now()))  # fmt: skip


def _notes(world: Any) -> None:
    """A note whose holder is nobody's business, and a payment to them that waits for its approvals."""
    treasurer, steward = (
        factories.actor(db.session.get_one(Person, world.people[one])) for one in ("treasurer", "steward2")
    )
    new = NewNote("solidarity", NewHolder("hush-lender", "hush-lend-contact"), 60_000, foundation.today(), uuid.uuid4())
    note_id = notes.record_note(new, by=treasurer).id
    changes.hand_on(note_id, to=NewHolder("hush-lender", "hush-lend-contact"), why="hush-estate", on=foundation.today(),
                    by=treasurer)  # fmt: skip
    early = decisions.NewDecision("consent", "A lender leaves early", "", foundation.today(), None)
    decision_id = decisions.confirm(decisions.record_decision(early, by=treasurer).id, by=steward).id
    payout = payouts.request(note_id, part="principal", amount_minor=1_000, decision_id=decision_id, by=treasurer)
    world.ids |= {"note": note_id, "note_payout": payout.id}


def _store(data: bytes) -> str:
    return str(current_app.extensions["files"].put(data))


def _proposals(world: Any) -> None:
    people = world.people
    steward, second = (factories.actor(db.session.get_one(Person, people[one])) for one in ("steward", "steward2"))
    for key in ("standards", "feasibility"):
        kept = proposals.assign(world.ids["submitted"], kind=key, by=steward,
                                reviewer_id=people["steward2" if key == "standards" else "steward"])  # fmt: skip
        if key == "standards":
            world.ids["review"] = kept.id
            draft = Finding({}, None, "hush-checklist", "hush-memo")
            proposals.write(kept.id, draft, done=False, by=second)
    with db.writing() as tx:
        handed_in = tx.session.get_one(Proposal, world.ids["submitted"])
        _hidden_parts(tx, world, handed_in)
        _hidden_parts(tx, world, tx.session.get_one(Proposal, world.ids["admitted"]))
        handed_in.title += " hush-title"
        tx.session.get_one(Proposal, world.ids["draft"]).title += " hush-draft"
        _refused(tx, world, handed_in)


def _hidden_parts(tx: Transaction, world: Any, proposal: Proposal) -> None:
    now = tx.now()
    which = "admitted" if proposal.state == "admitted" else "handed-in"
    proposal.contact_name = proposal.contact_phone = f"hush-contact-{which}"
    proposal.contact_email = f"hush-contact-{which}@example.org"
    private = (
        tx.session.query(RoundQuestion).filter_by(round_id=proposal.round_id, private=True, stage="application").one()
    )
    world.ids["own_question"] = private.id
    answer = tx.session.get(ProposalAnswer, (proposal.id, private.id))
    if answer is None:
        tx.add(ProposalAnswer(proposal_id=proposal.id, question_id=private.id, text=f"hush-answer-{which}"))
    else:
        answer.text = f"hush-answer-{which}"
    for name, removed in ((f"hush-file-{which}", None), ("hush-removed", now)):
        row = tx.add(Attachment(
            proposal_id=proposal.id, storage_key=_store(name.encode()), file_name=f"{name}.txt", media_type="text/plain",
            size_bytes=9, sha256=hashlib.sha256(name.encode()).digest(), private=True, added_at=now, removed_at=removed,
        ))  # fmt: skip
        world.ids["removed" if removed else f"file-{which}"] = row.id
    tie = tx.add(Conflict(person_id=world.people["recused"], proposal_id=proposal.id, relation="Her sister bakes there.",
                          declared_at=now, declared_by=world.people["recused"]))  # fmt: skip
    world.ids["conflict"] = tie.id
    for review in tx.session.query(Review).filter_by(proposal_id=proposal.id, state="done"):
        review.private_notes = "hush-notes"
    if proposal.state == "admitted":
        tx.add(PublicQuestion(proposal_id=proposal.id, asked_by=world.people["member"], text="hush-question", asked_at=now,
                              hidden_reason="It names a child."))  # fmt: skip
        asked = tx.add(PublicQuestion(proposal_id=proposal.id, asked_by=world.people["member"], text="How warm is it?",
                                      asked_at=now))  # fmt: skip
        world.ids["question"] = asked.id


def _refused(tx: Transaction, world: Any, like: Proposal) -> None:
    """Two that were refused: one agreed to be named, the other did not."""
    now = tx.now()
    for slug, title, agreed in (
        ("turned-down", "hush-refused", False),
        ("named-when-refused", "Agreed to be named", True),
    ):
        row = tx.add(Proposal(
            round_id=like.round_id, applicant_id=like.applicant_id, slug=slug, title=title, ask_minor=1_000, product="grant",
            state="refused" if agreed else "appealed", refused_code="incomplete", refused_reason="hush-reason",
            refused_by=world.people["steward2"], refused_at=now, name_public_if_refused=agreed, started_at=now,
            submitted_at=now, contact_name="hush-contact-handed-in",
        ))  # fmt: skip
        tx.add(Conflict(person_id=world.people["recused"], proposal_id=row.id, relation="Her sister bakes there.",
                        declared_at=now, declared_by=world.people["recused"]))  # fmt: skip
        if not agreed:
            tx.add(Appeal(proposal_id=row.id, text="hush-appeal", made_at=now))
        world.ids[slug], world.names[slug] = row.id, slug
