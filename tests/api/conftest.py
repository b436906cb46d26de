"""The same world that the safety tests attack."""

from tests.safety.conftest import copy, original

__all__ = ["copy", "original"]
