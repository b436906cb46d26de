"""The base of every section's schema: unknown keys are mistakes, and a sound section becomes its frozen value.

A section's `check()` yields what is wrong between its own settings, as (path within the section, sentence). It runs
only when every setting by itself is right, so a person is not told about the consequences of a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, post_load, validates_schema

from fund.charter.errors import Path
from fund.charter.fields import Code
from fund.charter.messages import Message

Complaint = tuple[Path, Message]


class Section(Schema):
    """A table of the charter file. `model` is the frozen class it becomes."""

    model: ClassVar[type[Any]]

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        """What is wrong between the settings of this section."""
        return iter(())

    def complete(self, data: dict[str, Any]) -> dict[str, Any]:
        """The settings with those defaults filled in that depend on other settings."""
        return data

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        mistakes: dict[Any, Any] = {}
        for path, message in self.check(data):
            place = mistakes
            for part in path[:-1]:
                place = place.setdefault(part, {})
            place.setdefault(path[-1], []).append(message)
        if mistakes:
            raise ValidationError(mistakes)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Any:
        return self.model(**self.complete(data))


class ProtectedSection(Section):
    """A section whose change may need somebody's consent."""

    protected_by = Code(
        default=None, help="Who must consent to a change of this section: the code of a council or of a class."
    )
