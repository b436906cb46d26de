"""Voting: freezing, the roll, the ballots."""
