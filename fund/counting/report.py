"""A count as plain text for a terminal: who is chosen, why and why not, ties, and the stages."""

from __future__ import annotations

from fund.counting.count import Count
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
    for tie in result.ties:
        lines.append(f"Tie at stage {tie.stage} ({tie.purpose}): {', '.join(tie.options)}; {tie.step}: {tie.chosen}.")
    lines += [f"Void, {path}: {why}" for path, why in result.voids]
    if result.compare is not None:
        lines += ["", "For comparison:", printed(result.compare)]
    return "\n".join(lines)


def explained(result: Count, option_id: str) -> str:
    """The path of one option through the stages, and its reason."""
    lines = []
    for number, stage in enumerate(result.rounds, 1):
        if option_id in stage.tally:
            quota = f", quota {stage.quota}" if stage.quota is not None else ""
            event = "elected" if option_id in stage.elected else "eliminated" if option_id in stage.eliminated else ""
            lines.append(f"Stage {number}: {stage.tally[option_id]} votes{quota} {event}".rstrip())
    lines.append(result.reason_text(option_id))
    if result.compare is not None:
        lines.append(f"By {result.compare.rule['method']}: {result.compare.reason_text(option_id)}")
    return "\n".join(lines)


def _money(result: Count, minor: int) -> str:
    return money_text(minor, result.currency, result.currency_exponent)
