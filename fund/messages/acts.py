"""Acts on messages."""

from __future__ import annotations

from fund.permissions import STEWARDS, declare

declare("message.failed", "see which messages could not be sent", STEWARDS)
declare("message.try_again", "send a message again", STEWARDS)
