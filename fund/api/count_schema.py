"""What a published count holds, field by field (COUNTING.md): the object that was hashed and certified.

Exact numbers are text ("12", "7/3"); amounts are whole minor units. `facts` holds what a rule's own table shows beside:
text and whole numbers only. Options are known by their ids on the ballot.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

EXACT = {
    "description": "An exact number as text, such as 12 or 7/3, or with the decimals that a rule states, such as 4.50000",
    "pattern": r"^-?[0-9]+(/[0-9]+|\.[0-9]+)?$",
}


def _by_option(value: fields.Field[Any]) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=value, required=True, metadata={"description": "By option id"})


def _ids() -> fields.List[Any]:
    return fields.List(fields.String(), required=True)


class QuorumSchema(Schema):
    """Ballots needed and cast, in the whole round or in one chamber."""

    chamber = fields.String(required=True, allow_none=True)
    needed = fields.Integer(required=True)
    cast = fields.Integer(required=True)
    met = fields.Boolean(required=True)


class StageSchema(Schema):
    """One step of the count."""

    tally = _by_option(fields.String(metadata=EXACT))
    elected = _ids()
    eliminated = _ids()
    exhausted = fields.String(required=True, metadata=EXACT)
    quota = fields.String(metadata=EXACT)
    facts = fields.Dict(keys=fields.String())


class TieSchema(Schema):
    """Options that were level, what decided between them, and whether another choice would have changed the result."""

    stage = fields.Integer(required=True)
    options = _ids()
    purpose = fields.String(required=True)
    decided_by = fields.String(required=True)
    chosen = fields.String(required=True)
    changes_outcome = fields.Boolean(required=True, allow_none=True)


class ReasonSchema(Schema):
    """Why an option was or was not chosen, as a code with what fills its sentence."""

    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)


class VoidSchema(Schema):
    """A ballot that could not be accepted, and why."""

    path = fields.String(required=True)
    reason = fields.String(required=True)


class CountSchema(Schema):
    """The count."""

    rule = fields.Dict(keys=fields.String(), required=True, metadata={"description": "`method` and every setting"})
    outcome = fields.String(required=True)
    elected = _ids()
    order = _ids()
    awards = _by_option(fields.Integer())
    spent = fields.Integer(required=True)
    budget = fields.Integer(required=True, allow_none=True)
    scores = _by_option(fields.String(metadata=EXACT))
    ballots = fields.Integer(required=True)
    blank = fields.Integer(required=True)
    valid = fields.Integer(required=True)
    void = fields.Integer(required=True)
    exhausted = fields.String(required=True, metadata=EXACT)
    roll = fields.Raw(required=True, allow_none=True, metadata={"description": "Members on the roll, or by chamber"})
    quorum = fields.List(fields.Nested(QuorumSchema), required=True)
    rounds = fields.List(fields.Nested(StageSchema), required=True)
    ties = fields.List(fields.Nested(TieSchema), required=True)
    reasons = _by_option(fields.String())
    reason_codes = _by_option(fields.Nested(ReasonSchema))
    facts = fields.Dict(keys=fields.String(), required=True)
    voids = fields.List(fields.Nested(VoidSchema))
    compare = fields.Nested(lambda: CountSchema(), metadata={"description": "The other rule, side by side"})
