"""Awards: agreements and tranches."""
