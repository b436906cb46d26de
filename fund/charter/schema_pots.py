"""Which rounds keep a set-aside or a cap, and whether their counting rule can.

A set-aside is counted first, with its own part of the budget; that needs a rule that divides a budget
(form_rules.RULES_WITH_POTS). A cap is kept by every rule that counts ballots or draws lots for money (RULES_WITH_CAPS).
A second rule that is counted beside the first has to keep the same. Source: COUNTING.md, "Settings common to all".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fund.charter import form_rules
from fund.charter.messages import N_
from fund.charter.model_money import POOLED, Cap, Pool, SetAside
from fund.charter.model_rounds import RoundType
from fund.charter.section import Complaint


def keeps(section: SetAside | Cap, type_: RoundType) -> bool:
    """Whether rounds of this type keep the set-aside or the cap."""
    return type_.decides == "money" and (not section.round_types or type_.code in section.round_types)


def check_pots(data: dict[str, Any]) -> Iterator[Complaint]:
    """Set-asides and caps that name no type of round, a rule that cannot keep them, or more than the whole budget."""
    types = [one for one in data.get("round_types") or () if isinstance(one, RoundType)]
    for name, kind in (("setasides", SetAside), ("caps", Cap)):
        sections = data.get(name)
        found = [one for one in sections if isinstance(one, kind)] if isinstance(sections, tuple) else []
        for place, one in enumerate(found):
            yield from _check_one((name, place), one, types)
        groups = [one.group for one in found if isinstance(one, Cap)]
        for place, group in enumerate(groups):
            if group in groups[:place]:
                yield (name, place, "group"), N_("The group %(group)s has a cap already.", group=group)
    yield from _check_pools(data)
    asides = [one for one in data.get("setasides") or () if isinstance(one, SetAside)]
    for type_ in types:
        total = sum(one.percent for one in asides if keeps(one, type_))
        if total > 100:
            yield ("setasides",), N_("The parts are together %(sum)s percent; they can be 100.", sum=total)
            return


def _check_pools(data: dict[str, Any]) -> Iterator[Complaint]:
    """No kind of contribution is shared out more than whole, and no two pots are kept under one code."""
    pools = [one for one in data.get("pools") or () if isinstance(one, Pool)]
    for kind in POOLED:
        total = sum(one.percent_of(kind) for one in pools)
        if total > 100:
            yield ("pools",), N_("The parts are together %(sum)s percent; they can be 100.", sum=total)
    asides = {one.code for one in data.get("setasides") or () if isinstance(one, SetAside)}
    reserves = {one.reserve_code for one in pools if one.land_reserve}
    for place, one in enumerate(pools):
        if one.code in asides | reserves:
            yield ("pools", place, "code"), N_("The code %(code)s belongs to other money set aside.", code=one.code)


def _check_one(at: tuple[str, int], one: SetAside | Cap, types: Sequence[RoundType]) -> Iterator[Complaint]:
    money = {type_.code: type_ for type_ in types if type_.decides == "money"}
    for position, code in enumerate(one.round_types):
        if code not in money:
            yield (*at, "round_types", position), N_(
                "%(code)s is not a round type that decides money. Those that do: %(codes)s.",
                code=code, codes=", ".join(money),
            )  # fmt: skip
    able = form_rules.RULES_WITH_POTS if isinstance(one, SetAside) else form_rules.RULES_WITH_CAPS
    for code, type_ in money.items():
        rules = (type_.count.rule, type_.count.compare_with)
        unable = [rule for rule in rules if rule is not None and rule not in able]
        if keeps(one, type_) and unable:
            yield (*at, "round_types"), N_(
                "Rounds of the type %(code)s are counted by %(rule)s, which cannot keep a part for some. Name the types of"
                " round that can.",
                code=code, rule=unable[0],
            )  # fmt: skip
            return
