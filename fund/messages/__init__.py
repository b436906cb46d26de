"""Messages: the outbox worded and sent."""
