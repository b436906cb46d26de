"""What the API answers, field by field. Money is in minor units, times in UTC (RFC 3339), exact numbers as text."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from fund.api.count_schema import CountSchema

SLUG = validate.Regexp(r"[a-z0-9][a-z0-9-]{0,79}\Z")
MOST_DIGITS = 6


class FundSchema(Schema):
    """The fund."""

    name = fields.String(required=True)
    area = fields.String(required=True)
    currency = fields.String(required=True, metadata={"description": "ISO 4217"})
    timezone = fields.String(required=True)
    charter_version = fields.Integer(allow_none=True)
    charter_sha256 = fields.String(allow_none=True)


class TurnoutSchema(Schema):
    """Turnout as far as it may be shown; `cast` is rounded down while voting runs."""

    electors = fields.Integer(required=True)
    needed = fields.Integer(required=True)
    still_needed = fields.Integer(required=True)
    cast = fields.Integer(allow_none=True)
    final = fields.Boolean(required=True)


class PhaseSchema(Schema):
    """One phase of a round."""

    label = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["done", "now", "coming"]))
    starts_at = fields.DateTime(required=True, format="iso")
    ends_at = fields.DateTime(required=True, format="iso")


class RoundSchema(Schema):
    """One round."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    question = fields.String(required=True)
    decides = fields.String(required=True)
    status = fields.String(required=True)
    budget_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    assurance = fields.String(required=True)
    publication = fields.String(required=True)
    opens_at = fields.DateTime(allow_none=True, format="iso")
    closes_at = fields.DateTime(allow_none=True, format="iso")
    rules_sha256 = fields.String(allow_none=True)
    turnout = fields.Nested(TurnoutSchema, required=True)
    phases = fields.List(fields.Nested(PhaseSchema), required=True)
    url = fields.String(required=True)


class RoundPageSchema(Schema):
    """One page of rounds, newest first."""

    rounds = fields.List(fields.Nested(RoundSchema), required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)


class ProposalSchema(Schema):
    """One proposal, as far as it is public."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    state = fields.String(required=True)
    ask_minor = fields.Integer(required=True)
    currency = fields.String(required=True)
    product = fields.String(required=True)
    neighbourhood = fields.String(allow_none=True)
    url = fields.String(required=True)


class ProposalsSchema(Schema):
    """The public proposals of a round."""

    proposals = fields.List(fields.Nested(ProposalSchema), required=True)


class OutcomeSchema(Schema):
    """One option of the ballot and what became of it. `votes` is an exact number as text."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    votes = fields.String(required=True)
    cost_minor = fields.Integer(required=True)
    awarded_minor = fields.Integer(required=True)
    chosen = fields.Boolean(required=True)
    reason = fields.String(required=True)


class ResultSchema(Schema):
    """A published result; `count` is the object that was certified, byte for byte the same values."""

    round = fields.String(required=True)
    number = fields.Integer(required=True)
    outcome = fields.String(required=True)
    certified_by = fields.List(fields.String(), required=True)
    result_sha256 = fields.String(required=True)
    input_sha256 = fields.String(required=True)
    options = fields.List(fields.Nested(OutcomeSchema), required=True)
    count = fields.Nested(CountSchema, required=True)


class AmountSchema(Schema):
    """One line of the money summary."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    amount_minor = fields.Integer(required=True)


class MoneySchema(Schema):
    """Where every unit of money is."""

    currency = fields.String(required=True)
    lines = fields.List(fields.Nested(AmountSchema), required=True)


class PageNumber(fields.Integer):
    """A whole number as it stands in an address: digits and nothing else."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < MOST_DIGITS):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class PageArgs(Schema):
    """Which page of a list."""

    page = PageNumber(load_default=1, validate=validate.Range(1, 10_000))


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.Dict(keys=fields.String())
