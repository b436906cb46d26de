"""Proposals: application, review, conflicts, questions, appeals."""
