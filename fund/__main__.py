"""`python -m fund` is the `fund` command, for a Python whose scripts are not on the path."""

from __future__ import annotations

from fund.cli import main

main(prog_name="fund")
