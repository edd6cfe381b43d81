"""The cookies of those who sign in, and of nobody else."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

SESSION = "session"
ASKING = "asking"
LONGEST = 600
"""A token and an address, as long as both can be."""


def name(kind: str, *, secure: bool) -> str:
    """A cookie's name. On https the prefix __Host- keeps the other hosts of a domain from setting it."""
    return f"__Host-tracker-{kind}" if secure else f"tracker-{kind}"


def read(connection: ASGIConnection[Any, Any, Any, Any], kind: str) -> str:
    """The value of a cookie, "" when it is not there or longer than any of ours."""
    value = connection.cookies.get(name(kind, secure=is_secure(connection)), "")
    return value if len(value) <= LONGEST else ""


def write(connection: ASGIConnection[Any, Any, Any, Any], kind: str, value: str, *, seconds: int) -> Cookie:
    """A cookie that no script reads and no other website's form brings along; 0 seconds takes it away."""
    secure = is_secure(connection)
    return Cookie(
        key=name(kind, secure=secure),
        value=value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def is_secure(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether readers use https."""
    return bool(connection.app.state.settings.public_url.startswith("https://"))
