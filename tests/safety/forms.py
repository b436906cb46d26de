"""The forms of the pages, read out of the pages themselves: where each is sent and what it asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from tests.safety.walks import Walks


@dataclass
class SeenForm:
    """One form on one page: its address, its fields with what stands in them, whether it takes files."""

    page: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, list[SeenForm]()
        self._open: SeenForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form" and given.get("method", "get").lower() == "post":
            self._open = SeenForm(self.page, urlsplit(urljoin(self.page, given.get("action") or self.page)).path)
            self.forms.append(self._open)
        if self._open is None:
            return
        name = given.get("name", "")
        if tag in ("input", "textarea") and name and given.get("type") not in ("submit", "button"):
            self._open.fields.setdefault(name, given.get("value", ""))
            if given.get("type", "text") not in ("hidden", "radio", "checkbox", "file"):
                self._open.typed.add(name)
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and given.get("value"):
            self._open.fields.setdefault(self._select, given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


def seen(walks: Walks, role: str) -> list[SeenForm]:
    """Every form that somebody is shown on any page, each address once."""
    if role not in walks.forms:
        walks.forms[role] = _read(walks, role)
    return walks.forms[role]


def _read(walks: Walks, role: str) -> list[SeenForm]:
    found: dict[str, SeenForm] = {}
    for one in walks.of(role):
        if one.answer.mimetype == "text/html":
            reader = _Reader(one.path)
            reader.feed(one.answer.get_data(as_text=True))
            for form in reader.forms:
                found.setdefault(form.action, form)
    return list(found.values())
