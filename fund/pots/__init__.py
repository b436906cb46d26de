"""Pots: money set aside, from round to round or for somebody from the first day; who decides about it."""
