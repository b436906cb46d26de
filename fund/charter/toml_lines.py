"""Where each setting of a TOML text stands: a map from its path to its line.

`tomllib` gives the values and forgets the lines. This walks a text that `tomllib` has already accepted, so it needs to
find keys, headers and the ends of values, not to judge them. Paths are tuples of keys and positions: the `form` of the
second `[[round_types]]` is `("round_types", 1, "ballot", "form")`. Source: toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_PLAIN_VALUE = re.compile(r"[^,\]}#\n]+")


class _Walk:
    """One pass over the text. `at` is the place reached; `lines` is what has been found."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.lines: dict[Path, int] = {}
        self.table_counts: dict[Path, int] = {}
        self._counted_to, self._line = 0, 1

    def line(self) -> int:
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"unexpected text at {self.at}")
        self.at = match.end()
        return match[0]

    def peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.line())

    def key(self) -> tuple[str, ...]:
        parts = []
        while True:
            self.skip(_SPACE)
            if self.text[self.at] in "\"'":
                parts.append(str(tomllib.loads(f"key = {self.skip(_STRING)}")["key"]))
            else:
                parts.append(self.skip(_BARE_KEY))
            self.skip(_SPACE)
            if not self.peek("."):
                return tuple(parts)
            self.at += 1

    def resolved(self, keys: tuple[str, ...]) -> Path:
        """A header's keys with the position of the last table wherever a key names an array of tables."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self.table_counts:
                path = (*path, self.table_counts[path] - 1)
        return path

    def header(self) -> Path:
        if self.peek("[["):
            self.at += 2
            keys = self.key()
            array = (*self.resolved(keys[:-1]), keys[-1])
            self.note(array)
            path: Path = (*array, self.table_counts.get(array, 0))
            self.table_counts[array] = self.table_counts.get(array, 0) + 1
        else:
            self.at += 1
            path = self.resolved(self.key())
        self.at = self.text.index("]", self.at)
        while self.peek("]"):
            self.at += 1
        for length in range(1, len(path) + 1):
            self.note(path[:length])
        return path

    def pair(self, table: Path) -> None:
        path = table
        for key in self.key():
            path = (*path, key)
            self.note(path)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: Path) -> None:
        if self.peek("["):
            self.items(path, "]")
        elif self.peek("{"):
            self.items(path, "}")
        elif self.text[self.at] in "\"'":
            self.skip(_STRING)
        else:
            self.skip(_PLAIN_VALUE)

    def items(self, path: Path, end: str) -> None:
        self.at += 1
        position = 0
        while True:
            self.skip(_BLANK)
            if self.peek(","):
                self.at += 1
            elif self.peek(end):
                self.at += 1
                return
            elif end == "}":
                self.pair(path)
            else:
                self.note((*path, position))
                self.value((*path, position))
                position += 1

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self.skip(_BLANK)
            if self.at >= len(self.text):
                return self.lines
            if self.peek("["):
                table = self.header()
            else:
                self.pair(table)


def lines_of(text: str) -> dict[Path, int]:
    """The line of every table, key and list item of a text that `tomllib` accepts."""
    return _Walk(text).document()


def line_at(lines: dict[Path, int], path: Path) -> int:
    """The line of a setting, or of the nearest thing around it that the text holds; line 1 if it holds none."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1
