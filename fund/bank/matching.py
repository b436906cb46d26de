"""PURE. Proposals: which line of the bank is probably which thing of the books. A person accepts each; nothing is matched here.

A thing (`Candidate`) is an entry that is not at the bank yet, a payment that waits to be made, or a pledge. It fits a line
when the rest of both is the same amount and their days lie close; words that both hold (a reference, a name) count more than
days. Each candidate is proposed once. A proposal is sure when nothing else fits as well, or when all that fits is alike.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DAYS_APART = 12
"""So many days may lie between the books and the bank: weekends, holidays, a cheque on its way."""
SURE_DAYS = 5
LOOKED_AT = 16
"""So many candidates with the same amount are compared with one line, the nearest days first."""
_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_CODE = re.compile(r"[0-9]")
_COMMON = frozenset(
    {"the", "and", "for", "from", "payment", "transfer", "deposit", "credit", "debit", "ref", "bank", "inc", "llc"}
)


@dataclass(frozen=True)
class OpenLine:
    """A line of which something is not settled yet: `rest_minor` with its sign."""

    id: int
    booked_on: dt.date
    rest_minor: int
    words: str = ""


@dataclass(frozen=True)
class Candidate:
    """Something that a line may be. `key` says what; `day` is None where the books know of no day yet."""

    key: str
    rest_minor: int
    day: dt.date | None
    words: str = ""
    alike: str = ""


@dataclass(frozen=True)
class Proposal:
    """This line is probably this. `why` lists what agrees: amount, day, words."""

    line_id: int
    key: str
    sure: bool
    days_apart: int
    why: tuple[str, ...]


def propose(lines: Iterable[OpenLine], candidates: Iterable[Candidate]) -> dict[int, Proposal]:
    """For each line at most one proposal, by line. The same input gives the same proposals, whatever its order."""
    by_amount: dict[int, list[OpenLine]] = defaultdict(list)
    things: dict[int, list[Candidate]] = defaultdict(list)
    for line in lines:
        by_amount[line.rest_minor].append(line)
    for one in candidates:
        if one.rest_minor in by_amount:
            things[one.rest_minor].append(one)
    found: dict[int, Proposal] = {}
    for amount, those in by_amount.items():
        if things[amount]:
            found |= _same_amount(sorted(those, key=lambda line: (line.booked_on, line.id)), things[amount])
    return found


def parts_of(lines: Iterable[OpenLine], wholes: Iterable[Candidate]) -> dict[int, Proposal]:
    """For lines that are parts of something (gifts of one week): the nearest whole of which enough is left, oldest line
    first. Sure when the days lie close and only one whole fits."""
    left = {one.key: one.rest_minor for one in wholes}
    days = {one.key: one.day for one in wholes if one.day is not None}
    found: dict[int, Proposal] = {}
    for line in sorted(lines, key=lambda one: (one.booked_on, one.id)):
        fitting = sorted(
            (_apart(line, days[key]), key) for key, rest in left.items()
            if key in days and (rest > 0) == (line.rest_minor > 0) and abs(rest) >= abs(line.rest_minor)
            and _apart(line, days[key]) <= DAYS_APART * 3
        )  # fmt: skip
        if not fitting:
            continue
        apart, key = fitting[0]
        left[key] -= line.rest_minor
        found[line.id] = Proposal(
            line.id, key, sure=apart <= DAYS_APART and len(fitting) == 1, days_apart=apart, why=("gift",)
        )
    return found


def words_of(text: str) -> frozenset[str]:
    """The words of a text that tell something: names, references."""
    return frozenset(word for word in _WORD.findall(text.lower()) if len(word) > 2 and word not in _COMMON)


def _same_amount(lines: Sequence[OpenLine], things: Sequence[Candidate]) -> dict[int, Proposal]:
    """Lines and candidates of one amount: first those whose references agree, then by day, nearest first."""
    far = dt.date.max
    left = sorted((one.day or far, one.key) for one in things)
    known = {one.key: (one, words_of(one.words)) for one in things}
    said = {line.id: words_of(line.words) for line in lines}
    found: dict[int, Proposal] = {}
    by_code: dict[str, list[str]] = defaultdict(list)
    for _day, key in left:
        for word in known[key][1]:
            if _CODE.search(word) and len(word) >= 4:
                by_code[word].append(key)
    taken: set[str] = set()
    for line in lines:
        keys = {key for word in said[line.id] for key in by_code.get(word, ()) if key not in taken}
        if len(keys) == 1:
            (key,) = keys
            day = known[key][0].day
            found[line.id] = Proposal(
                line.id, key, sure=True, days_apart=_apart(line, day), why=_why(line, day, words=True)
            )
            taken.add(key)
    left = [one for one in left if one[1] not in taken]
    for line in lines:
        if line.id not in found and (best := _nearest(line, said[line.id], left, known)) is not None:
            found[line.id] = best
            left.remove((known[best.key][0].day or far, best.key))
    return found


def _nearest(
    line: OpenLine, said: frozenset[str], left: list[tuple[dt.date, str]],
    known: dict[str, tuple[Candidate, frozenset[str]]],
) -> Proposal | None:  # fmt: skip
    """The best of those that are left: common words first, then days."""
    at = bisect_left(left, (line.booked_on, ""))
    around = left[max(0, at - LOOKED_AT // 2) : at + LOOKED_AT // 2] + (
        left[-3:] if left and left[-1][0] == dt.date.max else []
    )
    fitting: list[tuple[int, int, dt.date, str]] = []
    for day, key in dict.fromkeys(around):
        one, its_words = known[key]
        apart = _apart(line, one.day)
        common = len(said & its_words)
        if one.day is not None and apart > DAYS_APART * (3 if common else 1):
            continue
        if one.day is None and not common and len(left) > 1 and left[0][0] != dt.date.max:
            continue
        insort(fitting, (-common, apart, day, key))
    if not fitting:
        return None
    minus_common, apart, _day, key = fitting[0]
    rivals = [one for one in fitting[1:] if one[0] == minus_common and one[1] - apart <= 2]
    kind = known[key][0].alike
    sure = apart <= SURE_DAYS and (bool(minus_common) or known[key][0].day is not None)
    sure = sure and all(kind and known[one[3]][0].alike == kind for one in rivals)
    return Proposal(line.id, key, sure, apart, _why(line, known[key][0].day, words=bool(minus_common)))


def _apart(line: OpenLine, day: dt.date | None) -> int:
    return 0 if day is None else abs((line.booked_on - day).days)


def _why(line: OpenLine, day: dt.date | None, *, words: bool) -> tuple[str, ...]:
    found = ["amount"]
    if words:
        found.append("words")
    if day is not None and _apart(line, day) <= SURE_DAYS:
        found.append("day")
    return tuple(found)
