"""`fund charter`: check a file, read it in plain words, list the charters that come with the program and all settings.

Needs no database and no configuration. Exit codes: 0 well; 1 a setting on votes or money is refused; 2 bad usage; 3 the
file is wrong or cannot be read, with one line on stderr for each mistake.
"""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

from fund.charter.errors import CharterErrors
from fund.charter.in_force import check
from fund.charter.json_schema import json_schema
from fund.charter.model import Charter
from fund.charter.presets import preset, presets
from fund.charter.reading import LARGEST_FILE, load
from fund.charter.reference import settings_table
from fund.charter.sentences import render_english

USAGE = """\
Usage: fund charter check FILE     what this release refuses, and what is not yet in force
       fund charter show FILE      the charter in plain sentences
       fund charter presets [NAME] the charters that come with the program; with a name, its file
       fund charter settings       every setting, its default, what it allows, whether it is in force
       fund charter schema         the JSON schema of the file

FILE is a charter in TOML, - for standard input, or the name of a preset.
Exit codes: 0 well, 1 a setting is refused, 2 bad usage, 3 the file is wrong."""


def run(argv: Sequence[str]) -> int:
    """Run one of the commands and give its exit code."""
    if list(argv) in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    commands: dict[str, tuple[Callable[..., int], tuple[int, ...]]] = {
        "check": (_check, (1,)),
        "show": (_show, (1,)),
        "presets": (_presets, (0, 1)),
        "settings": (_settings, (0,)),
        "schema": (_schema, (0,)),
    }
    command, counts = commands.get(argv[0] if argv else "", (None, ()))
    if command is None or len(argv) - 1 not in counts:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        code = command(*argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _read(name: str) -> Charter | None:
    """The charter in a file; None after saying on stderr what is wrong."""
    try:
        return load(_bytes(name))
    except OSError as fault:
        print(f"{name}: {fault.strerror or fault}", file=sys.stderr)
    except CharterErrors as mistakes:
        for mistake in mistakes.errors:
            print(f"{name}: {mistake}", file=sys.stderr)
    return None


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    if not Path(name).exists() and any(one.code == name for one in presets()):
        return preset(name).text.encode()
    with Path(name).open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def _check(name: str) -> int:
    charter = _read(name)
    if charter is None:
        return 3
    findings = check(charter)
    for finding in (*findings.refused, *findings.not_yet_in_force):
        print(f"{name}: {finding}")
    if findings.refused:
        return 1
    print(f"{name}: this charter can be adopted.")
    return 0


def _show(name: str) -> int:
    charter = _read(name)
    if charter is None:
        return 3
    for title, under in render_english(charter):
        print(f"{title}\n{'-' * len(title)}")
        for sentence in under:
            print(textwrap.fill(sentence, 100, initial_indent="* ", subsequent_indent="  "))
        print()
    return 0


def _presets(code: str | None = None) -> int:
    if code is None:
        for one in presets():
            print(f"{one.code}: {one.title}")
            print(textwrap.fill(str(one.about), 100, initial_indent="  ", subsequent_indent="  "))
        return 0
    try:
        print(preset(code).text, end="")
    except KeyError:
        print(f"{code}: no such preset; there are {', '.join(one.code for one in presets())}", file=sys.stderr)
        return 2
    return 0


def _settings() -> int:
    print(settings_table(), end="")
    return 0


def _schema() -> int:
    print(json.dumps(json_schema(), indent=1, ensure_ascii=False))
    return 0
