"""A co-op's surplus, shared out by the charter: what is never divided, what goes to members by their hours, the pot."""
