"""Every setting in one table, made from the schema: what docs/charter.md prints and `fund charter settings` shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from marshmallow import missing

from fund.charter.fields import Money, Setting, Table, Tables, settings_of
from fund.charter.in_force import BUILT, LATER, RECORDED, SETTINGS, standing
from fund.charter.schema import CharterSchema
from fund.charter.schema_money import AGREEMENT
from fund.currency import minor_per_unit

IN_FORCE = {BUILT: "yes", RECORDED: "kept by people", LATER: "not yet"}


class Row(NamedTuple):
    """One setting: its path, what it is, its default, what it allows, whether it is in force."""

    path: str
    help: str
    default: str
    allowed: str
    in_force: str


def rows() -> tuple[Row, ...]:
    """Every setting of a charter in the order of the file's sections."""
    return tuple(_rows(settings_of(CharterSchema), ""))


def settings_table() -> str:
    """The table as Markdown, one part for each section."""
    parts: list[str] = []
    section = ""
    for row in rows():
        top = row.path.split(".")[0].split("[")[0]
        if top != section:
            section = top
            parts.append(
                f"\n### `{top}`\n\n| setting | what it is | default | allowed | in force |\n|---|---|---|---|---|"
            )
        cells = (f"`{row.path}`", *(cell.replace("|", "\\|").replace("\n", " ") for cell in row[1:]))
        parts.append("| " + " | ".join(cells) + " |")
    return "\n".join(parts).lstrip("\n") + "\n"


def _rows(fields: dict[str, Setting], at: str) -> Iterator[Row]:
    ordered = sorted(fields.items(), key=lambda pair: pair[0] == "protected_by")
    for key, field in ordered:
        path = f"{at}{key}"
        within = f"{path}[]." if isinstance(field, Tables) else f"{path}."
        allowed = "a table" if isinstance(field, Table) else str(field.allowed())
        if isinstance(field, Tables):
            allowed = f"at most {field.most} tables"
        yield Row(path, str(field.metadata["help"]), _default(field), allowed, _in_force(path))
        if isinstance(field, Table | Tables):
            yield from _rows(settings_of(field.schema_class), within)


def _default(field: Setting) -> str:
    value: Any = field.load_default
    if value is missing:
        return "must be given"
    if isinstance(field, Table):
        return "none" if value is None else "its own defaults"
    if isinstance(field, Tables):
        codes = [getattr(one, "code", None) or f"{one.percent} % at signature" for one in value()]
        return ", ".join(codes) or "none"
    if value == AGREEMENT:
        return "a short agreement"
    return _shown(field, value)


def _shown(field: Setting, value: Any) -> str:
    if value is None or value in ((), ""):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(field, Money):
        return str(value // minor_per_unit("USD"))
    if isinstance(value, tuple):
        return ", ".join("+".join(one) if isinstance(one, tuple) else f"{one}" for one in value)
    return str(value)


def _in_force(path: str) -> str:
    """Whether it is, and which of its values are not."""
    plain = path.replace("[]", "")
    status, bears = standing(plain)
    said = IN_FORCE[status] + (" (refused)" if status == LATER and bears else "")
    others = [
        f"{name.partition('=')[2]}: {IN_FORCE[entry[0]]}" + (" (refused)" if entry[0] == LATER and entry[1] else "")
        for name, entry in SETTINGS.items()
        if name.startswith(f"{plain}=")
    ]
    return "; ".join([said, *others])
