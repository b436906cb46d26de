"""Every table, imported in one place: what migrations, guards and checks need to see whole."""

from __future__ import annotations

from fund.audit import models as audit
from fund.awards import models as awards
from fund.bank import models as bank
from fund.businesses import models as businesses
from fund.db import limits, outbox
from fund.decisions import models as decisions
from fund.foundation import models as foundation
from fund.ledger import giving_models as giving
from fund.ledger import models as ledger
from fund.members import models as members
from fund.micro_grants import models as micro_grants
from fund.notes import models as notes
from fund.payments import models as payments
from fund.pots import models as pots
from fund.proposals import models as proposals
from fund.repayments import models as repayments
from fund.results import models as results
from fund.rounds import models as rounds
from fund.stewards import models as stewards
from fund.surplus import models as surplus
from fund.timebank import models as timebank
from fund.voting import models as voting

__all__ = [
    "audit", "awards", "bank", "businesses", "decisions", "foundation", "giving", "ledger", "limits", "members",
    "micro_grants", "notes", "outbox", "payments", "pots", "proposals", "repayments", "results", "rounds", "stewards",
    "surplus", "timebank", "voting",
]  # fmt: skip
