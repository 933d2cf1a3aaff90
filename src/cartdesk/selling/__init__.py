"""The room ``selling``."""
