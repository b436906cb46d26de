"""A second counting engine, as plain as can be, to check the real one against.

Written from COUNTING.md and the cited sources with `Fraction`s and nested loops, one ballot a row, sharing nothing with
`fund/counting` but its input types. Slow on purpose: no grouping, no piles, no bounds. Ties are broken by a chain of
`most_votes`, `lower_cost`, `earlier_stage` and `listed` only. Options are ids throughout.
"""
