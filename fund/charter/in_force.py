"""What this release acts upon: one line for every setting, and `check()`, which reads a charter against them.

A setting is `BUILT` (the program does what it says), `RECORDED` (it is shown, or written into the agreement, and people
keep to it) or `LATER` (nothing happens yet). `bears` says what hangs on it. A setting that is not built and bears on
votes or money is refused at adoption, for nobody may trust a rule that is not kept; a term that people keep by their
agreement, and anything else, is adopted with a visible "not yet in force". Only what a file sets differently from the
default is judged. To build a setting is to change its line here.

A line is a setting's path without positions, or a path and one of its values; a section's line holds for all in it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from marshmallow import missing

from fund.charter.errors import Path, key_name
from fund.charter.fields import Setting, Table, Tables, reading_money, settings_of
from fund.charter.messages import N_, Message
from fund.charter.model import Charter
from fund.charter.schema import CharterSchema
from fund.charter.toml_lines import line_at, lines_of

BUILT: Final = "built"
RECORDED: Final = "recorded"
LATER: Final = "later"
VOTES: Final = "votes"
MONEY: Final = "money"
NEITHER: Final = ""

# fmt: off
SETTINGS: dict[str, tuple[str, str]] = {
    "*.protected_by": (BUILT, NEITHER),
    "fund": (BUILT, NEITHER),
    "fund.languages": (LATER, NEITHER),
    "membership": (BUILT, VOTES),
    "membership.classes.dues": (BUILT, MONEY),
    "membership.classes.dues.paid_into": (BUILT, MONEY),
    "verification": (BUILT, VOTES),
    "eligibility": (BUILT, MONEY),
    "eligibility.standards_needed": (RECORDED, NEITHER),
    "round_types": (BUILT, VOTES),
    "round_types.budget": (BUILT, MONEY),
    "round_types.percent_of_available": (BUILT, MONEY),
    "round_types.reserve_percent": (BUILT, MONEY),
    "round_types.min_to_open": (BUILT, MONEY),
    "round_types.how_often": (LATER, NEITHER),
    "round_types.itemised_budget": (BUILT, MONEY),
    "round_types.phases": (BUILT, VOTES),
    "round_types.ballot": (BUILT, VOTES),
    "round_types.ballot.form=consent": (LATER, VOTES),
    "round_types.ballot.pledge_questions": (BUILT, NEITHER),
    "round_types.ballot.comment": (BUILT, NEITHER),
    "round_types.count": (BUILT, VOTES),
    "round_types.count.rule=objections": (LATER, VOTES),
    "round_types.quorum": (BUILT, VOTES),
    "round_types.threshold": (BUILT, VOTES),
    "round_types.assurance=sealed": (LATER, VOTES),
    "round_types.certified_by=stewards_and_auditor": (LATER, VOTES),
    "round_types.paper": (LATER, VOTES),
    "round_types.paper_until_days": (LATER, VOTES),
    "round_types.chambers.assurance=sealed": (LATER, VOTES),
    "setasides": (BUILT, MONEY),
    "pools": (BUILT, MONEY),
    "caps": (BUILT, MONEY),
    "councils": (BUILT, NEITHER),
    "councils.decides_by": (RECORDED, NEITHER),
    "stewards": (BUILT, NEITHER),
    "stewards.count": (RECORDED, NEITHER),
    "stewards.stagger": (LATER, NEITHER),
    "stewards.recall_percent": (LATER, NEITHER),
    "conflict": (BUILT, VOTES),
    "conflict.declare_by": (RECORDED, NEITHER),
    "conflict.recuse_from=questions": (LATER, NEITHER),
    "conflict.may_still_vote": (LATER, VOTES),
    "safeguards": (BUILT, MONEY),
    "safeguards.two_person=verify_paper": (LATER, VOTES),
    "safeguards.substitutes=neighbouring_fund": (RECORDED, NEITHER),
    "review": (BUILT, NEITHER),
    "products": (BUILT, MONEY),
    "products.report": (RECORDED, NEITHER),
    "products.tranches": (BUILT, MONEY),
    "awards": (BUILT, MONEY),
    "capital": (BUILT, MONEY),
    "surplus_split": (BUILT, MONEY),
    "micro_grants": (BUILT, MONEY),
    "privacy": (BUILT, NEITHER),
    "privacy.comments=not_shown": (LATER, NEITHER),
    "privacy.applicants=initials": (LATER, NEITHER),
    "privacy.applicants=private": (LATER, NEITHER),
    "privacy.refused=counts": (LATER, NEITHER),
    "privacy.tags=public": (LATER, NEITHER),
    "privacy.roll=names_to_members": (LATER, NEITHER),
    "privacy.steward_votes": (LATER, NEITHER),
    "publication": (BUILT, NEITHER),
    "publication.days_after_close": (LATER, NEITHER),
    "publication.languages": (LATER, NEITHER),
    "amend": (BUILT, VOTES),
    "amend.method": (RECORDED, VOTES),
    "amend.threshold": (BUILT, VOTES),
    "amend.notice_days": (RECORDED, VOTES),
}
# fmt: on


@dataclass(frozen=True)
class Finding:
    """A setting that this release does not act upon: its line, its name as in the file, what hangs on it, and why."""

    line: int
    setting: str
    bears: str
    message: Message

    def __str__(self) -> str:
        return f"line {self.line}: {self.setting}: {self.message}"


@dataclass(frozen=True)
class Findings:
    """What `check()` found: with anything `refused` a charter cannot be adopted."""

    refused: tuple[Finding, ...]
    not_yet_in_force: tuple[Finding, ...]


def standing(path: str, value: str | None = None) -> tuple[str, str]:
    """Whether a setting (or one value of it) is built, and what it bears on: its own line, or the nearest around it."""
    if value is not None and f"{path}={value}" in SETTINGS:
        return SETTINGS[f"{path}={value}"]
    if path.endswith("protected_by"):
        return SETTINGS["*.protected_by"]
    while path not in SETTINGS:
        path = path.rpartition(".")[0]
        if not path:
            raise KeyError("every section has a line in SETTINGS")
    return SETTINGS[path]


def check(charter: Charter) -> Findings:
    """Which settings of a charter this release does not act upon, in the order of the file."""
    data = tomllib.loads(charter.text, parse_float=Decimal)
    data.pop("format", None)
    lines = lines_of(charter.text)
    refused: list[Finding] = []
    kept: list[Finding] = []
    with reading_money(charter.currency):
        for path, value in _set_differently(data, settings_of(CharterSchema), ()):
            status, bears = standing(_plain(path), value)
            if status == BUILT:
                continue
            name = key_name(path) + (f" = {value}" if f"{_plain(path)}={value}" in SETTINGS else "")
            finding = Finding(line_at(lines, path), name, bears, _why(status, bears))
            (refused if status == LATER and bears else kept).append(finding)
    return Findings(tuple(sorted(refused, key=_by_line)), tuple(sorted(kept, key=_by_line)))


def _by_line(finding: Finding) -> tuple[int, str]:
    return finding.line, finding.setting


def _plain(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))


def _why(status: str, bears: str) -> Message:
    if status == RECORDED and bears == MONEY:
        return N_("not yet in force: it is written into the agreement; the program does not compute or collect it yet")
    if status == RECORDED:
        return N_("not yet in force: it is shown to everyone; people keep to it, the program does not check it yet")
    if bears == VOTES:
        return N_("refused: it bears on votes and is not built yet")
    if bears == MONEY:
        return N_("refused: it bears on money and is not built yet")
    return N_("not yet in force")


def _set_differently(data: dict[str, Any], fields: dict[str, Setting], at: Path) -> Iterator[tuple[Path, str | None]]:
    """Every setting of the file that is not its default, with its value where that is a word.

    A section whose own line is `LATER` is named once, as a whole.
    """
    for key, value in data.items():
        path, field = (*at, key), fields[key]
        if isinstance(field, Table | Tables):
            if _plain(path) in SETTINGS and SETTINGS[_plain(path)][0] == LATER:
                if value:
                    yield path, None
                continue
            within = settings_of(field.schema_class)
            for place, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
                yield from _set_differently(one, within, path if place is None else (*path, place))
        elif field.load_default is missing or field.read(value) != field.load_default:
            words = [str(item) for item in value] if isinstance(value, list) else [str(value)]
            known: list[str | None] = [word for word in words if f"{_plain(path)}={word}" in SETTINGS]
            yield from ((path, word) for word in known or [None])
