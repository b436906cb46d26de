"""Who lives in Port Alder: 48 voting members, 17 solidarity members, 6 stewards. All invented.

Members are listed by neighbourhood; a name with `None` has no e-mail. Addresses end in `.example`, which no mail reaches.
"""

from __future__ import annotations

from typing import NamedTuple


class Resident(NamedTuple):
    """A voting member: name, neighbourhood, language, whether there is an e-mail address."""

    name: str
    neighbourhood: str
    language: str = "en"
    has_email: bool = True


FLATS, HILL, LOCKS = "Tannery Flats", "Quarry Hill", "Lower Locks"
SPANISH = frozenset(
    {
        "Rosa Marín",
        "Lupe Arroyo",
        "Inés Arroyo",
        "Tomás Quiroga",
        "Marisol Peña",
        "Efraín Soto",
        "Belén Castaño",
        "Nadia Ruelas",
    }
)
WITHOUT_EMAIL = frozenset(
    {"Rosa Marín", "Ollie Fenwick", "Marta Kovač", "Efraín Soto", "Hettie Barlow", "Sal Dimarco", "Pearl Okafor"}
)

_FLATS = (
    "Rosa Marín", "Imani Walker", "Lupe Arroyo", "Inés Arroyo", "Tomás Quiroga", "Ollie Fenwick", "Hana Sato",
    "Priya Raman", "Marta Kovač", "Deshawn Pryor", "Corinne Vance", "Jamal Idris", "Beatrix Lund", "Efraín Soto",
    "Wen Zhao", "Gilda Farrow", "Marcus Teel", "Yasmin Haddad", "Otto Brandt", "Lenora Cray", "Silas Moon",
    "Amara Eze", "Viktor Halim", "Josie Parr", "Nadia Ruelas", "Colm Reilly",
)  # fmt: skip
_HILL = (
    "Dana Okonjo", "Marisol Peña", "Theo Abbott", "Hettie Barlow", "Rafe Lindqvist", "Saoirse Dunn", "Kwame Mensah",
    "Ilse Voss", "Belén Castaño", "Sal Dimarco", "Noor Aziz", "Pippa Long", "Emeka Obi",
)  # fmt: skip
_LOCKS = (
    "Walter Pike", "Ruth Ansel", "Cleo Marchetti", "Pearl Okafor", "Bao Tran", "Greta Holm", "Luz Whitaker", "Ike Rowan",
    "Fern Delacroix",
)  # fmt: skip

VOTING = tuple(
    Resident(name, place, "es" if name in SPANISH else "en", name not in WITHOUT_EMAIL)
    for place, names in ((FLATS, _FLATS), (HILL, _HILL), (LOCKS, _LOCKS))
    for name in names
)

SOLIDARITY = (
    "Agnes Fairweather", "Boris Lanz", "Carys Pugh", "Duncan Igwe", "Elodie Marchand", "Farid Nouri", "Grace Adeyemi",
    "Hugo Bellamy", "Ingrid Sund", "Jorge Salas", "Kit Maddox", "Lina Petrov", "Mo Farouk", "Nell Cassidy", "Omar Bashir",
    "Petra Novak", "Quinn Ashby",
)  # fmt: skip

STEWARDS = (
    ("Imani Walker", "vote"),
    ("Dana Okonjo", "vote"),
    ("Walter Pike", "vote"),
    ("Priya Raman", "vote"),
    ("Kwame Mensah", "lot"),
    ("Greta Holm", "lot"),
)
"""Six stewards, two of them drawn by lot; the term of Walter Pike ends in twenty days."""

TREASURER = "Ruth Ansel"
AUDITOR = "Theo Abbott"

SECOND_STEWARD = "Priya Raman"
CHARACTERS = ("Rosa Marín", "Imani Walker", "Lupe Arroyo", "Ruth Ansel", SECOND_STEWARD)
"""Whom a visitor of the demo can become with one click: a resident, a steward, a shopkeeper, the treasurer, and a second
steward for what takes two."""


def named(*names: str) -> tuple[Resident, ...]:
    """Voting members by name, in this order."""
    return tuple(next(one for one in VOTING if one.name == name) for name in names)


def address(name: str) -> str:
    """The e-mail address of somebody in Port Alder."""
    plain = name.lower().translate(str.maketrans("áéíóúñč ", "aeiounc."))
    return f"{plain}@portalder.example"
