"""Currencies: how many minor units make one unit (ISO 4217), and exact splits.

Only the exceptions are listed; every other currency has two decimals.
"""

from __future__ import annotations

from collections.abc import Sequence

_EXPONENTS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip


def exponent(currency: str) -> int:
    """Decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def minor_per_unit(currency: str) -> int:
    """Minor units in one unit: 100 for USD."""
    return int(10 ** exponent(currency))


def split(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by whole weights, exactly: largest remainder, the earlier part first on a tie.

    Raises ValueError when the weights are empty, negative or all zero.
    """
    total = sum(weights)
    if not weights or total <= 0 or min(weights) < 0:
        raise ValueError("a split needs weights of which at least one is positive")
    parts = [amount_minor * weight // total for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(amount_minor * weights[i] % total), i))
    for i in remainders[: amount_minor - sum(parts)]:
        parts[i] += 1
    return parts


def written(amount_minor: int, currency: str) -> str:
    """An amount in plain figures with its currency, the same in every language: "1,500.50 USD", "1,500 USD"."""
    decimals = exponent(currency)
    whole, part = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole:,}{f'.{part:0{decimals}d}' if part else ''} {currency}"


def decimal(amount_minor: int, currency: str) -> str:
    """An amount in whole units with all its decimals, as banks and spreadsheets read it: "1500.50", "-3.00"."""
    decimals = exponent(currency)
    whole, part = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"
