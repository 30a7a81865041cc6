"""What can go wrong inside a view, and the envelope PostHog wraps it in."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer of 400 or more in the envelope `{"type", "code", "detail", "attr"}`."""

    def __init__(
        self,
        status: int,
        kind: str,
        code: str,
        detail: str,
        attr: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.code = code
        self.detail = detail
        self.attr = attr
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        return {"type": self.kind, "code": self.code, "detail": self.detail, "attr": self.attr}


class BareError(ApiError):
    """One of the few answers outside the envelope: `{"error": "..."}`."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, "", "", text)

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        return {"error": self.detail}


class Crash(Exception):
    """PostHog's own code fails here with an unhandled exception, so the answer is its 500."""


def validation(detail: str, *, code: str = "invalid_input", attr: str | None = None) -> ApiError:
    """400 for a value the server does not accept."""
    return ApiError(400, "validation_error", code, detail, attr)


def parse_error(detail: str) -> ApiError:
    """400 for a body, or a query, that could not be read at all."""
    return ApiError(400, "invalid_request", "parse_error", detail)


def not_found(detail: str = "Not found.") -> ApiError:
    """404 in the envelope."""
    return ApiError(404, "invalid_request", "not_found", detail)


def denied(detail: str) -> ApiError:
    """403 for somebody who is known but may not."""
    return ApiError(403, "authentication_error", "permission_denied", detail)


def bad_credentials(detail: str) -> ApiError:
    """401 for a key or token that was given and is wrong."""
    return ApiError(401, "authentication_error", "authentication_failed", detail)


def no_credentials() -> ApiError:
    """401 for a request that carries no key at all."""
    return ApiError(401, "authentication_error", "not_authenticated", "Authentication credentials were not provided.")


def method_not_allowed(method: str) -> ApiError:
    """405 in the envelope."""
    return ApiError(405, "invalid_request", "method_not_allowed", f'Method "{method}" not allowed.')


def server_error() -> ApiError:
    """The 500 PostHog answers when its own code failed."""
    return ApiError(500, "server_error", "error", "A server error occurred.")
