"""From the domain's errors to HTTP, once: a page for people, problem+json under /api."""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException

from tracker.errors import (
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    SignInNeeded,
    StaleForm,
    TooMany,
    TrackerError,
    Unavailable,
)
from tracker.web.api import OPEN, PROBLEM, Problem, respond
from tracker.web.dynamic import go, render
from tracker.web.entries import Entry
from tracker.web.limits import retry_after

log = logging.getLogger(__name__)
Asking = Request[Any, Any, State]
MakePage = Callable[[str, int, str, str], Entry]
"""Makes the page that says what was wrong: from the path asked for, a status, a title and what to do."""

STATUS: dict[type[TrackerError], int] = {
    Invalid: 400,
    SignInNeeded: 401,
    Forbidden: 403,
    StaleForm: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
    Busy: 503,
    Unavailable: 503,
}
TITLES = {
    400: "There is a problem with what was asked",
    401: "Sign in first",
    403: "You do not have the right to do this",
    404: "Page not found",
    405: "This address cannot be used that way",
    409: "Somebody else changed this meanwhile",
    429: "You have asked for this too often",
    503: "Sorry, this page is busy",
    500: "Sorry, there is a problem with the service",
}
AWAY = "Sorry, this part of the service is not available"
LONG_WORDS = re.compile(r"[\w-]{32,}")
SORRY = "Try again in a few minutes. Nothing that is on record has been lost."


class ErrorPages:
    """Turns every error into an answer that says what was wrong and what to do."""

    def __init__(self, page: MakePage) -> None:
        self._page = page

    def page(self, path: str, error: TrackerError) -> Entry:
        """What a person is shown of an error of ours."""
        status = STATUS[type(error)]
        return self._page(path, status, TITLES[status], str(error))

    def domain(self, request: Asking, error: TrackerError) -> Response[Any]:
        """An error of ours; who has to sign in is led there and back, and loses nothing that was typed."""
        if isinstance(error, SignInNeeded | StaleForm) and _may_be_asked_again(request):
            return _ask_again(request, error)
        headers = {"retry-after": "2"} if isinstance(error, Busy) else None
        if isinstance(error, TooMany):
            headers = retry_after(error)
        title = AWAY if isinstance(error, Unavailable) else None
        return self._respond(request, STATUS.get(type(error), 500), str(error), headers, title)

    def http(self, request: Asking, error: HTTPException) -> Response[Any]:
        """An error of the framework's."""
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return self._respond(request, error.status_code, _detail(request, error), headers)

    def unexpected(self, request: Asking, error: Exception) -> Response[Any]:
        """A fault: logged in full, said in general."""
        # Long words of an address are what lets somebody in who follows a link of a mail.
        path = LONG_WORDS.sub("…", request.scope["path"])
        log.error("unexpected error at %s", path, exc_info=error)
        return self._respond(request, 500, SORRY)

    def _respond(
        self,
        request: Asking,
        status: int,
        detail: str,
        headers: dict[str, str] | None = None,
        title: str | None = None,
    ) -> Response[Any]:
        title = title or TITLES.get(status, HTTPStatus(status).phrase)
        if request.scope["path"].startswith("/api"):
            body = msgspec.json.encode(Problem(title=title, status=status, detail=detail))
            response: Response[Any] = respond(request, Entry(body, PROBLEM, headers=OPEN, status=status))
        else:
            response = respond(request, self._page(request.scope["path"], status, title, detail))
        response.headers.update(headers or {})
        return response


def _may_be_asked_again(request: Asking) -> bool:
    """Whether this asks for a page, or is a form that a browser says comes from a page of ours."""
    from_browser = "sec-fetch-site" in request.headers or "origin" in request.headers
    return request.method in ("GET", "HEAD") or (from_browser and "form" in request.state)


def _ask_again(request: Asking, error: TrackerError) -> Response[Any]:
    """The way to signing in; with a form, a page that holds it meanwhile."""
    status = STATUS[type(error)]
    if request.method in ("GET", "HEAD"):
        return go(f"/sign-in?{urlencode({'next': _asked_for(request)})}")
    fields = [item for item in request.state["form"].items if item[0] != "token"]
    return render(request, "site/kept_form.html", status=status, fields=fields, said=str(error))


def _asked_for(request: Asking) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}?{query}" if query else request.scope["path"]


def _detail(request: Asking, error: HTTPException) -> str:
    """What the framework found wrong, in our words."""
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        found = [f"{item.get('key', 'request')}: {item['message']}" for item in error.extra if isinstance(item, dict)]
        return ". ".join(found) or str(error.detail)
    if error.status_code == 404:
        return f"There is nothing at {request.scope['path'][:120]}."
    if error.status_code == 405:
        return f"{request.method} is not possible here."
    return str(error.detail)
