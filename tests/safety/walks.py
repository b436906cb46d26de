"""Every page and file as each person of the world gets them, asked for once and kept for all tests that only look."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.papers import text_of
from tests.safety.fund_copy import FundCopy
from tests.safety.objects import Cell, cells

MANY, FEW = 4, 2
"""On so many objects each route is asked: those that hold what is private come first."""
LIKE_OTHERS = ("agent", "solidarity", "administrator", "turned-away", "winner")
"""Who differs from others on few objects, which come first, and so is asked about few."""


@dataclass(frozen=True)
class Seen:
    """One answer to somebody."""

    cell: Cell
    answer: TestResponse

    @property
    def path(self) -> str:
        """The address that was asked for."""
        return self.cell.path

    @property
    def endpoint(self) -> str:
        """The route's name."""
        return self.cell.endpoint

    @property
    def text(self) -> str:
        """Everything in the answer as text, the headers too, and what is packed in it unpacked."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.answer.headers)
        return f"{headers}\n\n{unpacked(self.answer.data)}"


class Walks:
    """The walks of everybody through a copy of the world that nobody changes."""

    def __init__(self, copy: FundCopy) -> None:
        self.copy = copy
        self._seen: dict[str, list[Seen]] = {}
        self.forms: dict[str, Any] = {}

    def of(self, role: str) -> list[Seen]:
        """Everything that somebody gets by GET."""
        if role not in self._seen:
            self._seen[role] = walk(
                self.copy, role, lambda cell: cell.method == "GET", most=FEW if role in LIKE_OTHERS else MANY
            )
        return self._seen[role]


def walk(copy: FundCopy, role: str, wanted: Callable[[Cell], bool], *, most: int = MANY) -> list[Seen]:
    """What somebody gets from the routes wanted; each address once."""
    asked = {cell.path: cell for cell in cells(copy, role, most=most, rotate=False) if wanted(cell)}
    return [Seen(asked[path], copy.ask(role, asked[path].method, path)) for path in sorted(asked)]


def unpacked(data: bytes) -> str:
    """A file as text; of an XLSX every part of it, of a PDF what stands on its pages."""
    if data.startswith(b"%PDF"):
        return text_of(data)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            data = b"\n".join(parts.read(name) for name in parts.namelist())
    return data.decode("utf-8", "replace")
