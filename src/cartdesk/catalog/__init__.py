"""The room ``catalog``."""
