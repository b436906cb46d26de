"""Amounts as they stand in files: like those people type, and also with a sign or in brackets for what is taken off."""

from __future__ import annotations

from fund.forms import parse_amount


def parse_signed(text: str, currency: str) -> int:
    """Minor units of an amount in whole units: "1,200.50", "-12", "(12.00)". Raises ValueError with a sentence."""
    plain = text.strip()
    if plain.startswith("(") and plain.endswith(")"):
        return -parse_amount(plain[1:-1], currency)
    if plain.startswith(("-", "\u2212")):
        return -parse_amount(plain[1:], currency)
    return parse_amount(plain.removeprefix("+"), currency)
