"""Pabulib files (`.pb`): participatory-budgeting elections with metadata, projects and votes. Source:
pabulib.org/format.

Vote types `approval`, `ordinal`, `cumulative` and `scoring` become approval, ranked and points ballots. Amounts stand
as the file has them: if all are whole numbers one unit of the file is the smallest amount counted, else the decimals
used are kept exactly. Every other column and every line of metadata is left to the reader of the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn

from fund.counting.contest import Ballot, Contest, Form, Option, Rule
from fund.counting.errors import BadContest
from fund.counting.settings import LARGEST_NUMBER

SECTIONS = ("META", "PROJECTS", "VOTES")
FORM_OF_TYPE = {"approval": "approval", "ordinal": "ranked", "cumulative": "points", "scoring": "points",
                "choose-1": "approval"}  # fmt: skip
LONGEST_LINE = 1_000_000
DECIMALS_AT_MOST = 6


@dataclass(slots=True)
class _File:
    meta: dict[str, str] = field(default_factory=dict)
    projects: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    votes: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def loads(data: bytes, lenient: bool = False) -> Contest:
    """The contest a Pabulib file holds, with the rule `greedy`. Raises BadContest naming the line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadContest(f"byte {error.start}", "UTF-8 text") from None
    if "\x00" in text:
        raise BadContest(f"line {text[: text.index(chr(0))].count(chr(10)) + 1}", "text without NUL")
    return _contest(_sections(text), lenient)


def _sections(text: str) -> _File:
    found = _File()
    section, header = "", [""]
    for number, row in _rows(text):
        if len(row) == 1 and row[0].strip().upper() in SECTIONS:
            section, header = row[0].strip().upper(), []
        elif not section:
            _wrong(number, "the section META first")
        elif not header:
            header = [name.strip().lower() for name in row]
        elif section == "META":
            if len(row) < 2:
                _wrong(number, "a key and a value with ; between them")
            found.meta.setdefault(row[0].strip().lower(), ";".join(row[1:]).strip())
        else:
            cells = dict(zip(header, row, strict=False))
            (found.projects if section == "PROJECTS" else found.votes).append((number, cells))
    for section, rows in (("META", found.meta), ("PROJECTS", found.projects)):
        if not rows:
            _wrong(1, f"a section {section} with at least one line")
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    lines = csv.reader(text.splitlines(keepends=True), delimiter=";")
    csv.field_size_limit(LONGEST_LINE)
    while True:
        try:
            row = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            _wrong(lines.line_num, f"fields with ; between them ({error})")
        if row and any(cell.strip() for cell in row):
            yield lines.line_num, row


def _wrong(line: int, expected: str) -> NoReturn:
    raise BadContest(f"line {line}", expected)


def _contest(file: _File, lenient: bool) -> Contest:
    meta = file.meta
    vote_type = meta.get("vote_type", "").lower()
    if vote_type not in FORM_OF_TYPE:
        _wrong(1, "vote_type, one of " + ", ".join(FORM_OF_TYPE))
    amounts = [meta.get("budget", ""), *(cells.get("cost", "") for _, cells in file.projects)]
    exponent = max(_decimals(amount) for amount in amounts)
    options = tuple(_option(line, cells, exponent) for line, cells in file.projects)
    ids = {option.id for option in options}
    form = FORM_OF_TYPE[vote_type]
    grouped: dict[tuple[str, object], int] = {}
    for line, cells in file.votes:
        try:
            key = _ballot(line, cells, form, ids)
        except BadContest as fault:
            if not lenient:
                raise
            key = ("void", str(fault))
        grouped[key] = grouped.get(key, 0) + 1
    contest = Contest(
        options=options,
        rule=Rule.of("greedy"),
        ballots=tuple(Ballot(kind, content, count) for (kind, content), count in grouped.items()),
        budget=_amount(1, meta.get("budget", ""), exponent, "budget"),
        currency=meta.get("currency", ""),
        title=" ".join(meta[key] for key in ("unit", "subunit", "instance") if meta.get(key)),
        form=Form(form),
        exponent=exponent,
        ballots_checked=True,
    )
    contest.check()
    return contest


def _decimals(amount: str) -> int:
    match = re.fullmatch(r"\s*\d*[.,](\d*?)0*\s*", amount)
    return len(match[1]) if match else 0


def _amount(line: int, given: str, exponent: int, what: str) -> int:
    text = given.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,19}(\.\d*)?", text) or _decimals(text) > DECIMALS_AT_MOST:
        _wrong(line, f"{what}, a number that is not negative (not {given[:40]!r})")
    amount = int(Decimal(text).scaleb(exponent))
    if amount > LARGEST_NUMBER:
        _wrong(line, f"{what} of at most {LARGEST_NUMBER}")
    return amount


def _option(line: int, cells: dict[str, str], exponent: int) -> Option:
    id_ = cells.get("project_id", "").strip()
    if not id_:
        _wrong(line, "project_id")
    groups = tuple(
        group.strip()
        for column in ("category", "target", "neighborhood")
        for group in cells.get(column, "").split(",")
        if group.strip()
    )
    return Option(
        id=id_,
        name=cells.get("name", "").strip() or id_,
        cost=_amount(line, cells.get("cost", ""), exponent, f"cost of project {id_[:40]}"),
        groups=groups,
    )


def _ballot(line: int, cells: dict[str, str], form: str, ids: set[str]) -> tuple[str, object]:
    marked = [id_.strip() for id_ in cells.get("vote", "").split(",") if id_.strip()]
    for id_ in marked:
        if id_ not in ids:
            _wrong(line, f"the id of a project (not {id_[:40]!r})")
    if len(set(marked)) != len(marked):
        _wrong(line, "every project at most once in a vote")
    if form == "approval":
        return "approve", tuple(sorted(marked))
    if form == "ranked":
        return "ranking", tuple((id_,) for id_ in marked)
    given = [point.strip() for point in cells.get("points", "").split(",") if point.strip()]
    if len(given) != len(marked) or not all(re.fullmatch(r"\d{1,9}(\.0*)?", point) for point in given):
        _wrong(line, "points, one whole number for each project of the vote")
    return "points", tuple(sorted((id_, int(point.split(".")[0])) for id_, point in zip(marked, given, strict=True)))
