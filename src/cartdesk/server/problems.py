"""What a request is refused with: a status, a reason in one sentence, and the error body every TM Forum API shares.

Raised anywhere below a handler, the access and events rooms included; ``app`` turns it into the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from cartdesk.errors import CartdeskError
from cartdesk.text import safe_text

_LONGEST = 500


class Problem(CartdeskError):
    """A request that is answered with an error.

    Args:
        status: the HTTP status.
        reason: what is wrong, in a sentence that names the attribute; text from outside in it is made safe here.
        code: a stable code for programs; the status' own by default (``40`` for 400, ``404`` …).
        message: what to do about it.
        headers: further headers of the answer (``Allow``, ``Retry-After``, ``WWW-Authenticate`` …).
    """

    def __init__(
        self,
        status: int,
        reason: str,
        *,
        code: str | None = None,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(safe_text(reason, _LONGEST))
        self.status = status
        self.reason = safe_text(reason, _LONGEST)
        self.code = code or str(status)
        self.message = safe_text(message, _LONGEST) if message else None
        self.headers = dict(headers or {})

    def body(self, version: str) -> dict[str, Any]:
        """Return the error body (TMF630: code, reason, message, status, referenceError; ``@type`` too from v5 on)."""
        members: dict[str, Any] = {
            "code": self.code,
            "reason": self.reason,
            "message": self.message or HTTPStatus(self.status).phrase,
            "status": str(self.status),
            "referenceError": f"https://www.rfc-editor.org/rfc/rfc9110#status.{self.status}",
        }
        return {"@type": "Error", **members} if version == "v5" else members
