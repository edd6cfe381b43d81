"""What an endpoint is sent, as it is described at /api/docs: whatever is sent is made of these."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tracker.strategies.publications import Address, Published


class Place(Address, frozen=True, kw_only=True):
    """Where on this site something can be read."""

    url: str


class Content(Published, frozen=True, kw_only=True):
    """What a publication says, piece by piece."""

    addresses: tuple[Place, ...] = ()


class ChangeRange(msgspec.Struct, frozen=True, kw_only=True):
    """Which changes of the record it is about, by their `seq`; null for a reminder."""

    first: int | None
    last: int | None
    url: Annotated[str | None, Meta(description="The log of changes, from the first of these on")]


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    """What was published."""

    sequence: Annotated[int, Meta(description="Grows with each publication: replay begins after one of these")]
    strategy: str
    key: Annotated[str, Meta(description="Names the publication and never changes")]
    subject: str
    text: Annotated[
        str | None, Meta(description="The words of the email; # begins a heading, - an item. Null if it is too large")
    ]
    changes: ChangeRange
    content: Annotated[Content | None, Meta(description="Null if the whole would be larger than 20,000 bytes")]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a call about something that was published."""

    type: Literal["change.published", "date.coming_up"]
    timestamp: Annotated[datetime, Meta(description="When it was published")]
    data: EventData


class TestData(msgspec.Struct, frozen=True, kw_only=True):
    """That it is a test, and of which site."""

    text: str
    url: str


class TestEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a test: nothing that could be taken for news."""

    type: Literal["test"] = "test"
    timestamp: Annotated[datetime, Meta(description="When the test was asked for")]
    data: TestData


HEADERS = (
    ("webhook-id", "Names the message: the same at each try and in a replay. Keep it, and pass over what comes twice."),
    ("webhook-timestamp", "When this call was made, in seconds since 1970. Refuse one that is five minutes away."),
    ("webhook-signature", "v1, and the signature; several with spaces between while two secrets are in use."),
)
RESPONSES = {
    "2XX": "It has arrived. Answer within 15 seconds.",
    "3XX": "Counts as a failure: redirects are not followed.",
    "410": "The endpoint is gone: it is called no more, and its owner is told.",
    "429": "Tried again later, not before what Retry-After says. The same with 502, 503 and 504.",
    "default": "Tried again, less often each time, for three days. Then it is kept until the owner takes it up again.",
}


def describe(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The description of the API with the calls to endpoints in it."""
    refs, parts = msgspec.json.schema_components([Event, TestEvent], ref_template="#/components/schemas/{name}")
    components = dict(schema["components"])
    components["schemas"] = dict(sorted({**parts, **components["schemas"]}.items()))
    call = {
        "summary": "Something was published, a date comes near, or its owner sends a test",
        "description": "Signed as Standard Webhooks 1.0 says. Calls may come in another order than their sequence.",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": told, "schema": {"type": "string"}}
            for name, told in HEADERS
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": list(refs)}}}},
        "responses": {code: {"description": told} for code, told in RESPONSES.items()},
    }
    return {**schema, "webhooks": {"publication": {"post": call}}, "components": components}
