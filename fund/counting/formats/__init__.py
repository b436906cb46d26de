"""Files of ballots, each format in its own room: `ballot_file` (the program's own), `pabulib`, `blt`.

`formats.opening.read_contest` tells them apart by name.
"""
