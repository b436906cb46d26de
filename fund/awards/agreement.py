"""The agreement and the instalments of an award, as the charter of its round has them.

The text is made once, when the award is offered, from the charter's template; its bytes are what both sides sign.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from fund.charter import Charter
from fund.charter.model_money import Product
from fund.charter.model_money import Tranche as TrancheRule
from fund.currency import split, written

CONTEXT = b"commonpool/v1/agreement\x00"
OWN_LINE = re.compile(r"[-*•]\s|\d+[.)]\s|[^\W\d_][^.:;,]{0,40}:\s")
"""How a line begins that is not the rest of the line before: a list's item or a heading of a few words."""


@dataclass(frozen=True)
class Instalment:
    """One part of an award before it is stored."""

    number: int
    amount_minor: int
    condition: str
    what_is_shown: str
    after_days: int | None = None


def product_of(charter: Charter, kind: str | None) -> Product | None:
    """The charter's first product of a kind, None where it has none."""
    return next((product for product in charter.products if product.kind == kind), None)


def terms_of(product: Product | None) -> dict[str, Any]:
    """The terms as they are stored with an award."""
    return {} if product is None else {"code": product.code, "name": product.name, **product.terms()}


def instalments(product: Product | None, amount_minor: int) -> list[Instalment]:
    """The parts of an award; they add up exactly. Without a product it is one part, due at signature."""
    rules: Sequence[TrancheRule] = product.tranches if product is not None else (TrancheRule(100, "signature", ""),)
    amounts = split(amount_minor, [rule.percent for rule in rules])
    kept = [(rule, amount) for rule, amount in zip(rules, amounts, strict=True) if amount]
    return [
        Instalment(number, amount, rule.due, rule.condition[:300], rule.after_days)
        for number, (rule, amount) in enumerate(kept, start=1)
    ]


def dates_of(charter: Charter, parts: Sequence[Instalment]) -> dict[str, Any]:
    """What is stored of days with an award: after how many from signing instalments are due, by number, and within how
    many one that is due is paid."""
    days = {str(part.number): part.after_days for part in parts if part.after_days is not None}
    within = charter.awards.pay_within_days
    return ({"days_after_signing": days} if days else {}) | ({"pay_within_days": within} if within else {})


def text_of(
    charter: Charter, *, business: str, proposal: str, amount_minor: int, product: Product | None,
    parts: Sequence[Instalment], on: dt.date,
) -> bytes:  # fmt: skip
    """The agreement's bytes: the charter's template with its holes filled."""
    return charter.awards.agreement_text(
        fund=charter.fund.name, business=business, proposal=proposal, amount=written(amount_minor, charter.currency),
        product=product.name if product is not None else _("Grant"),
        tranches="; ".join(_part(part, charter.currency) for part in parts),
        report=(product.report if product is not None else "") or _("as the charter says"), date=on.isoformat(),
    ).encode()  # fmt: skip


def text_hash(data: bytes) -> bytes:
    """SHA-256 over the context and the agreement's bytes."""
    return hashlib.sha256(CONTEXT + data).digest()


def paragraphs(text: str) -> list[list[str]]:
    """The agreement as it is shown: paragraphs of lines. A break inside a sentence, put there for a file of fixed width,
    is joined; items of a list and lines with a heading (“Report: …”) keep lines of their own. The bytes stay as they are.
    """
    shown = []
    for block in text.strip().split("\n\n"):
        lines: list[str] = []
        for line in (one.strip() for one in block.splitlines() if one.strip()):
            if lines and not OWN_LINE.match(line):
                lines[-1] += f" {line}"
            else:
                lines.append(line)
        shown.append(lines)
    return shown


def _part(part: Instalment, currency: str) -> str:
    amount = written(part.amount_minor, currency)
    if part.condition == "signature":
        return _("%(amount)s when both sides have signed", amount=amount)
    if part.after_days is not None:
        return _("%(amount)s %(n)s days after both sides have signed", amount=amount, n=part.after_days)
    if part.what_is_shown:
        return _("%(amount)s when this is shown: %(what)s", amount=amount, what=part.what_is_shown)
    words = {
        "evidence": _("when it is shown what the money was used for"),
        "milestone": _("when the next step is reached"),
        "date": _("on an agreed day"),
        "member_vote": _("after a vote of the members"),
    }
    return f"{amount} {words[part.condition]}"
