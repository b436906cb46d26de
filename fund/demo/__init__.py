"""The demo: Millrace Commons Fund of Port Alder, an invented town, loaded through the verbs that people use (FIELD D)."""
