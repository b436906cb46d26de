"""Operations: what the person who runs the machine does - serve, migrate, back up, restore, look for faults."""
