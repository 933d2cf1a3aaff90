"""cartdesk: a terminal shop for a telecom operator's offers.

Nothing heavy is imported here, so that ``cartdesk --version`` answers at once.
"""

__version__ = "0.1.0"
