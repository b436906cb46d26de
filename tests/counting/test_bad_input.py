"""Bad input: one line that names file, place and what was expected, exit code 3, and never a wrong count."""

from __future__ import annotations

import gzip
import io
import json
import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fund.counting.command import run
from fund.counting.errors import BadContest
from fund.counting.formats.opening import unpack

DATA = Path(__file__).parent.parent / "data" / "counting"
PB = """META
key;value
budget;1000
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;400;Benches
2;700;"Lamps; many"
3;250.50;Garden
VOTES
voter_id;vote
a;1,2
b;3
c;1,3
"""
PB_POINTS = PB.replace("approval", "cumulative").replace(
    "voter_id;vote\na;1,2\nb;3\nc;1,3", "voter_id;vote;points\na;1,2;3,2\nb;3;5"
)
BLT = '3 2\n4 1 2 0\n2 2=3 1 0\n1 - 3 0\n0\n"Ann"\n"Bo ""the"" baker"\n"Cy"\n"A title"\n'
RANKED = json.dumps(
    {
        "format": "ballot-file/1",
        "budget": 900,
        "options": [{"id": id_, "cost": 300, "groups": ["n"], "minimum": 100} for id_ in "abcd"],
        "rule": {"method": "stv", "seats": 2, "ties": ["earlier_stage", "lot"], "seed": "7"},
        "ballots": [
            {"count": 3, "ranking": [["a"], [], ["b", "c"], ["d"]]},
            {"count": 2, "ranking": [["d"], ["c"]]},
        ],
        "compare_with": "borda",
    }
)


CSV = 'place,n,1st,2nd,3rd\nnorth,4,Ann,"Bo ""the"" baker",\nsouth,3,Bo,,Cy\nnorth,1,Cy|Bo,Ann,\n'
CSV_POINTS = "a;b;c;n\n3;;1;2\n0;4;;1\n;;;1\n"
COLUMNS = {"t.csv": "ranking=3-5,count=n,chamber=1", "p.csv": "points=a..c,count=4", "t.xlsx": "approve=1-3,count=4"}


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TEXTS = (
    f"<sst {MAIN}><si><t>a</t></si><si><t>b</t></si><si><r><t>c</t></r></si><si><t>n</t></si><si><t>x</t></si></sst>"
)
SHEET = f"""<worksheet {MAIN}><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>
<row r="2"><c r="A2" t="s"><v>4</v></c><c r="C2"><v>1</v></c><c r="D2"><v>2</v></c></row>
<row r="3"><c r="B3" t="inlineStr"><is><t>yes</t></is></c><c r="D3"><v>1.0</v></c></row>
</sheetData></worksheet>"""


def workbook() -> bytes:
    """A workbook stored without packing, so that a changed byte is a changed cell."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as book:
        book.writestr(zipfile.ZipInfo("xl/sharedStrings.xml"), TEXTS)
        book.writestr(zipfile.ZipInfo("xl/worksheets/sheet1.xml"), SHEET)
    return kept.getvalue()


def samples() -> dict[str, bytes]:
    found = {"s.pb": PB.encode(), "p.pb": PB_POINTS.encode(), "s.blt": BLT.encode(), "r.json": RANKED.encode()}
    found |= {"t.csv": CSV.encode(), "p.csv": CSV_POINTS.encode(), "t.xlsx": workbook()}
    found |= {f"{name}.gz": gzip.compress(found[name], mtime=0) for name in ("s.pb", "s.blt", "r.json", "t.csv")}
    found |= {path.name: path.read_bytes() for path in DATA.glob("*.json")}
    return found


def command_of(name: str, path: Path, at: int) -> list[str]:
    """The arguments for one of the samples; now and then those of other ways through the command."""
    columns = COLUMNS.get(name.removesuffix(".gz"))
    more = ["--columns", columns] if columns else []
    way = (["--json"], ["--lenient"], ["--preview"], ["--lenient", "--json", "--set", "ties=listed"])[at % 4]
    return [*way, *more, str(path)]


def failing_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content)
    assert run([str(path)]) == 3
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith(str(path))
    return line.removeprefix(f"{path}: ")


def changed(**changes: object) -> bytes:
    contest = json.loads(RANKED)
    contest.update(changes)
    return json.dumps(contest).encode()


def one_ballot(**ballot: object) -> bytes:
    return changed(ballots=[{"ranking": [["a"]]}, ballot])


OPTION = {"id": "a"}
CASES = {
    "unknown id": (one_ballot(ranking=[["z"]]), "$.ballots[1].ranking[0]"),
    "negative count": (one_ballot(count=-1, ranking=[["a"]]), "$.ballots[1].count"),
    "fractional count": (one_ballot(count=1.5, ranking=[["a"]]), "$.ballots[1].count"),
    "true as a count": (one_ballot(count=True, ranking=[["a"]]), "$.ballots[1].count"),
    "text as a count": (one_ballot(count="3", ranking=[["a"]]), "$.ballots[1].count"),
    "count above 64 bits": (one_ballot(count=2**63, ranking=[["a"]]), "$.ballots[1].count"),
    "sum above 64 bits": (changed(ballots=[{"count": 2**62, "ranking": [["a"]]}] * 2), "$.ballots"),
    "two kinds": (one_ballot(ranking=[["a"]], approve=["a"]), "$.ballots[1]"),
    "no kind": (one_ballot(count=1), "$.ballots[1]"),
    "another form": (one_ballot(approve=["a"]), "$.ballots[1]"),
    "unknown field": (one_ballot(rank=[["a"]]), "$.ballots[1].rank"),
    "twice in a rank": (one_ballot(ranking=[["a", "a"]]), "$.ballots[1].ranking[0]"),
    "wrong type": (one_ballot(ranking="a"), "$.ballots[1].ranking"),
    "NUL in an id": (changed(options=[{"id": "a\0"}]), "$.options[0].id"),
    "half a character": (RANKED.replace('"a"', '"\\ud800"').encode(), "$.options[0].id"),
    "same id twice": (changed(options=[OPTION, OPTION]), "$.options[1].id"),
    "no options": (changed(options=[], ballots=[]), "$.options"),
    "thousands of options": (changed(options=[{"id": str(n)} for n in range(1_001)], ballots=[]), "$.options"),
    "budget of -1": (changed(budget=-1), "$.budget"),
    "budget as text": (changed(budget="900"), "$.budget"),
    "cost above 64 bits": (changed(options=[{"id": "a", "cost": 2**70}]), "$"),
    "unknown method": (changed(rule={"method": "dictator"}), "$.rule.method"),
    "setting of another rule": (changed(rule={"method": "stv", "completion": "add1"}), "$.rule.completion"),
    "rule for another form": (changed(rule={"method": "majority"}), "$.form"),
    "unknown format": (changed(format="ballot-file/2"), "$.format"),
    "unknown top field": (changed(ballot=[]), "$.ballot"),
    "set-asides over the budget": (
        changed(rule={"method": "sequential_irv"}, set_asides=[{"group": "n", "amount": 901}]),
        "$.set_asides[0]",
    ),
    "quorum without a roll": (changed(rule={"method": "irv", "quorum": "majority_of_roll"}), "$.roll"),
    "key twice": (RANKED.replace('"budget"', '"title": "", "title": "", "budget"').encode(), "$"),
    "not a number": (RANKED.replace("900", "NaN").encode(), "$"),
    "deep nesting": (b"[" * 100_000, "$"),
    "half a file": (RANKED[:200].encode(), "line 1"),
    "UTF-16": (RANKED.encode("utf-16"), "byte 0"),
    "empty": (b"", "line 1"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_ballot_file_is_refused_with_its_path(case, tmp_path, capsys):
    content, path = CASES[case]
    assert failing_line(tmp_path, capsys, "bad.json", content).startswith(f"{path}")


@pytest.mark.parametrize(
    ("find", "put", "line"),
    [
        ("budget;1000", "budget;many", "line 1"),
        ("vote_type;approval", "vote_type;guess", "line 1"),
        ("1;400;", "1;-4;", "line 8"),
        ("a;1,2", "a;1,9", "line 13"),
        ("a;1,2", "a;1,1", "line 13"),
        ("PROJECTS", "", "line"),
    ],
)
def test_bad_pabulib_file_is_refused_with_its_line(find, put, line, tmp_path, capsys):
    assert failing_line(tmp_path, capsys, "bad.pb", PB.replace(find, put).encode()).startswith(line)


@pytest.mark.parametrize(
    ("find", "put", "line"),
    [
        ("3 2", "3", "line 1"),
        ("4 1 2 0", "4 1 9 0", "line 2"),
        ("4 1 2 0", "4 1 2", "line 2"),
        ('"Cy"\n"A title"\n', "", "line 7"),
    ],
)
def test_bad_blt_file_is_refused_with_its_line(find, put, line, tmp_path, capsys):
    assert failing_line(tmp_path, capsys, "bad.blt", BLT.replace(find, put).encode()).startswith(line)


def test_a_truncated_gzip_and_a_file_of_no_known_kind_are_refused(tmp_path, capsys):
    packed = gzip.compress(RANKED.encode())
    assert failing_line(tmp_path, capsys, "bad.json.gz", packed[:-10]).startswith("file: expected a whole gzip")
    assert failing_line(tmp_path, capsys, "bad.txt", b"").startswith("name: expected")


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory():
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(BadContest, match="at most 1000000 bytes"):
        unpack(bomb, most=1_000_000)


def test_lenient_lists_every_bad_ballot_as_void(tmp_path, capsys):
    path = tmp_path / "lenient.json"
    path.write_bytes(changed(ballots=[{"ranking": [["a"]]}, {"ranking": [["z"]]}, {"count": 4, "approve": ["a"]}]))
    assert run(["--lenient", "--json", str(path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["valid"], shown["void"], len(shown["voids"])) == (1, 5, 2)


EDGES = {
    "no ballots": {"ballots": []},
    "one voter": {"ballots": [{"ranking": [["a"]]}]},
    "all blank": {"ballots": [{"count": 5, "ranking": []}]},
    "budget of 0": {"budget": 0},
    "every option too dear": {"budget": 1},
    "all equal": {"ballots": [{"ranking": [[id_]]} for id_ in "abcd"]},
}
RULES = ("irv", "sequential_irv", "stv", "stv_scottish", "stv_meek", "equal_shares", "expanding_approvals", "greedy",
         "borda", "condorcet")  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("edge", EDGES)
def test_edges_are_counted_by_every_ranked_rule(rule, edge, tmp_path, capsys):
    path = tmp_path / "edge.json"
    path.write_bytes(changed(**EDGES[edge], rule={"method": rule, "ties": ["listed"]}))
    assert run(["--json", str(path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["spent"] <= max(shown["budget"], 0)
    if edge in ("no ballots", "all blank"):
        assert shown["elected"] == []


def mutated(dice: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(made) + 1)
        act = dice.randrange(6)
        if act == 0 and made:
            made[at % len(made)] = dice.randrange(256)
        elif act == 1:
            del made[at : at + dice.randint(1, 20)]
        elif act == 2:
            made[at:at] = made[at : at + dice.randint(1, 40)]
        elif act == 3:
            made[at:at] = dice.choice(
                (b"-1", b"9" * 30, b"1e400", b"null", b"[", b"{", b'"', b"\x00", b";", b"\n", b"0.5")
            )
        elif act == 4:
            other = dice.randrange(len(made) + 1)
            made[at : at + 8], made[other : other + 8] = made[other : other + 8], made[at : at + 8]
        else:
            digits = [n for n, byte in enumerate(made) if 48 <= byte <= 57]
            if digits:
                made[dice.choice(digits)] = dice.choice(b"0123456789-.")
    return bytes(made)


def mutations(number: int) -> Iterator[tuple[str, bytes]]:
    dice, originals = random.Random("mutations"), list(samples().items())
    for _ in range(number):
        name, content = dice.choice(originals)
        yield name, mutated(dice, content)


def check_mutations(number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for at, (name, content) in enumerate(mutations(number)):
        path = tmp_path / name
        path.write_bytes(content)
        try:
            code = run(command_of(name, path, at))
        except BaseException as error:
            error.add_note(f"mutation {at} of {name}: {content!r}")
            raise
        lines = capsys.readouterr().err.splitlines()
        assert code in (0, 2, 3, 4)
        assert len(lines) == (code != 0), (at, name, lines)


def check_processes(number: int, tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    code = "import sys; from fund.counting.command import run; sys.exit(run(sys.argv[1:]))"
    for at, (name, content) in enumerate(mutations(number)):
        path = tmp_path / name
        path.write_bytes(content)
        argv = [sys.executable, "-c", code, *command_of(name, path, at)]
        ended = subprocess.run(argv, capture_output=True, preexec_fn=limit, check=False)
        assert ended.returncode in (0, 2, 3, 4), (at, name, ended.stderr)
        assert b"Traceback" not in ended.stderr


def test_mutated_files_end_in_an_exit_code_and_never_in_a_traceback(tmp_path, capsys):
    check_mutations(2_000, tmp_path, capsys)


def test_mutated_files_stay_within_the_limits_of_a_process(tmp_path):
    check_processes(4, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_hundred_thousand_mutated_files(tmp_path, capsys):
    check_mutations(200_000, tmp_path, capsys)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_five_hundred_mutated_files_as_processes(tmp_path):
    check_processes(500, tmp_path)
