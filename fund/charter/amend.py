"""Changing a charter: which sections differ between two versions, and whose consent that takes.

A section that names somebody in `protected_by` cannot change without them, and neither can what makes them what they
are: the entry of the council or class itself. Otherwise members alone could change who the council is and then consent
in its name. What counts is the old version: protection cannot be removed by the change it forbids. Source: FIELD.md B2
`protected_by`, C6.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from fund.charter.model import Charter
from fund.charter.model_rounds import carries

_NAMED_BY = {"caps": "group", "capital": "name", "surplus_split": "to"}
"""What names an item of a list; `code` in every other."""


@dataclass(frozen=True)
class Change:
    """A section, or an item of one (`products.grant`), that differs; `needs` holds the codes of who must consent."""

    section: str
    needs: tuple[str, ...]


def differences(old: Charter, new: Charter) -> tuple[Change, ...]:
    """Every section that differs, in the order of the file, with the consent that the old version asks for."""
    protectors = _protectors(old)
    changed: list[Change] = []
    before, after = dict(_sections(old)), dict(_sections(new))
    for name in [*before, *(name for name in after if name not in before)]:
        was, becomes = before.get(name), after.get(name)
        if was == becomes:
            continue
        needs = {body for body in (_protector(was),) if body}
        kind, _, code = name.rpartition(".")
        if kind in ("councils", "membership.classes") and code in protectors:
            needs.add(code)
        changed.append(Change(name, tuple(sorted(needs))))
    return tuple(changed)


def consents_needed(old: Charter, new: Charter) -> tuple[str, ...]:
    """Codes of the councils and classes without whose consent the new version cannot replace the old one."""
    return tuple(sorted({body for change in differences(old, new) for body in change.needs}))


def carried(charter: Charter, yes: int, no: int) -> bool:
    """Whether these votes are enough to change this charter."""
    return carries(charter.amend.threshold, yes, no)


def _protector(section: Any) -> str | None:
    value = section[-1] if isinstance(section, tuple) and section else section
    body: str | None = getattr(value, "protected_by", None)
    return body


def _sections(charter: Charter) -> Iterator[tuple[str, Any]]:
    """Every section, and every item of a list, by name. Capital carries its place: it says who loses first."""
    for field in fields(charter):
        value = getattr(charter, field.name)
        if field.name == "text":
            continue
        if field.name == "membership":
            yield from ((f"membership.classes.{one.code}", one) for one in value.classes)
            value = replace(value, classes=value.classes if value.protected_by else ())
        if isinstance(value, tuple):
            for place, one in enumerate(value):
                name = getattr(one, _NAMED_BY.get(field.name, "code"))
                yield f"{field.name}.{name}", (place, one) if field.name == "capital" else one
        else:
            yield field.name, value


def _protectors(charter: Charter) -> set[str]:
    return {body for _, section in _sections(charter) if (body := _protector(section))}
