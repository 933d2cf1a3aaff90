"""The room ``tui``."""
