"""Names in addresses: short, readable, never the same twice where they must differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection

MOST = 60
"""Letters of a slug before a number is added; the columns hold 80."""


def slug(name: str, *, taken: Callable[[str], bool], reserved: Collection[str] = (), otherwise: str = "entry") -> str:
    """The slug of a name that `taken` does not know yet: `otherwise` where the name has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MOST].strip("-") or otherwise
    candidate, number = base, 1
    while candidate in reserved or taken(candidate):
        number += 1
        candidate = f"{base}-{number}"
    return candidate
