"""What every JSON address shares: problem+json, strict parameters, conditional answers, CORS, HEAD."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from tracker.errors import Invalid
from tracker.web.entries import Entry

PROBLEM = "application/problem+json"
OPEN = {"access-control-allow-origin": "*"}
"""Everything under /api is public data: any page may read it."""

AsAt = Annotated[
    str | None,
    QueryParameter(description="Show the record as it stood on this day (from publication of the strategy to today)."),
]
KnownAt = Annotated[
    str | None,
    QueryParameter(description="Use only what could be known on this day; given alone it sets as_at too."),
]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong and what is possible (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def _spec(description: str) -> ResponseSpec:
    return ResponseSpec(data_container=Problem, description=description, media_type=PROBLEM, generate_examples=False)


BAD_REQUEST = {400: _spec("A parameter is unknown or wrong"), 503: _spec("Too much is asked at once")}
NOT_FOUND = {404: _spec("There is no such thing on record"), **BAD_REQUEST}


def refuse_unknown(request: Request[Any, Any, State]) -> None:
    """Raise Invalid for a query parameter that this address does not have, that is given twice, or that says null."""
    if request.method == "OPTIONS":
        return
    signature = request.route_handler.parsed_fn_signature.parameters
    allowed = [name for name in signature if name not in request.path_params and name != "request"]
    given = list(request.query_params.multi_items())
    names = [name for name, _ in given]
    for name, value in given:
        if name not in allowed:
            possible = f"Possible: {', '.join(allowed)}." if allowed else "This address has none."
            raise Invalid(f"There is no parameter “{name[:40]}” here. {possible}")
        if names.count(name) > 1:
            raise Invalid(f"{name} is given twice: give it once")
        if value == "null":  # the framework would take it for “not given”
            raise Invalid(f"{name} is “null”: leave it out if you do not want it")


def respond(request: Request[Any, Any, State], entry: Entry) -> Response[Any]:
    """An entry as the framework's response: compressed, conditional, without a body for HEAD."""
    answer = entry.answer(
        request.headers.get("accept-encoding", "").encode("latin-1"),
        request.headers.get("if-none-match", "").encode("latin-1"),
    )
    headers = {name.decode(): value.decode() for name, value in answer.headers if name != b"content-type"}
    body = answer.body if request.method != "HEAD" else b""
    # The framework adds the character set to a text type by itself.
    media_type = entry.media_type.partition(";")[0]
    return Response(body, status_code=answer.status, headers=headers, media_type=media_type)
