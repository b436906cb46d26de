"""Recorded decisions: what every payment rests on."""
