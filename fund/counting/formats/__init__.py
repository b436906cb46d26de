"""Files of ballots, each format in its own room: `ballot_file` (the program's own), `pabulib`, `blt`, tables of
cast-vote records (`records`, `xlsx`).

`formats.opening.read_contest` tells them apart by name.
"""
