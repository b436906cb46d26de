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
        "c2-worker-surplus",
        N_("Worker surplus"),
        N_(
            "A worker co-op gives part of its surplus to projects. Worker-owners split credits, votes are open because"
            " there are only a few of them, and four fifths have to take part."
        ),
    ),
    Preset(
        "c3-bookshop-sustainers",
        N_("Bookshop sustainers"),
        N_(
            "People who give a little each month, or nothing, rank grassroots groups once a quarter. Grants are small,"
            " and a paragraph or a photo is the whole report."
        ),
    ),
    Preset(
        "c4-coop-federation",
        N_("Co-op federation"),
        N_(
            "Delegates of co-ops and residents vote yes or no on loans that are paid back only out of what is left over"
            " after wages. A lot fills one of the stewards' seats."
        ),
    ),
    Preset(
        "c5-no-questions-aid",
        N_("No questions aid"),
        N_(
            "Neighbours vote on rules and on money for sites, never on a person. Nobody proves need, and a grant asks"
            " for no report."
        ),
    ),
    Preset(
        "c6-land-return",
        N_("Land return"),
        N_(
            "Neighbours decide about an open pool with credits. An Indigenous council decides for itself, and what this"
            " charter says about pools, receivers and agreements cannot change without its consent."
        ),
    ),
    Preset(
        "c7-ward-pb",
        N_("Ward budget"),
        N_(
            "A ward decides a public budget: from the age of eleven, registering and voting in one visit, three to five"
            " ticks, counted by equal shares with the usual count beside it."
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
