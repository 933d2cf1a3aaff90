"""The wire's dialects: v2 (R18), v4 and v5 JSON of TMF663 to the one inner cart and back.

The command line imports and exports carts through here, and so will sync and the server; nothing above this package knows a version.
"""

from __future__ import annotations

from cartdesk.tmf.dialects.reading import read, read_all, read_members, version_of
from cartdesk.tmf.dialects.shapes import Version
from cartdesk.tmf.dialects.writing import write, write_members

__all__ = ["Version", "read", "read_all", "read_members", "version_of", "write", "write_members"]
