"""Long tables are read into arrays, and mean exactly what the same table means when it is read ballot by ballot."""

from __future__ import annotations

import gzip
import random
from collections import Counter
from pathlib import Path

import pytest

from fund.counting import profile
from fund.counting.contest import Contest, Rule
from fund.counting.count import count
from fund.counting.errors import BadContest
from fund.counting.formats import grouping, opening, pieces, records, streaming
from fund.counting.packed import PackedBallots

ROWS = 60
RULES = {
    "ranking": [
        ("irv", {}),
        ("stv", {"seats": 2}),
        ("stv_scottish", {"seats": 2}),
        ("borda", {}),
        ("stv_meek", {}),
        ("condorcet", {}),
    ],
    "approve": [("greedy", {"seats": 3})],
    "points": [("greedy", {"seats": 2})],
    "votes": [("greedy", {"seats": 2, "floor": "net > 0"})],
}


def cell(kind: str, dice: random.Random) -> str:
    if kind == "ranking":
        return dice.choice(["", " ", *"abcdef", " a", "b|c", "B é"])
    if kind == "approve":
        return dice.choice(["", "x", "X", "0", " yes ", "no"])
    return dice.choice(["", "0", "3", " 12", "007"] + ["-2"] * (kind == "votes"))


def table(kind: str, dice: random.Random) -> bytes:
    head = ["n", "one", "two", "three", "four"]
    rows = [[str(dice.randint(0, 3)), *(cell(kind, dice) for _ in range(4))] for _ in range(ROWS)]
    rows += [[], ["1", "", "", "", ""], rows[0], ["2"]]
    end = dice.choice(["\n", "\r\n", "\r"])
    return end.join(";".join(row) for row in [head, *rows]).encode()


def both(path: Path, given: str, monkeypatch: pytest.MonkeyPatch, *, lenient: bool = False) -> tuple[Contest, Contest]:
    columns = records.read_columns(given)
    monkeypatch.setattr(streaming, "SHORT", 10)
    monkeypatch.setattr(pieces, "PIECE", 7)
    monkeypatch.setattr(streaming, "BLOCK", 9)
    packed = streaming.read_csv(path, columns, lenient)
    assert isinstance(packed.ballots, PackedBallots)
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return packed, records.loads_csv(data, columns, lenient)


def cast(contest: Contest) -> Counter[tuple[str, object]]:
    found: Counter[tuple[str, object]] = Counter()
    for ballot in contest.ballots:
        content = ballot.content
        if ballot.kind in ("points", "votes"):
            content = tuple(pair for pair in content if pair[1])
        found[ballot.kind, content] += ballot.count
    return found


@pytest.mark.parametrize("kind", RULES)
def test_a_long_table_is_the_same_contest(kind, tmp_path, monkeypatch):
    for number in range(12):
        dice = random.Random(f"{kind} {number}")
        path = tmp_path / "long.csv"
        path.write_bytes(table(kind, dice))
        if number % 2:
            packed_path = tmp_path / "long.csv.gz"
            packed_path.write_bytes(gzip.compress(path.read_bytes()))
            path = packed_path
        packed, plain = both(path, f"{kind}=2-5,count=1", monkeypatch)
        assert packed.options == plain.options
        assert cast(packed) == cast(plain)
        monkeypatch.setattr(profile, "FEW", dice.choice((1, 10**9)))
        for method, settings in RULES[kind]:
            reading = {} if kind != "ranking" else {
                "overvotes": dice.choice(("skip", "exhaust")), "repeats": dice.choice(("skip", "exhaust")),
                "max_skipped_ranks": dice.choice((None, 0, 1)),
            }  # fmt: skip
            rule = Rule.of(method, ties=["listed"], **settings, **reading)
            assert count(packed.replace(rule=rule)).bytes() == count(plain.replace(rule=rule)).bytes()


@pytest.mark.parametrize(
    ("given", "row", "fault"),
    [("approve=2-5", "1;maybe;;;", "row 40 column 2"), ("points=2-5", "1;;-1;;", "row 40 column 3"),
     ("ranking=2-5", "1;;;a|a;", "row 40 column 4"), ("ranking=2-5,count=1", "x;a;;;", "row 40 column 1"),
     ("votes=2-5", "1;;;;1.5", "row 40 column 5")],
)  # fmt: skip
def test_faults_are_named_by_row_and_column(given, row, fault, tmp_path, monkeypatch):
    path = tmp_path / "wrong.csv"
    path.write_text("\n".join(["n;one;two;three;four", *["1;1;1;1;1"] * 38, row, *["1;1;1;1;1"] * 5]))
    monkeypatch.setattr(streaming, "SHORT", 10)
    with pytest.raises(BadContest, match=fault):
        streaming.read_csv(path, records.read_columns(given))
    if "count" not in given:
        packed, plain = both(path, given, monkeypatch, lenient=True)
        assert cast(packed) == cast(plain)


def test_wrong_bytes_are_named_and_too_many_options_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 7)
    monkeypatch.setattr(streaming, "SHORT", 10)
    columns, path = records.read_columns("ranking=1-1"), tmp_path / "t.csv"
    for content, fault in (
        (b"one\n" + b"a\n" * 50 + "é".encode()[:1] + b"\n", "byte 104"),
        (b"one\n" + b"a\n" * 50 + b"\x00\n", "without NUL"),
        (b"one\n" + b"".join(b"option %d\n" % n for n in range(1_100)), "at most 1000 options"),
    ):
        path.write_bytes(content)
        with pytest.raises(BadContest, match=fault):
            streaming.read_csv(path, columns)


@pytest.mark.parametrize("ending", ["blt", "pb", "pb points", "pb ordinal"])
def test_a_long_file_of_lines_is_the_same_contest(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number in range(8):
        dice = random.Random(f"{ending} {number}")
        text = (
            blt_text(dice) if ending == "blt" else pabulib_text(dice, ending.removeprefix("pb").strip() or "approval")
        )
        path = tmp_path / f"{number}.{ending.split()[0]}.gz"
        path.write_bytes(gzip.compress(text.replace("\n", dice.choice(["\n", "\r\n", "\r"])).encode()))
        plain = opening.read_contest(path, lenient=True)
        with monkeypatch.context() as patch:
            patch.setattr(pieces, "PIECE", 7)
            patch.setattr(grouping, "BLOCK", dice.choice((1, 9)))
            packed = opening.read_contest(path, lenient=True)
            assert isinstance(packed.ballots, PackedBallots)
            assert not isinstance(plain.ballots, PackedBallots)
            assert cast(packed) == cast(plain)
            rule = Rule.of(plain.rule.method, ties=["listed"], **({"seats": 2} if ending == "blt" else {}))
            first, second = (count(each.replace(rule=rule)).as_json() for each in (packed, plain))
            for each in (first, second):
                each.pop("voids", None)  # the place of a void ballot is that among the different ones
            assert first == second


def blt_text(dice: random.Random) -> str:
    lines = [f"{dice.randint(1, 3)} {' '.join(blt_marks(dice))} 0".replace("  ", " ") for _ in range(ROWS)]
    withdrawn = ["-2"] * dice.randint(0, 1)
    return "\n".join(["5 2", *withdrawn, *lines, "0", *(f'"é {n}"' for n in range(5)), '"t"']) + "\n"


def blt_marks(dice: random.Random) -> list[str]:
    return [dice.choice(["-", "1=3", "9" * (dice.random() < 0.1) or "1", *"12345"]) for _ in range(dice.randint(0, 4))]


def pabulib_text(dice: random.Random, type_: str) -> str:
    rows = []
    for voter in range(ROWS):
        ids = dice.sample("abcde", dice.randint(0, 4)) + ["z"] * (dice.random() < 0.1)
        given = ",".join(str(dice.choice((0, 1, 3, 999_999_999))) for _ in ids)
        rows.append(f"{voter};{','.join(ids)};{given}")
    head = ["META", "key;value", "budget;70", f"vote_type;{'scoring' if type_ == 'points' else type_}", "PROJECTS"]
    projects = [f"{id_};{cost}" for id_, cost in zip("abcde", (10, 20, 30, 40, 50), strict=True)]
    return "\n".join([*head, "project_id;cost", *projects, "VOTES", "voter_id;vote;points", *rows]) + "\n"


def test_an_endless_line_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(pieces, "LONGEST_LINE", 1_000)
    monkeypatch.setattr(pieces, "PIECE", 100)
    for name in ("x.blt", "x.pb", "x.csv"):
        path = tmp_path / name
        path.write_bytes(b"1 " * 5_000)
        with pytest.raises(BadContest, match="lines of at most 1000 characters"):
            opening.read_contest(path, columns=records.read_columns("ranking=1-1"))
