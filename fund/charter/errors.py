"""What can be wrong with a charter file: one `CharterError` for each mistake, all of them in one `CharterErrors`.

A mistake names the line, the setting (`round_types[2].ballot.form`, counted from 1 as people count), what is wrong, and
what is allowed there. Both texts are messages that can be translated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fund.charter.messages import Message, ngettext
from fund.errors import Invalid

Path = tuple[str | int, ...]


def one_line(text: str, longest: int) -> str:
    """Somebody's text within a sentence: on one line, nothing that cannot be seen, not longer than this."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text[: longest + 1])
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def key_name(path: Path) -> str:
    """The name of a setting for people: ("round_types", 0, "code") becomes `round_types[1].code`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part + 1}]"
        else:
            name += f".{part}" if name else part
    return one_line(name, 120)


@dataclass(frozen=True)
class CharterError:
    """One mistake: the line it is on (1 is the first), the setting's name, what is wrong, what is allowed instead."""

    line: int
    key: str
    message: Message
    allowed: Message | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " + (f"{self.key}: " if self.key else "")
        return where + str(self.message) + (f" Allowed: {self.allowed}." if self.allowed else "")


class CharterErrors(Invalid):
    """A file that is not a charter yet; `errors` holds every mistake in the order of the lines."""

    title = "This charter has mistakes"

    def __init__(self, errors: Iterable[CharterError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.line, error.key)))
        count = len(self.errors)
        super().__init__(ngettext("The charter has %(n)s mistake.", "The charter has %(n)s mistakes.", count))

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)
