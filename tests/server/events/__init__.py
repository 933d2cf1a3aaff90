"""The events: queued, delivered, retried, parked."""
