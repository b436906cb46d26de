"""The bank: statements read from files, their lines matched with the books by people."""
