"""The room ``desk``."""
