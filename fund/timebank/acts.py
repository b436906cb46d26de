"""Acts on hours and goods. No vote and no money depends on any of them."""

from __future__ import annotations

from fund.permissions import EVERYONE, MEMBERS, STEWARDS, declare

declare("timebank.read", "see how many hours and goods were given", EVERYONE)
declare("timebank.record", "record hours and goods given and received", MEMBERS | STEWARDS)
declare("timebank.type_for_others", "type hours and goods for others", STEWARDS)
