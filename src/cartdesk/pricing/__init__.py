"""The room ``pricing``."""
