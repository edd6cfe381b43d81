"""Answers that are files to take away: never kept by a browser or a cache, never opened in the page."""

import re

from litestar import Response

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def take_away(body: bytes, *, media_type: str, name: str) -> Response[bytes]:
    """A file under a plain name, for its reader alone."""
    return Response(
        body,
        media_type=media_type,
        headers={
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="{_NOT_PLAIN.sub("-", name)}"',
        },
    )
