"""A count as plain text for a terminal: who is chosen, why and why not, ties, and the stages.

Two counts of the same ballots by different rules stand side by side, a line an option, with what differs marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from fund.counting.branches import MOST_COUNTS
from fund.counting.count import Count, Stage, Tie
from fund.counting.reasons import money_text


def printed(result: Count, heading: str = "") -> str:
    """The whole result, most important first."""
    names = {option.id: option.name or option.id for option in result.options}
    lines = [heading] if heading else []
    lines.append(f"Rule: {result.rule['method']}. Ballots: {result.ballots} ({result.valid} valid, "
                 f"{result.blank} blank, {result.void} void).")  # fmt: skip
    for quorum in result.quorum:
        where = f" in {quorum.chamber}" if quorum.chamber else ""
        lines.append(f"Quorum{where}: {quorum.cast} of {quorum.needed} needed: {'met' if quorum.met else 'missed'}.")
    if result.outcome == "no_decision":
        lines.append("No decision.")
    if result.budget is not None:
        lines.append(f"Spent {_money(result, result.spent)} of {_money(result, result.budget)}.")
    for number, id_ in enumerate(result.elected, 1):
        lines.append(f"{number:4}. {names[id_]} [{id_}]: {result.reason_text(id_)}")
    if not result.elected:
        lines.append("Nothing is elected.")
    others = [id_ for id_ in result.order if id_ not in result.elected]
    lines += [f"   -  {names[id_]} [{id_}]: {result.reason_text(id_)}" for id_ in others]
    lines += [_tie_line(tie) for tie in result.ties]
    lines += [f"Void, {path}: {why}" for path, why in result.voids]
    if result.compare is not None:
        lines += ["", *side_by_side(result, result.compare)]
    return "\n".join(lines)


def side_by_side(first: Count, second: Count) -> Iterator[str]:
    """Two counts of the same ballots, a line an option; `*` marks what the two do differently."""
    names = {option.id: option.name or option.id for option in first.options}
    heads = (first.rule["method"], second.rule["method"])
    rows = [(names[id_], _fate(first, id_), _fate(second, id_)) for id_ in first.order]
    if first.budget is not None:
        rows.append(("spent", _money(first, first.spent), _money(second, second.spent)))
    name_width = max(len(name) for name, _, _ in rows)
    width = max(len(text) for text in (*heads, *(fate for _, *fates in rows for fate in fates)))
    yield f"  {'Side by side':{name_width}}  {heads[0]:>{width}}  {heads[1]:>{width}}"
    for name, one, other in rows:
        yield f"{' ' if one == other else '*'} {name:{name_width}}  {one:>{width}}  {other:>{width}}"
    yield from (f"By {heads[1]}, {names[id_]}: {second.reason_text(id_)}" for id_ in second.order)
    yield from (_tie_line(tie) for tie in second.ties)


def _fate(result: Count, id_: str) -> str:
    if id_ not in result.elected:
        return "-"
    return _money(result, result.awards[id_]) if id_ in result.awards else "elected"


def _tie_line(tie: Tie) -> str:
    so_what = {
        True: " Another choice would have changed the outcome.",
        False: " No other choice would have changed the outcome.",
        None: f" Whether another choice would have changed the outcome was not explored to the end (at most {MOST_COUNTS}"
        " counts, fewer of large contests).",
    }[tie.changes_outcome]
    return f"Tie at stage {tie.stage} ({tie.purpose}): {', '.join(tie.options)}; {tie.step}: {tie.chosen}.{so_what}"


def explained(result: Count, option_id: str, prices: Mapping[int, str] = MappingProxyType({})) -> str:
    """The path of one option through every stage: its votes, what came and went, how far it was from the quota or from
    the next option, its ties, its reason. `prices`: what else is said of it at a stage, by the stage's number.
    """
    names = {option.id: option.name or option.id for option in result.options}
    lines = [f"{names[option_id]} [{option_id}]"]
    before: Stage | None = None
    for number, stage in enumerate(result.rounds, 1):
        if option_id in stage.tally:
            said = [*_at_stage(stage, before, option_id), *([prices[number]] if number in prices else [])]
            lines.append(f"Stage {number}: " + "; ".join(said) + ".")
            before = stage
        lines += [_tie_line(tie) for tie in result.ties if tie.stage == number and option_id in tie.options]
    lines.append(result.reason_text(option_id))
    if result.compare is not None:
        lines.append(f"By {result.compare.rule['method']}: {result.compare.reason_text(option_id)}")
    return "\n".join(lines)


def _at_stage(stage: Stage, before: Stage | None, id_: str) -> Iterator[str]:
    votes = Fraction(stage.tally[id_])
    came = "" if before is None else _difference(votes - Fraction(before.tally[id_]))
    yield f"{stage.tally[id_]} votes{came}"
    if stage.quota is not None:
        yield f"quota {stage.quota}"
    above = [Fraction(other) for other in stage.tally.values() if Fraction(other) > votes]
    yield f"place {len(above) + 1} of {len(stage.tally)}"
    if above:
        yield f"{_decimal(min(above) - votes)} behind the next"
    if id_ in stage.elected:
        yield "elected"
    elif id_ in stage.eliminated:
        yield "eliminated"


def _difference(change: Fraction) -> str:
    if not change:
        return ""
    return f" ({'+' if change > 0 else '-'}{_decimal(abs(change))})"


def _decimal(number: Fraction) -> str:
    """An exact number as short text: a decimal where it ends, else a fraction."""
    if number.denominator == 1:
        return str(number.numerator)
    scale = 10**18
    if scale % number.denominator == 0:
        digits = f"{number.numerator * (scale // number.denominator):019d}"
        return f"{digits[:-18]}.{digits[-18:]}".rstrip("0")
    return str(number)


def _money(result: Count, minor: int) -> str:
    return money_text(minor, result.currency, result.currency_exponent)
