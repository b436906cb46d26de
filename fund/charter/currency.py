"""Money as a charter writes it (whole units, decimals allowed) and as the program keeps it (integer minor units)."""

from __future__ import annotations

from decimal import Decimal

from fund.currency import exponent


def minor_units(amount: int | Decimal, decimals: int) -> int | None:
    """Whole units to minor units, exactly; None for more decimals than the currency has, and for what is no number."""
    if isinstance(amount, Decimal) and not amount.is_finite():
        return None
    if isinstance(amount, Decimal) and (amount.adjusted() > 18 or int(amount.as_tuple().exponent) < -18):
        return None
    scaled = Decimal(amount) * (10**decimals)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def in_words(amount_minor: int, currency: str) -> str:
    """Plain English: `USD 30,000`, `USD 12.50`, `JPY 500`. Decimals are left out when they are all zero."""
    decimals = exponent(currency)
    whole, part = divmod(abs(amount_minor), 10**decimals)
    text = f"{whole:,}" + (f".{part:0{decimals}d}" if part else "")
    return f"{currency} {'-' if amount_minor < 0 else ''}{text}".strip()
