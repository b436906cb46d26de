"""Notes: what lenders are owed, and who bears a loss."""
