"""Payments of every kind on their one way out: approvals, payees and their accounts, pay lists, reviews."""
