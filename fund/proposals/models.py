"""Tables of proposals: application, versions, answers, files, review, conflicts, questions, appeals (FIELD B1).

A proposal is one business's ask in one round. Its public text is kept in versions; the current one is also in the
columns. Private answers and review notes are read by reviewers without a conflict, and by nobody else.
`standards` maps each standard of the charter to what the applicant says about it; `tell_by_phone` names the news that
a steward has still to tell an applicant who left no e-mail and has no account.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import JsonText, MinorUnits, Model, StoredBytes, UTCDateTime, guards

PROPOSAL_STATES = (
    "draft",
    "submitted",
    "in_review",
    "admitted",
    "refused",
    "appealed",
    "on_ballot",
    "winner",
    "reserve",
    "not_funded",
    "withdrawn",
)
PRODUCTS = ("grant", "zero_interest", "fixed", "profit_share", "revenue_share", "nonvoting_share")
REVIEW_KINDS = ("standards", "feasibility", "diligence", "accessibility")
REVIEW_STATES = ("assigned", "done", "conflicted", "reassigned")
REVIEW_OUTCOMES = ("pass", "pass_with_conditions", "fail")
CONFLICT_STATES = ("declared", "recused", "cleared_by_other")
REFUSAL_CODES = (
    "outside_area",
    "not_eligible",
    "too_expensive",
    "not_feasible",
    "standards",
    "incomplete",
    "duplicate",
    "other",
)


class Proposal(Model):
    """One application, from draft to outcome. `option_id` is its name on the ballot and in every published file."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(f"state IN {PROPOSAL_STATES!r}", name="state"),
        CheckConstraint(f"product IN {PRODUCTS!r}", name="product"),
        CheckConstraint("ask_minor >= 0", name="ask"),
        CheckConstraint(
            "least_minor IS NULL OR (least_minor > 0 AND (ask_minor = 0 OR least_minor <= ask_minor))",
            name="least_within_ask",
        ),
        CheckConstraint("state = 'draft' OR product IS NOT NULL", name="product_said"),
        CheckConstraint("state <> 'refused' OR refused_reason IS NOT NULL", name="refusal_has_a_reason"),
        UniqueConstraint("round_id", "slug"),
        Index("ix_proposal_round_state", "round_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    benefits: Mapped[str] = mapped_column(Text, default="")
    ask_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    least_minor: Mapped[int | None] = mapped_column(MinorUnits)
    product: Mapped[str | None] = mapped_column(String(20))
    neighbourhood: Mapped[str | None] = mapped_column(String(80))
    ownership: Mapped[str] = mapped_column(String(20), default="other")
    standards: Mapped[dict[str, str]] = mapped_column(JsonText, default=dict)
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str | None] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10), default="en")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    shortlisted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    details: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    name_public_if_refused: Mapped[bool] = mapped_column(default=False)
    refused_code: Mapped[str | None] = mapped_column(String(20))
    refused_reason: Mapped[str | None] = mapped_column(Text)
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    next_answer_by: Mapped[dt.date | None]
    told_by_phone: Mapped[bool] = mapped_column(default=False)
    typed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    tell_by_phone: Mapped[str | None] = mapped_column(String(40))
    return_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    admitted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    versions: Mapped[list[ProposalVersion]] = relationship(back_populates="proposal", order_by="ProposalVersion.number")
    answers: Mapped[list[ProposalAnswer]] = relationship(back_populates="proposal")
    budget: Mapped[list[BudgetLine]] = relationship(viewonly=True, order_by="BudgetLine.position")
    attachments: Mapped[list[Attachment]] = relationship(back_populates="proposal", order_by="Attachment.id")
    reviews: Mapped[list[Review]] = relationship(back_populates="proposal", order_by="Review.id")
    public_questions: Mapped[list[PublicQuestion]] = relationship(
        back_populates="proposal", order_by="PublicQuestion.id"
    )
    appeals: Mapped[list[Appeal]] = relationship(back_populates="proposal", order_by="Appeal.id")

    @property
    def option_id(self) -> str:
        """The proposal's id on the ballot and in every published file."""
        return self.slug


class BudgetLine(Model):
    """One line of what the money is for; `stretch` lines come only if there is more than the least that still helps."""

    __tablename__ = "budget_line"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("what <> ''", name="what"),
        UniqueConstraint("proposal_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(String(120))
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    stretch: Mapped[bool] = mapped_column(default=False)


class ProposalVersion(Model):
    """The public text as it stood; `content` maps field to text. A correction by a steward says why."""

    __tablename__ = "proposal_version"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    why: Mapped[str] = mapped_column(String(300), default="")

    proposal: Mapped[Proposal] = relationship(back_populates="versions")


class ProposalAnswer(Model):
    """The answer to one of the round's own questions."""

    __tablename__ = "proposal_answer"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("round_question.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")

    proposal: Mapped[Proposal] = relationship(back_populates="answers")


class Attachment(Model):
    """A file. Its bytes lie in the file store under a random key; images were re-encoded before they got there."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    storage_key: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(StoredBytes)
    private: Mapped[bool] = mapped_column(default=True)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    proposal: Mapped[Proposal] = relationship(back_populates="attachments")


class Review(Model):
    """One kind of review of one proposal by one steward: checklist, private notes, a public memo."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint(f"kind IN {REVIEW_KINDS!r}", name="kind"),
        CheckConstraint(f"state IN {REVIEW_STATES!r}", name="state"),
        CheckConstraint(f"outcome IS NULL OR outcome IN {REVIEW_OUTCOMES!r}", name="outcome"),
        CheckConstraint("state <> 'done' OR outcome IS NOT NULL", name="done_has_an_outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="assigned")
    outcome: Mapped[str | None] = mapped_column(String(24))
    checklist: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    private_notes: Mapped[str] = mapped_column(Text, default="")
    memo: Mapped[str] = mapped_column(Text, default="")
    assigned_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    proposal: Mapped[Proposal] = relationship(back_populates="reviews")


class Conflict(Model):
    """A steward's tie to a proposal. While it stands (declared or recused) the steward takes no part."""

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint(f"state IN {CONFLICT_STATES!r}", name="state"),
        CheckConstraint("cleared_by IS NULL OR cleared_by <> person_id", name="cleared_by_another"),
        UniqueConstraint("person_id", "proposal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    relation: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), default="recused")
    declared_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cleared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cleared_reason: Mapped[str | None] = mapped_column(Text)


class Substitute(Model):
    """Who stands in for a task on a proposal when too few stewards are without a conflict, and how they were found."""

    __tablename__ = "substitute"
    __table_args__ = (UniqueConstraint("round_id", "proposal_id", "person_id", "task"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    task: Mapped[str] = mapped_column(String(20))
    found_how: Mapped[str] = mapped_column(String(300))
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class PublicQuestion(Model):
    """A question asked in public and its answer; closed at freezing."""

    __tablename__ = "public_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    hidden_reason: Mapped[str | None] = mapped_column(Text)

    proposal: Mapped[Proposal] = relationship(back_populates="public_questions")


class Appeal(Model):
    """An applicant's appeal against a refusal, heard by somebody who did not refuse it."""

    __tablename__ = "appeal"
    __table_args__ = (CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'admitted')", name="outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    proposal: Mapped[Proposal] = relationship(back_populates="appeals")


_NOT_IN_WRITING = "(SELECT state FROM proposal WHERE id = {row}.proposal_id) NOT IN ('draft', 'submitted', 'in_review')"
_LINES_STAND = "the lines of a budget stand from admission on"

guards.append_only("proposal_version")
guards.forbid("budget_line", "INSERT", when=_NOT_IN_WRITING.format(row="NEW"), message=_LINES_STAND)
guards.forbid("budget_line", "UPDATE", when=_NOT_IN_WRITING.format(row="OLD"), message=_LINES_STAND)
guards.forbid("budget_line", "DELETE", when=_NOT_IN_WRITING.format(row="OLD"), message=_LINES_STAND)
guards.forbid("proposal", "DELETE", when="OLD.state <> 'draft'", message="a submitted proposal is never deleted")
guards.forbid("conflict", "DELETE", message="declared conflicts are never deleted")
