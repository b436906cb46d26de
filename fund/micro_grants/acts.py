"""Acts on micro-grants. Anybody may ask; those who hold office run the week; nobody reads who asked."""

from __future__ import annotations

from fund.permissions import EVERYONE, MONEY_HANDS, declare

declare("micro_grant.read", "read how micro-grants are given", EVERYONE)
declare("micro_grant.ask", "ask for a micro-grant, and look at one's own request by its code", EVERYONE)
declare("micro_grant.run", "close a week's list, draw, propose and approve it", MONEY_HANDS)
declare("micro_grant.pay", "tick a micro-grant off as paid", MONEY_HANDS)
