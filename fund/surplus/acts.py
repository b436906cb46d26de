"""Acts on surpluses. Sums are public, one's own account is one's own, names and hours are for those who handle money."""

from __future__ import annotations

from fund.permissions import EVERYONE, MONEY_HANDS, SIGNED_IN, declare

declare("surplus.read", "see how surpluses were shared", EVERYONE)
declare("surplus.own", "see one's own member account", SIGNED_IN)
declare("surplus.record", "record hours and put a surplus up for sharing", MONEY_HANDS)
declare("surplus.confirm", "confirm how a surplus is shared", MONEY_HANDS)
