"""Stewards: members who serve in a role for a term."""
