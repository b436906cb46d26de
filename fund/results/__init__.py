"""Results: counting, certifying, publishing."""
