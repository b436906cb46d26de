"""Pabulib files (`.pb`): participatory-budgeting elections with metadata, projects and votes. Source:
pabulib.org/format.

Vote types `approval`, `ordinal`, `cumulative` and `scoring` become approval, ranked and points ballots. Amounts stand
as the file has them: if all are whole numbers one unit of the file is the smallest amount counted, else the decimals
used are kept exactly. All other columns and lines of metadata stay in the file's tables (`pabulib_table.py`), and are
written out again with `dumps(contest, like=...)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import chain, islice

from fund.counting.contest import KINDS_OF_FORM, Ballot, Contest, Form, Option, Rule
from fund.counting.errors import BadContest
from fund.counting.formats.grouping import Grouping
from fund.counting.formats.pabulib_table import Document, Section, walk, wrong
from fund.counting.settings import LARGEST_NUMBER

FORM_OF_TYPE = {"approval": "approval", "ordinal": "ranked", "cumulative": "points", "scoring": "points",
                "choose-1": "approval"}  # fmt: skip
DECIMALS_AT_MOST = 6
GROUPS = ("category", "target", "neighborhood")
Cells = Callable[[str], str]  # the cell of one row under the name of its column, empty where there is none


def loads(data: bytes, lenient: bool = False) -> Contest:
    """The contest a Pabulib file holds, with the rule `greedy`. Raises BadContest naming the line."""
    return read((data,), lenient)


def read(parts: Iterable[bytes], lenient: bool = False) -> Contest:
    """The contest of a Pabulib file that comes in parts: votes are grouped as they are read. Raises BadContest."""
    file = Document({})
    votes = walk(parts, file, votes_pass=True)
    first = list(islice(votes, 1))  # by now both other sections are read, or the file is at its end
    return _contest(file, chain(file["VOTES"].rows, first, votes), lenient)


def contest_of(file: Document, lenient: bool = False) -> Contest:
    """The contest of a file whose sections were read. Raises BadContest naming the line."""
    return _contest(file, file["VOTES"].rows, lenient)


def _contest(file: Document, rows: Iterable[tuple[int, list[str]]], lenient: bool) -> Contest:
    meta = file.meta
    vote_type = meta.get("vote_type", "").lower()
    if vote_type not in FORM_OF_TYPE:
        wrong(1, "vote_type, one of " + ", ".join(FORM_OF_TYPE))
    projects, votes = file["PROJECTS"], file["VOTES"]
    costs = projects.at("cost")
    amounts = [meta.get("budget", ""), *(_cell(row, costs) for _, row in projects.rows)]
    exponent = max(_decimals(amount) for amount in amounts)
    places = {name: projects.at(name) for name in ("project_id", "name", "cost", *GROUPS)}
    options = tuple(
        _option(line, lambda name, row=row: _cell(row, places[name]), exponent)  # type: ignore[misc]
        for line, row in projects.rows
    )
    ids = {option.id for option in options}
    form = FORM_OF_TYPE[vote_type]
    grouping = Grouping(KINDS_OF_FORM[form][0], [option.id for option in options])
    marks, points = votes.at("vote"), votes.at("points")
    for line, row in rows:
        try:
            kind, content = _ballot(line, _cell(row, marks), _cell(row, points), form, ids)
        except BadContest as fault:
            if not lenient:
                raise
            kind, content = "void", str(fault)
        grouping.add(kind, content)
    contest = Contest(
        options=options,
        rule=Rule.of("greedy"),
        ballots=grouping.ballots(),
        budget=_amount(1, meta.get("budget", ""), exponent, "budget"),
        currency=meta.get("currency", ""),
        title=" ".join(meta[key] for key in ("unit", "subunit", "instance") if meta.get(key)),
        form=Form(form),
        exponent=exponent,
        ballots_checked=True,
    )
    contest.check()
    return contest


def _cell(row: Sequence[str], at: int | None) -> str:
    return "" if at is None or at >= len(row) else row[at]


def _decimals(amount: str) -> int:
    match = re.fullmatch(r"\s*\d*[.,](\d*?)0*\s*", amount)
    return len(match[1]) if match else 0


def _amount(line: int, given: str, exponent: int, what: str) -> int:
    text = given.strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,19}(\.[0-9]*)?", text) or _decimals(text) > DECIMALS_AT_MOST:
        wrong(line, f"{what}, a number that is not negative (not {given[:40]!r})")
    amount = int(Decimal(text).scaleb(exponent))
    if amount > LARGEST_NUMBER:
        wrong(line, f"{what} of at most {LARGEST_NUMBER}")
    return amount


def _option(line: int, cell: Cells, exponent: int) -> Option:
    id_ = cell("project_id").strip()
    if not id_:
        wrong(line, "project_id")
    groups = tuple(group.strip() for column in GROUPS for group in cell(column).split(",") if group.strip())
    return Option(
        id=id_,
        name=cell("name").strip() or id_,
        cost=_amount(line, cell("cost"), exponent, f"cost of project {id_[:40]}"),
        groups=groups,
    )


def _ballot(line: int, vote: str, points: str, form: str, ids: set[str]) -> tuple[str, object]:
    marked = [id_.strip() for id_ in vote.split(",") if id_.strip()]
    for id_ in marked:
        if id_ not in ids:
            wrong(line, f"the id of a project (not {id_[:40]!r})")
    if len(set(marked)) != len(marked):
        wrong(line, "every project at most once in a vote")
    if form == "approval":
        return "approve", tuple(sorted(marked))
    if form == "ranked":
        return "ranking", tuple((id_,) for id_ in marked)
    given = [point.strip() for point in points.split(",") if point.strip()]
    if len(given) != len(marked) or not all(re.fullmatch(r"[0-9]{1,9}(\.0*)?", point) for point in given):
        wrong(line, "points, one whole number for each project of the vote")
    return "points", tuple(sorted((id_, int(point.split(".")[0])) for id_, point in zip(marked, given, strict=True)))


def dumps(contest: Contest, like: Document | None = None) -> bytes:
    """The contest as a Pabulib file.

    `like` is the file it was read from: its metadata, columns and rows are kept as they stand, and the budget follows
    the contest. Without it the file is made anew. Raises BadContest where the format cannot hold a ballot or option.
    """
    if like is not None:
        budget = {} if contest.budget is None else {"budget": _amount_text(contest.budget, contest.currency_exponent)}
        same = _amount(1, like.meta.get("budget", ""), contest.currency_exponent, "budget") == contest.budget
        return (like if same else like.with_meta(**budget)).written()
    type_, column = _type_of(contest)
    exponent = contest.currency_exponent
    if contest.budget is None:
        raise BadContest("$.budget", "a budget, which a Pabulib file must have")
    votes = [
        _vote(number, ballot, column is not None)
        for number, ballot in enumerate(contest.ballots)
        for _ in range(ballot.count)
    ]
    meta = {
        "description": contest.title or "election",
        "num_projects": str(len(contest.options)),
        "num_votes": str(len(votes)),
        "budget": _amount_text(contest.budget, exponent),
        "vote_type": type_,
        "rule": contest.rule.method,
        "currency": contest.currency,
    }
    grouped = any(option.groups for option in contest.options)
    projects = [
        [option.id, _amount_text(option.cost, exponent), option.name, *([_groups(option)] if grouped else [])]
        for option in contest.options
    ]
    return Document(
        {
            "META": _section(["key", "value"], [[key, _line(value)] for key, value in meta.items() if value]),
            "PROJECTS": _section(["project_id", "cost", "name", *(["category"] if grouped else [])], projects),
            "VOTES": _section(
                ["voter_id", "vote", *([column] if column else [])],
                [[str(number), *cells] for number, cells in enumerate(votes, 1)],
            ),
        }
    ).written()


def _section(columns: list[str], rows: list[list[str]]) -> Section:
    return Section(columns, [(0, [_line(cell) for cell in row]) for row in rows])


def _line(text: str) -> str:
    """Text on one line."""
    return re.sub(r"[\r\n]+", " ", text).strip()


def _amount_text(minor: int, exponent: int) -> str:
    units, rest = divmod(minor, 10**exponent)
    return f"{units}.{rest:0{exponent}d}" if rest else str(units)


def _type_of(contest: Contest) -> tuple[str, str | None]:
    """The vote type for the contest's ballots, and the column that holds points where it has one."""
    form = contest.form_in_force
    if form.form in ("approval", "knapsack"):
        return "approval", None
    if form.form == "ranked":
        return "ordinal", None
    if form.form == "points":
        return ("cumulative" if form.total is not None else "scoring"), "points"
    raise BadContest("$.form", f"ballots that a Pabulib file can hold: approval, ranked or points (not {form.form})")


def _groups(option: Option) -> str:
    if any("," in group for group in option.groups):
        raise BadContest("$.options", f"groups without a comma, as a Pabulib file has them (option {option.id[:40]!r})")
    return ",".join(option.groups)


def _vote(number: int, ballot: Ballot, scored: bool) -> list[str]:
    path = f"$.ballots[{number}]"
    if ballot.kind == "void" or ballot.chamber is not None:
        raise BadContest(path, "a ballot that a Pabulib file can hold (not a void one, nor one of a chamber)")
    if ballot.kind == "ranking" and any(len(rank) != 1 for rank in ballot.content):
        raise BadContest(path, "a ranking that a Pabulib file can hold (no skipped rank, none shared)")
    if ballot.kind == "approve":
        ids = list(ballot.content)
    else:
        ids = [entry[0] for entry in ballot.content]  # of a rank with one option, or of an option with its points
    if any("," in id_ for id_ in ids):
        raise BadContest(path, "ids without a comma, as a Pabulib file has them")
    points = [",".join(str(value) for _, value in ballot.content)] if scored else []
    return [",".join(ids), *points]
