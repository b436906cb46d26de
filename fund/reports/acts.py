"""Acts on reports. The public ones are `money.read`; whoever handles money gets the same pages exact."""

from __future__ import annotations

from fund.permissions import MONEY_HANDS, declare

declare("report.draft", "draft the quarterly letter", MONEY_HANDS)
