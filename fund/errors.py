"""Refusals: every way the program says no to a person, and the HTTP status each becomes.

A service raises one of these with the facts; the application turns it into a page, a line beside a field or
problem details (RFC 9457), in one place. The message is a sentence for a person, already translatable. Nothing was
written when one of these leaves a service: the transaction it left is rolled back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class FundError(Exception):
    """A refusal with a sentence for a person. `fields` maps a form field's name to its own sentence."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "This could not be done"

    def __init__(self, message: Any, *, field: str | None = None, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, Any] = dict(fields or {})
        if field is not None:
            self.fields[field] = message

    def __str__(self) -> str:
        return str(self.message)


class Invalid(FundError):
    """What was typed cannot be accepted; `fields` says where."""

    status = 422
    title = "Please check what you typed"


class NotFound(FundError):
    """There is no such thing, or this person may not know that there is."""

    status = 404
    title = "Not found"


class Forbidden(FundError):
    """This person may not do this; the message is the reason."""

    status = 403
    title = "You cannot do this"


class SignInNeeded(Forbidden):
    """Nobody is signed in, and the act asks for somebody."""

    status = 401
    title = "Please sign in"


class WrongState(FundError):
    """The act is right, the moment is not: the round is closed, the award has expired, the code was used."""

    status = 409
    title = "This is not possible now"


class TooMany(FundError):
    """Too many tries in too short a time."""

    status = 429
    title = "Too many tries"


class TooLarge(FundError):
    """More bytes than the fund accepts."""

    status = 413
    title = "This file is too large"


class BooksDisagree(FundError):
    """Stored balances differ from their postings; money stands still until a person has looked (TRUST 4)."""

    status = 503
    title = "The books are read-only"


class MissingSecret(FundError):
    """A key that must lie in the secrets store is not there."""

    status = 503
    title = "A key is missing"
