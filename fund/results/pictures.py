"""Pictures of a result: votes and money side by side, the path of a count stage by stage, turnout against quorum."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import gettext as _
from markupsafe import Markup

from fund.pictures import Bar, Goal, Link, Node, Part, Stage, bars, flow, meter, stacked
from fund.presentation import direction, money, number
from fund.results.reading import Shown, Tables, figure

MOST_STAGES = 8
SCALE = 1000
"""Fractions of votes are drawn in thousandths."""


def turnout(outcome: Shown) -> Markup:
    """How many of the roll voted, with the quorum as a line."""
    cast, roll, needed = outcome.turnout
    return meter(
        cast,
        max(roll, 1),
        needed,
        title=_("Turnout"),
        desc=_("%(cast)s of %(roll)s voted", cast=number(cast), roll=number(roll)),
        done_label=_("%(cast)s of %(roll)s voted", cast=number(cast), roll=number(roll)),
        needed_label=_("Quorum: %(needed)s", needed=number(needed)) if needed is not None else "",
        rtl=_rtl(),
    )


def support(outcome: Shown) -> Markup | None:
    """Votes of every option, funded ones in another tone; for a yes/no vote the split with its threshold.

    None where nobody votes.
    """
    if outcome.main.method == "lot":
        return None
    if outcome.chambers and any(part.verdicts for part in outcome.chambers):
        return _by_chamber(outcome)
    if outcome.main.method == "majority":
        return _yes_no(outcome)
    rows = [
        Bar(
            line.title,
            max(0, int(Fraction(outcome.raw["scores"].get(line.option_id, "0")) * SCALE)),
            line.votes,
            tone="reed" if line.elected else "pool",
        )
        for line in outcome.main.lines
    ]
    return bars(rows, title=_("Votes"), desc=_("Votes of every proposal"), rtl=_rtl())


def spending(outcome: Shown) -> Markup | None:
    """How the budget was used; None for a round without money."""
    budget = outcome.raw.get("budget")
    if not budget:
        return None
    parts = [
        Part(line.title, line.award_minor, money(line.award_minor)) for line in outcome.main.lines if line.award_minor
    ]
    left = budget - outcome.main.spent_minor
    if left > 0:
        parts.append(Part(_("Left over"), left, money(left), "mist"))
    return stacked(parts, title=_("How the budget is used"), desc=_("Each award as a part of the budget"), rtl=_rtl())


def path(outcome: Shown, tables: Tables) -> Markup | None:
    """The first instant runoff stage by stage: whose ballots moved to whom; None where stages do not hand over."""
    stages = outcome.raw["rounds"][:MOST_STAGES]
    if tables.method not in ("irv", "sequential_irv") or len(stages) < 2:
        return None
    until = next((i for i, stage in enumerate(stages) if not stage["eliminated"]), len(stages) - 1)
    run = stages[: until + 1]
    if len(run) < 2:
        return None
    keys = [key for key in outcome.titles if any(key in stage["tally"] for stage in run)]
    levels = [{key: int(Fraction(stage["tally"].get(key, "0")) * SCALE) for key in keys} for stage in run]
    shown = tuple(
        Stage(
            _("Stage %(n)s", n=i + 1),
            tuple(
                Node(key, outcome.titles[key], level[key], figure(run[i]["tally"].get(key, "0")))
                for key in keys
                if key in run[i]["tally"]
            ),
        )
        for i, level in enumerate(levels)
    )
    return flow(
        shown,
        _moves(keys, levels, run),
        title=_("How votes moved"),
        desc=_("Each stage drops the last option and hands its ballots on"),
        rtl=_rtl(),
    )


def _moves(keys: list[str], levels: list[dict[str, int]], run: list[dict[str, object]]) -> list[Link]:
    """What stays with an option, and what an eliminated option's ballots bring to each of the others."""
    links = []
    for i in range(len(run) - 1):
        before, after = levels[i], levels[i + 1]
        staying = [key for key in keys if key in run[i]["tally"] and key in run[i + 1]["tally"]]  # type: ignore[operator]
        links += [Link(i, key, key, min(before[key], after[key]), min(before[key], after[key])) for key in staying]
        for gone in run[i]["eliminated"]:  # type: ignore[attr-defined]
            gains = {key: after[key] - before[key] for key in staying if after[key] > before[key]}
            total, pool = sum(gains.values()), before.get(gone, 0)
            share = {key: gain * pool // max(total, pool, 1) for key, gain in gains.items()}
            links += [Link(i, gone, key, share[key], share[key]) for key in gains if share[key]]
    return links


def _by_chamber(outcome: Shown) -> Markup:
    rows = [
        Bar(
            f"{part.name}: {one.title}",
            one.yes,
            _("%(yes)s yes, %(no)s no", yes=number(one.yes), no=number(one.no)),
            of=one.yes + one.no,
            tone="reed" if one.adopted else "pool",
        )
        for part in outcome.chambers
        for one in part.verdicts
    ]
    return bars(rows, title=_("Yes and no in each chamber"), desc=_("Each chamber must agree by itself"), rtl=_rtl())


def _yes_no(outcome: Shown) -> Markup:
    stage = outcome.raw["rounds"][0] if outcome.raw["rounds"] else {"tally": {}, "facts": {}}
    facts = stage.get("facts") or {}
    rows = []
    for line in outcome.main.lines:
        yes = int(Fraction(stage["tally"].get(line.option_id, "0")))
        no = int(facts.get(f"no:{line.option_id}", 0))
        rows.append(
            Bar(
                line.title,
                yes,
                _("%(yes)s yes, %(no)s no", yes=number(yes), no=number(no)),
                of=yes + no,
                tone="reed" if line.elected else "pool",
            )
        )
    needed = int(facts.get(f"needed:{outcome.main.lines[0].option_id}", 0)) if len(rows) == 1 else 0
    goal = Goal(needed, _("Needed: %(n)s yes", n=number(needed))) if needed else None
    return bars(
        rows, title=_("Yes and no"), desc=_("Votes in favour out of those who said yes or no"), goal=goal, rtl=_rtl()
    )


def _rtl() -> bool:
    return direction() == "rtl"
