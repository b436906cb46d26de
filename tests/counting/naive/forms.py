"""Which ballots are valid: the table of ballot forms in COUNTING.md, read row by row."""

from __future__ import annotations

from fund.counting.contest import Ballot, Contest


def valid(contest: Contest, ballot: Ballot) -> bool:
    form, content = contest.form, ballot.content
    assert form is not None
    cost = {option.id: option.cost for option in contest.options}
    if form.form == "ranked":
        marked = len([rank for rank in content if rank])
        fine = form.k is None or not any(content[form.k :])
    elif form.form in ("approval", "knapsack", "approve_deny"):
        marked = len(content)
        fine = form.form != "approval" or form.max is None or marked <= form.max
        if form.form == "knapsack":
            fine = sum(cost[id_] for id_ in content) <= contest.budget
    else:
        values = [value for _, value in content]
        marked = len([value for value in values if value])
        fine = True
        if form.form == "points":
            fine = (form.total is None or sum(values) <= form.total) and all(
                form.max is None or value <= form.max for value in values
            )
        if form.form == "quadratic":
            fine = (form.credits is None or sum(v * v for v in values) <= form.credits) and (
                form.negative or all(value >= 0 for value in values)
            )
    return fine and (form.min is None or marked >= form.min)
