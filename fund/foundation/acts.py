"""Acts on the fund and its charter."""

from __future__ import annotations

from fund.permissions import EVERYONE, OVERSIGHT, SIGNED_IN, STEWARDS, declare

declare("page.read", "read a public page", EVERYONE)
declare("charter.propose", "propose a charter", STEWARDS)
declare("charter.adopt", "record the adoption of a charter", STEWARDS)
declare("demo.become", "become somebody else in a demo", EVERYONE)
declare("demo.clock", "move the clock of a demo", EVERYONE)
declare("audit.read", "read the log of acts", OVERSIGHT)
declare("self.read", "read one's own page", SIGNED_IN)
