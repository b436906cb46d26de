"""The books: double entry, append only, in whole minor units."""
