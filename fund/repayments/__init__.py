"""Repayments: what comes back, by which rule, and what is owed today."""
