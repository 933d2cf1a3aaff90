"""The room ``tmf/dialects``."""
