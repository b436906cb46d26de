"""Codes that are written down or sent and then typed once more: to claim a business, to come back to an application.

Sixteen letters and digits that are not mistaken for one another. Only a keyed hash is stored, so a stolen table opens
nothing; with some 78 bits there is nothing to guess.
"""

from __future__ import annotations

import secrets

from fund.members.credentials import ALPHABET, PRINTED_LENGTH, grouped, hashed, normal


def fresh() -> str:
    """A new code in groups of four, as people read and type it."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(PRINTED_LENGTH)))


def digest(purpose: str, typed: str) -> str:
    """The keyed hash of a code for one purpose, in hexadecimal, however it was typed."""
    return hashed(purpose, normal(typed[:80])).hex()
