"""The charters that come with the program: eight worked ones and the demo's.

Each is a file beside this one that loads and can be adopted as it stands. FIELD.md C tells whom they are inspired by.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from fund.charter.messages import N_, Message


@dataclass(frozen=True)
class Preset:
    """A charter to start from: its code, what it is for, and its TOML text."""

    code: str
    title: Message
    about: Message

    @property
    def text(self) -> str:
        """The file, to be loaded or edited."""
        return files(__name__).joinpath(f"{self.code}.toml").read_text(encoding="utf-8")


_PRESETS = (
    Preset(
        "c1-commons-fund",
        N_("Commons fund"),
        N_(
            "Members vote yes or no on one investment at a time, with a quorum of more than half and two thirds in"
            " favour. Supporters can join without a vote. Businesses meet standards that members have voted on."
        ),
    ),
    Preset(
        "c8-main-street",
        N_("Main street"),
        N_(
            "Residents and people who work here split one pot among shops with credits. Each shop gets its share of"
            " the votes, never more than it asked for, and tiny shares drop out. Paid within days."
        ),
    ),
    Preset(
        "millrace",
        N_("Millrace Commons Fund (demo)"),
        N_(
            "The charter of the demo fund: ranked and credit rounds, an evening with open votes, resolutions, loans"
            " without interest, shares of sales and grants. Its town is invented."
        ),
    ),
)


def presets() -> tuple[Preset, ...]:
    """Every charter that comes with the program, with a paragraph on each."""
    return _PRESETS


def preset(code: str) -> Preset:
    """The preset with this code; KeyError if there is none."""
    return {one.code: one for one in _PRESETS}[code]
