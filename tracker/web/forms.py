"""Forms: what was typed, field by field, and what is wrong with it. Nothing typed is lost when it comes back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request

from tracker.errors import Invalid
from tracker.web.uploads import LARGEST_UPLOAD, TOO_LARGE, UPLOADS, Upload, is_multipart, read_parts

LARGEST = 200_000
"""Bytes of a form; a page of text is a hundredth of it."""
LET_GO = 20_000_000
"""Bytes that are taken in and forgotten, so that a browser hears an answer instead of a connection that breaks."""
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Everything that some program takes for the end of a line."""
UNSHOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Control characters, and those that make text read otherwise than it is written."""
URLENCODED = "application/x-www-form-urlencoded"


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field, for the summary and beside it; name is the control's id."""

    name: str
    text: str


class Form:
    """The values of a form as typed; reading a field notes what is wrong with it."""

    def __init__(self, items: Iterable[tuple[str, str]] = (), files: Mapping[str, Upload] | None = None) -> None:
        self._values: dict[str, list[str]] = {}
        self._files = files or {}
        for name, value in items:
            self._values.setdefault(name, []).append(value)
        self.errors: list[FieldError] = []

    def value(self, name: str, default: str = "") -> str:
        """What was typed, for showing it again."""
        return self._values.get(name, [default])[-1]

    def file(self, name: str) -> Upload | None:
        """The file that was chosen; None where none was, and on every route that takes none."""
        return self._files.get(name)

    @property
    def names(self) -> list[str]:
        """The fields that were sent, in the order in which they first came."""
        return list(self._values)

    @property
    def items(self) -> list[tuple[str, str]]:
        """Everything that was sent, field by field."""
        return [(name, value) for name, values in self._values.items() for value in values]

    def put(self, name: str, value: str) -> None:
        """Take a value as if it had been typed."""
        self._values[name] = [value]

    def values(self, name: str) -> list[str]:
        """Everything that was ticked."""
        return self._values.get(name, [])

    def wrong(self, name: str, text: str) -> None:
        """Note what is wrong with a field: the first error of a field is the one that is shown."""
        if self.error(name) is None:
            self.errors.append(FieldError(name, text))

    def error(self, name: str) -> str | None:
        """What is wrong with a field."""
        return next((error.text for error in self.errors if error.name == name), None)

    def text(self, name: str, *, required: str = "", most: int = 500, label: str = "This") -> str:
        """A text without the space around it; `required` is what to say when it is empty."""
        text = LINE_ENDS.sub("\n", self.value(name)).strip()
        if not text and required:
            self.wrong(name, required)
        if len(text) > most:
            self.wrong(name, f"{label} must be {most:,} characters or fewer: it has {len(text):,}")
        if UNSHOWN.search(text):
            self.wrong(name, f"{label} has characters that cannot be shown: type it again")
        return text

    def line(self, name: str, *, required: str = "", most: int = 500, label: str = "This") -> str:
        """A text of one line: a line break is refused, so that it can stand in a header."""
        text = self.text(name, required=required, most=most, label=label)
        if "\n" in text:
            self.wrong(name, f"{label} must be one line")
        return text

    def one(self, name: str, options: Sequence[str], *, required: str) -> str:
        """The option that was chosen, "" when none was or it is not one of them."""
        value = self.value(name)
        if value in options:
            return value
        self.wrong(name, required)
        return ""

    def many(self, name: str, options: Sequence[str], *, required: str = "") -> list[str]:
        """The options that were ticked, in the order of the page."""
        ticked = [option for option in options if option in self.values(name)]
        if not ticked and required:
            self.wrong(name, required)
        return ticked


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """The form that was sent, read once however often it is asked for; raises Invalid when it is none or too large."""
    if "form" not in request.state:
        request.state["form"] = await _read_form(request)
    form: Form = request.state["form"]
    return form


async def _read_form(request: Request[Any, Any, Any]) -> Form:
    kind = request.headers.get("content-type", "")
    if is_multipart(kind) and request.route_handler.opt.get(UPLOADS):
        return Form(*read_parts(kind, await _body(request, LARGEST_UPLOAD, TOO_LARGE)))
    if kind.partition(";")[0].strip().lower() != URLENCODED:
        raise Invalid("This address takes a form. Go back to its page and send it from there.")
    body = await _body(request, LARGEST, "What was sent is too large. Go back and send less.")
    try:
        items = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=2000)
    except ValueError as error:
        raise Invalid("The form cannot be read. Go back to its page and send it again.") from error
    return Form(items)


async def _body(request: Request[Any, Any, Any], most: int, too_large: str) -> bytes:
    """What was sent; raises Invalid when it is more than that, of which no more is kept."""
    body = bytearray()
    let_go = 0
    async for part in request.stream():
        if len(body) <= most:
            body += part
        elif (let_go := let_go + len(part)) > LET_GO:
            break
    if len(body) > most:
        raise Invalid(too_large)
    return bytes(body)
