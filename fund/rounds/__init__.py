"""Rounds: the frame of charter version, phases, budget and status."""
