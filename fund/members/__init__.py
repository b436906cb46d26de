"""Members: who belongs to the fund, how they were verified, how they sign in."""
