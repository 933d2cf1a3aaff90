"""The room ``desk/commands``."""
