"""`fund count FILE...`: count files of ballots without a database or configuration. Source: COUNTING.md, "The command".

Exit codes: 0 counted, 2 bad usage, 3 bad input (one line on stderr: file, place, what was expected), 4 a tie that the
chain does not break. With several files every one is counted, and the code is that of the first failure. Beside what
COUNTING.md names, `--preview` shows a file without counting it and `--write` writes it in another format.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from fund.counting.contest import Contest, Rule
from fund.counting.count import count
from fund.counting.errors import BadContest, UnbrokenTie
from fund.counting.formats.opening import read_contest
from fund.counting.progress import Progress
from fund.counting.report import explained, printed
from fund.counting.rules.registry import MODULES, rule_named
from fund.counting.settings import read_setting, whole_number

COUNTED, BAD_USAGE, BAD_INPUT, UNBROKEN_TIE = 0, 2, 3, 4


class _Usage(Exception):
    """The command line is wrong; the message says how."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(message)


def run(argv: Sequence[str]) -> int:
    """Run the command with its arguments (without `fund count`); the exit code."""
    try:
        asked = _parser().parse_args(list(argv))
        _check_usage(asked)
    except _Usage as error:
        print(f"fund count: {error}", file=sys.stderr)
        return BAD_USAGE
    except SystemExit as error:
        return int(error.code or 0)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name the terminal cannot show must not end the count
        sys.stdout.reconfigure(errors="backslashreplace")
    first_failure = COUNTED
    try:
        with Progress(sys.stderr, watched=sys.stderr.isatty()) as progress:
            for number, name in enumerate(asked.files, 1):
                of = f" ({number} of {len(asked.files)})" if len(asked.files) > 1 else ""
                progress.now(f"counting {name}{of}")
                code = _one_file(name, asked, progress)
                first_failure = first_failure or code
    except BrokenPipeError:  # the reader of our output has gone; nobody is left to tell
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    return first_failure


def _parser() -> _Parser:
    parser = _Parser(prog="fund count", description="Count ballots. Needs no database and no configuration.")
    parser.add_argument("files", nargs="+", metavar="FILE", help=".json, .pb, .blt, .csv, .xlsx, each also as .gz")
    parser.add_argument(
        "--rule", metavar="NAME", help="count by this rule instead of the file's: " + ", ".join(MODULES)
    )
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the rule")
    parser.add_argument("--compare", metavar="NAME", help="count by a second rule too, side by side")
    parser.add_argument("--budget", metavar="N", help="the budget, in the smallest unit of the file's amounts")
    parser.add_argument("--seats", metavar="N", help="how many are elected")
    parser.add_argument("--columns", metavar="MAP", help="what the columns of a table are: ranking=3-7,count=1")
    parser.add_argument("--lenient", action="store_true", help="count ballots that are wrong as void, and list them")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for each file")
    parser.add_argument("--explain", metavar="OPTION", help="print the whole path of one option")
    parser.add_argument("--preview", action="store_true", help="show columns, first ballots and wrong cells; no count")
    parser.add_argument(
        "--write", metavar="NEW", help="write the contest to a new file: .json, .pb, .blt, each also .gz"
    )
    return parser


def _check_usage(asked: argparse.Namespace) -> None:
    """Turn the words of the command line into values, before any file is opened."""
    try:
        for name in (asked.rule, asked.compare):
            if name is not None:
                rule_named(name, "--rule")
        asked.settings = {}
        for given in asked.set:
            name, equals, value = given.partition("=")
            if not equals:
                raise _Usage(f"--set {given}: expected key=value")
            asked.settings[name] = read_setting(name, value, f"--set {name}")
        if asked.columns is not None:
            from fund.counting.formats.records import read_columns

            asked.columns = read_columns(asked.columns)
        if asked.seats is not None:
            asked.settings["seats"] = whole_number(asked.seats, "--seats", least=1)
        if asked.budget is not None:
            asked.budget = whole_number(asked.budget, "--budget")
        if asked.write is not None:
            from fund.counting.formats.writing import kind_of

            kind_of(Path(asked.write))
            if len(asked.files) > 1:
                raise _Usage("--write: expected one FILE, for there is one new file")
            if Path(asked.write).exists():
                raise _Usage(f"--write {asked.write}: expected the name of a new file; this one is there")
    except BadContest as error:
        raise _Usage(str(error)) from None


def _one_file(name: str, asked: argparse.Namespace, progress: Progress) -> int:
    """Count, show or write one file; its exit code."""
    try:
        said, code = _looked_at(name, asked) if asked.preview else (_counted(name, asked), COUNTED)
        progress.now("")
        print(said, flush=asked.json)
        return code
    except _Usage as error:
        why, code = str(error), BAD_USAGE
    except BadContest as error:
        why, code = str(error), BAD_INPUT
    except UnbrokenTie as error:
        why, code = str(error), UNBROKEN_TIE
    except (MemoryError, RecursionError):
        why, code = "file: expected a contest within the limits of size", BAD_INPUT
    progress.now("")
    return _failed(name, why, code, asked)


def _counted(name: str, asked: argparse.Namespace) -> str:
    contest = _as_asked(read_contest(Path(name), lenient=asked.lenient, columns=asked.columns), asked)
    if asked.write is not None:
        from fund.counting.formats.writing import write_contest

        write_contest(contest, Path(asked.write), Path(name))
    result = count(contest)
    if asked.explain is not None and asked.explain not in result.reasons:
        raise _Usage(f"--explain {asked.explain}: no such option in {name}")
    if asked.json:
        return json.dumps({"file": name, **result.as_json()}, ensure_ascii=False)
    if asked.explain is not None:
        from fund.counting.prices import prices

        return explained(result, asked.explain, prices(contest, result, asked.explain))
    return printed(result, name if len(asked.files) > 1 else "")


def _looked_at(name: str, asked: argparse.Namespace) -> tuple[str, int]:
    from fund.counting.formats.preview import preview

    look = preview(Path(name), asked.columns)
    code = BAD_INPUT if look.wrong else COUNTED
    if look.wrong:
        place, expected = look.faults[0]
        print(f"{name}: {look.wrong} errors, the first at {place}: expected {expected}", file=sys.stderr)
    if asked.json:
        return json.dumps({"file": name, **look.as_json()}, ensure_ascii=False), code
    return "\n".join([name, *look.lines()]), code


def _failed(name: str, why: str, code: int, asked: argparse.Namespace) -> int:
    line = " ".join(why.split())
    if asked.json:
        print(json.dumps({"file": name, "error": line}, ensure_ascii=False), flush=True)
    print(f"{name}: {line}", file=sys.stderr)
    return code


def _as_asked(contest: Contest, asked: argparse.Namespace) -> Contest:
    """The contest with the rule, settings and amounts the command line asks for."""
    rule = contest.rule
    if asked.rule is not None and asked.rule != rule.method:
        rule = _carried_over(rule, asked.rule)
    if asked.settings:
        try:
            rule = Rule.of(rule.method, **{**rule.stated, **asked.settings})
        except BadContest as error:
            raise _Usage(f"--set: {error}") from None
    changes: dict[str, object] = {"rule": rule}
    if asked.compare is not None:
        changes["compare_with"] = _carried_over(rule, asked.compare)
    if asked.budget is not None:
        changes["budget"] = asked.budget
    return contest.replace(**changes)


def _carried_over(rule: Rule, method: str) -> Rule:
    """Another method with those of the stated settings that it has too."""
    known = rule_named(method).settings
    return Rule.of(method, **{name: value for name, value in rule.stated.items() if name in known})
