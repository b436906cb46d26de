"""Every format out and in again: the same contest, the same count, and nothing left out without a word."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path

import jsonschema_rs
import pytest

from fund.counting.command import run
from fund.counting.contest import Ballot, Contest, Form, Option, Rule
from fund.counting.count import count
from fund.counting.errors import BadContest
from fund.counting.formats import ballot_file, blt, metadata, pabulib, pabulib_table, schema
from fund.counting.formats.opening import read_contest
from fund.counting.settings import SETTINGS
from tests.counting import test_against_naive as contests
from tests.counting.test_bad_input import PB, PB_POINTS, RANKED
from tests.counting.test_metamorphic import caught

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "counting"
CASES = Path(os.environ.get("FUND_CONFORMANCE", ROOT.parent / "shared" / "conformance"))
LARGE = 60_000  # bytes; larger elections are written in `make test-long`


def elections() -> list:
    paths = sorted((CASES / "pabulib").glob("*.pb*")) if CASES.is_dir() else []
    return [
        pytest.param(path, id=path.name, marks=[pytest.mark.long] if len(unpacked(path)) > LARGE else [])
        for path in paths
    ]


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def tables(document: pabulib_table.Document) -> dict:
    return {name: (table.columns, [row for _, row in table.rows]) for name, table in document.sections.items()}


# The schema ---------------------------------------------------------------------------------------------------------
VALID = jsonschema_rs.Draft202012Validator(schema.json_schema())


def test_the_schema_in_the_documents_is_the_one_that_is_served():
    published = json.loads((ROOT / "docs" / "formats" / "ballot-file-1.schema.json").read_text())
    assert published == schema.json_schema()
    assert jsonschema_rs.meta.is_valid(published)


def test_the_schema_names_every_setting_of_a_rule():
    assert set(schema.rule_settings()) == set(SETTINGS)


def test_every_ballot_file_there_is_fits_the_schema():
    ranked = [path for path in (CASES / "ranked").glob("*.json*") if path.stat().st_size < 100_000]
    for path in [*DATA.glob("*.json"), *ranked]:
        VALID.validate(json.loads(unpacked(path)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": "ballot-file/2"},
        {"extra": 1},
        {"options": []},
        {"budget": -1},
        {"budget": 1.5},
        {"rule": {"method": "dictator"}},
        {"rule": {"method": "irv", "colour": "red"}},
        {"rule": {"method": "irv", "ties": ["guess"]}},
        {"ballots": [{"approve": ["a"], "marks": {}}]},
        {"ballots": [{"count": -1, "ranking": []}]},
        {"ballots": [{"count": 1, "void": "torn"}]},
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(wrong):
    made = {**json.loads(RANKED), **wrong}
    assert not VALID.is_valid(made)
    with pytest.raises(BadContest):
        count(ballot_file.loads(json.dumps(made).encode()))


# The ballot file ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", contests.RULES, ids=lambda make: make.__name__)
def test_a_contest_of_any_rule_is_the_same_once_written_and_read(make, monkeypatch):
    for number in range(10):
        contest = caught(make, number, monkeypatch).replace(exponent=None)
        text = ballot_file.dumps(contest)
        VALID.validate(json.loads(text))
        again = ballot_file.loads(text)
        assert count(again).bytes() == count(contest).bytes()
        assert ballot_file.dumps(again) == text


def test_a_void_ballot_of_a_lenient_read_is_written_as_it_was():
    wrong = [{"count": 2, "ranking": [["z"]]}, {"count": 4, "approve": ["a"]}]
    made = {**json.loads(RANKED), "ballots": [{"ranking": [["a"]]}, *wrong]}
    lenient = ballot_file.loads(json.dumps(made).encode(), lenient=True)
    text = ballot_file.dumps(lenient)
    assert json.loads(text)["ballots"][1:] == wrong
    assert count(ballot_file.loads(text, lenient=True)).bytes() == count(lenient).bytes()
    with pytest.raises(BadContest, match=r"\$\.ballots\[1\]"):
        ballot_file.loads(text)


def test_a_void_ballot_of_another_format_keeps_its_reason():
    lenient = pabulib.loads(PB.replace("a;1,2", "a;1,9").encode(), lenient=True)
    text = ballot_file.dumps(lenient)
    assert '{"count": 1, "void": "line 13: expected the id of a project (not' in text.decode()
    again = ballot_file.loads(text, lenient=True)
    assert (count(again).void, count(again).voids) == (1, count(lenient).voids)
    with pytest.raises(BadContest, match=r"\$\.ballots\[0\]\.void: expected a ballot that counts"):
        ballot_file.loads(text)


# Metadata -----------------------------------------------------------------------------------------------------------
def test_pabulib_comes_back_out_of_a_ballot_file_as_it_was(tmp_path: Path):
    source, between, back = tmp_path / "a.pb", tmp_path / "b.json.gz", tmp_path / "c.pb"
    source.write_text(PB)
    for old, new in ((source, between), (between, back)):
        assert run([str(old), "--write", str(new), "--set", "ties=listed"]) == 0
    straight = pabulib.dumps(pabulib.loads(PB.encode()), like=pabulib_table.parsed(PB.encode()))
    assert back.read_bytes() == straight
    assert count(read_contest(between)).elected == count(read_contest(source)).elected


def test_metadata_that_no_longer_says_what_the_ballots_say_is_not_written():
    contest = pabulib.loads(PB.encode())
    kept = metadata.with_document(contest, pabulib_table.parsed(PB.encode()))
    assert metadata.document_in(kept) is not None
    for changed in (kept.replace(ballots=kept.ballots[1:]), kept.replace(options=kept.options[:-1], ballots=())):
        with pytest.raises(BadContest, match=r"\$\.metadata\.pabulib: expected the election"):
            metadata.document_in(changed)


@pytest.mark.parametrize(
    ("given", "path"),
    [(7, r"\$\.metadata"), ({"a": 1}, r"\$\.metadata\.a"), ({"pabulib": {"META": {}}}, "META.columns"),
     ({"pabulib": {"VOTES": {"columns": []}}}, "META"), ({"pabulib": {"OTHER": {}}}, "OTHER")],
)  # fmt: skip
def test_wrong_metadata_is_named(given, path):
    with pytest.raises(BadContest, match=path):
        ballot_file.loads(json.dumps({**json.loads(RANKED), "metadata": given}).encode())


# Pabulib ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", elections())
def test_an_election_keeps_every_cell_and_line_of_metadata(path: Path):
    content = unpacked(path)
    file = pabulib_table.parsed(content)
    contest = pabulib.contest_of(file)
    written = pabulib.dumps(contest, like=file)
    assert tables(pabulib_table.parsed(written)) == tables(file)
    assert written.split() == content.removeprefix(b"\xef\xbb\xbf").split()
    kept = ballot_file.dumps(metadata.with_document(contest, file))
    VALID.validate(json.loads(kept))
    back = ballot_file.loads(kept)
    assert pabulib.dumps(back, metadata.document_in(back)) == written
    if len(content) < 100_000:
        listed = contest.replace(rule=Rule.of("greedy", ties=["listed"]))
        anew = pabulib.loads(pabulib.dumps(contest)).replace(rule=listed.rule)
        assert count(anew).elected == count(listed).elected
        assert count(anew).scores == count(listed).scores


@pytest.mark.parametrize("text", [PB, PB_POINTS])
def test_a_changed_budget_is_the_only_line_that_changes(text):
    file = pabulib_table.parsed(text.encode())
    contest = pabulib.contest_of(file)
    assert contest.budget == 10_000  # in tenths, for one project costs 250.50
    other = pabulib.dumps(contest.replace(budget=5_005), like=file).decode()
    assert other == text.replace("budget;1000", "budget;500.5")
    assert pabulib.loads(other.encode()).budget == 5_005


@pytest.mark.parametrize(
    ("form", "ballot", "vote_type"),
    [
        (Form("approval"), Ballot.approve("a", "b", count=2), "approval"),
        (Form("ranked"), Ballot.ranking("b", "a", count=2), "ordinal"),
        (Form("points", total=9), Ballot.points({"a": 4, "b": 5}, count=2), "cumulative"),
        (Form("points"), Ballot.points({"a": 4, "b": 5}, count=2), "scoring"),
    ],
)
def test_each_vote_type_is_written_and_read(form, ballot, vote_type):
    options = (Option("a", "A; or so", 1050, ("north", "parks")), Option("b", 'B "b"', 20_000))
    contest = Contest(options, Rule.of("greedy"), (ballot,), budget=30_000, currency="EUR", title="Two", form=form)
    text = pabulib.dumps(contest)
    assert f"vote_type;{vote_type}\n".encode() in text
    again = pabulib.loads(text)
    assert (again.budget, again.exponent) == (3_000, 1)  # the same 300 euros, in tenths: 10.50 needs no more
    assert [(option.id, option.name, option.groups) for option in again.options] == [
        (option.id, option.name, option.groups) for option in options
    ]
    assert again.ballots == (ballot,)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"ballots": (Ballot("ranking", (("a",), (), ("b",))),)}, "$.ballots[0]"),
        ({"ballots": (Ballot("void", "torn"),)}, "$.ballots[0]"),
        ({"ballots": (Ballot("ranking", (("a",),), 1, "north"),)}, "$.ballots[0]"),
        ({"budget": None}, "$.budget"),
        ({"options": (Option("a", groups=("x, y",)), Option("b"))}, "$.options"),
        ({"options": (Option("a,b"),), "ballots": (Ballot.ranking("a,b"),)}, "$.ballots[0]"),
    ],
)
def test_what_pabulib_cannot_hold_is_refused_and_not_left_out(changes, path):
    contest = Contest((Option("a"), Option("b")), Rule.of("irv"), (Ballot.ranking("a", "b"),), budget=900)
    assert pabulib.dumps(contest)
    with pytest.raises(BadContest) as refused:
        pabulib.dumps(contest.replace(**changes))
    assert refused.value.path == path


# BLT ----------------------------------------------------------------------------------------------------------------
def test_a_blt_file_gives_the_same_stages_by_position():
    for number in range(40):
        dice = random.Random(number)
        options = tuple(Option(str(place), f'Cand "{place}" Smith') for place in range(1, dice.randint(2, 7)))
        ballots = contests.rankings(dice, [option.id for option in options], paper=True)
        rule = Rule.of("stv_scottish", seats=dice.randint(1, 3), ties=["listed"])
        contest = Contest(options, rule, ballots, title="Ward 1", form=Form("ranked"))
        again = blt.loads(blt.dumps(contest)).replace(rule=rule)
        assert again.options == options
        assert count(again).bytes() == count(contest).bytes()


def test_wards_of_the_conformance_files_are_the_same_once_written():
    for path in sorted((CASES / "stv_scottish").glob("*.blt"))[::12]:
        contest = read_contest(path)
        assert blt.loads(blt.dumps(contest)) == contest


def test_a_blt_file_holds_rankings_only():
    contest = Contest((Option("1"),), Rule.of("greedy"), (Ballot.approve("1"),), budget=1)
    with pytest.raises(BadContest, match=r"\$\.ballots\[0\]: expected a ranking"):
        blt.dumps(contest)


# From one to another by the command ---------------------------------------------------------------------------------
def converted(capsys, tmp_path: Path, source: str, *names: str) -> list[dict]:
    """The count of a file, then of each file it is written to in turn."""
    shown = []
    for name in (*names, ""):
        more = ["--write", str(tmp_path / name)] if name else []
        assert run(["--json", "--set", "ties=listed", source, *more]) == 0
        shown.append(json.loads(capsys.readouterr().out))
        source = str(tmp_path / name)
    return shown


def test_a_file_is_written_in_other_formats_and_counts_the_same(capsys, tmp_path):
    source = tmp_path / "town.pb"
    source.write_text(PB)
    first, *others = converted(capsys, tmp_path, str(source), "town.json.gz", "again.pb", "third.pb.gz")
    for other in others:
        assert (other["elected"], other["scores"]) == (first["elected"], first["scores"])
    in_cents, *in_tenths = [other["spent"] for other in others]
    assert in_cents == 10 * first["spent"]
    assert in_tenths == [first["spent"]] * 2  # as the town itself states them


def test_a_new_file_is_the_same_bytes_and_never_takes_the_place_of_another(capsys, tmp_path):
    source = tmp_path / "town.pb"
    source.write_text(PB)
    for name in ("one.json.gz", "two.json.gz"):
        assert run([str(source), "--write", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "two.json.gz").read_bytes()
    assert run([str(source), "--write", str(tmp_path / "one.json.gz")]) == 2
    assert run([str(source), str(source), "--write", str(tmp_path / "new.json")]) == 2
    assert run([str(source), "--write", str(tmp_path / "new.doc")]) == 2
    assert run([str(source), "--write", str(tmp_path / "nowhere" / "new.json")]) == 3
    assert run([str(source), "--write", str(tmp_path / "new.blt")]) == 3
    assert not list(tmp_path.glob("new*"))
    capsys.readouterr()
