"""Pages that are made for whoever asks: forms, and everything behind a sign-in. Features call it; `site` frames it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.datastructures import State
from litestar.response import Redirect


def render(
    request: Request[Any, Any, State],
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,  # whatever the template names
) -> Response[bytes]:
    """A template, which extends dynamic.html, as a page that neither browsers nor caches keep.

    Beside the context it is given `site`, `strategy`, `link` (from a path of the strategy to its address), `visitor`
    (None for strangers) and `mailbox` (whether mail is not sent, but shown at /dev/mailbox).
    """
    page: Response[bytes] = request.app.state.render(request, template, status=status, headers=headers, **context)
    return page


def go(path: str) -> Redirect:
    """Answer a form by sending the browser to a page, so that loading it again does not send the form again."""
    return Redirect(path, status_code=303, headers={"cache-control": "no-store"})
