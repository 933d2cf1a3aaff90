"""The room ``documents``."""
