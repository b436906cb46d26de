"""Acts on notes and losses. Terms are seen by the holder and those who keep and audit the books, never by the public."""

from __future__ import annotations

from fund.permissions import SIGNED_IN, TREASURERS, Role, declare

BOOKKEEPERS = frozenset({Role.TREASURER, Role.AUDITOR})

declare("note.mine", "see what one holds and is owed", SIGNED_IN)
declare("note.read", "see the notes and their holders", BOOKKEEPERS)
declare("note.record", "record a note that was issued, and what became of it", TREASURERS)
declare("note.accrue", "count interest on notes", TREASURERS | {Role.CLOCK})
declare("note.request", "ask for a payment to a note's holder", TREASURERS)
declare("loss.record", "share a loss, or what was recovered, over the layers of capital", TREASURERS)
