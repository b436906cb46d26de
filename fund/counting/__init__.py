"""The counting core: ballots in, an explained result out.

Pure and exact: no web framework, no database, no clock, no chance, no floating-point figure in anything published.
A `Contest` (contest.py) holds options, ballots and the rule in force; `count(contest)` (count.py) gives a `Count`:
who is funded, every stage, every tie and what broke it, and a reason for every option.

The specification is the statute each rule module names in its first docstring. Importing this package imports nothing
heavy, so that the command `fund count` starts at once.
"""
