"""Forms: what was typed, field by field, and what is wrong with it. Nothing typed is lost when it comes back."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request

from tracker.errors import Invalid, TrackerError
from tracker.web.room import ROOM, Enter
from tracker.web.uploads import LARGEST_UPLOAD, TOO_LARGE, UPLOADS, Upload, is_multipart, read_parts
from tracker.web.urlencoded import PIECE, Reader

LARGE_FORMS = "large_forms"
"""A route whose `opt` has this set to a parameter of its path takes larger forms from whoever holds a role for that."""
LARGEST = 200_000
"""Bytes of a form; a page of text is a hundredth of it."""
LARGEST_OF_MEMBERS = 16_000_000
"""Bytes of such a larger form: whatever somebody pasted is to come back with what is wrong with it."""
READ_WITHIN = 300.0
"""Seconds in which a larger form has to arrive: it keeps others waiting."""
LET_GO = 64_000_000
"""Bytes that are taken in and forgotten, so that a browser hears an answer instead of a connection that breaks."""
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Everything that some program takes for the end of a line."""
UNSHOWN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Control characters, and those that make text read otherwise than it is written."""
TOO_LARGE_FORM = (
    "What was sent is too large, and nothing of it was saved. Go back with your browser: what you wrote may still be "
    "there. Keep it in a file of your own, and send less."
)
TOO_SLOW = (
    "What was sent took too long to arrive, and nothing of it was saved. Go back with your browser, and send less."
)
UNREADABLE_FORM = "The form cannot be read. Go back to its page and send it again."
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

    def text(self, name: str, *, required: str = "", most: int = 500, label: str = "This", at: str = "") -> str:
        """A text without the space around it, cut where it is refused as too long.

        `required` is what to say when it is empty; `at` is the control's id where that is not its name.
        """
        text, at = self.value(name).strip(), at or name
        # The end of a line counts once, however it was sent.
        length = len(text) - text.count("\r\n")
        if not text and required:
            self.wrong(at, required)
        if length > most:
            self.wrong(at, f"{label} must be {most:,} characters or fewer: it has {length:,}")
            # It comes back whole, but nothing else reads ten million letters.
            text = text[:most]
        text = LINE_ENDS.sub("\n", text)
        if UNSHOWN.search(text):
            self.wrong(at, f"{label} has characters that cannot be shown: type it again")
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


async def read_form(request: Request[Any, Any, Any], *, may_be_large: bool = False) -> Form:
    """The form that was sent, read once however often it is asked for; raises Invalid when it is none or too large."""
    if "form" not in request.state:
        request.state["form"] = await _read_form(request, may_be_large)
    form: Form = request.state["form"]
    return form


async def _read_form(request: Request[Any, Any, Any], may_be_large: bool) -> Form:
    kind = request.headers.get("content-type", "")
    if is_multipart(kind) and request.route_handler.opt.get(UPLOADS):
        return Form(*read_parts(kind, await _body(request, LARGEST_UPLOAD, TOO_LARGE)))
    if kind.partition(";")[0].strip().lower() != URLENCODED:
        raise Invalid("This address takes a form. Go back to its page and send it from there.")
    try:
        async with asyncio.timeout(None) as limit:
            return Form((await _typed(request, may_be_large, limit)).items())
    except ValueError as error:
        raise Invalid(UNREADABLE_FORM) from error
    except TimeoutError as error:
        raise Invalid(TOO_SLOW) from error


async def _typed(request: Request[Any, Any, Any], may_be_large: bool, limit: asyncio.Timeout) -> Reader:
    """What was typed; raises Invalid, Busy or ValueError, once all has arrived, for what cannot be taken."""
    reader, most = Reader(), LARGEST
    refused: TrackerError | ValueError | None = None
    async for piece in _pieces(request):
        try:
            if not refused:
                reader.feed(piece)
            if reader.size > most == LARGEST and may_be_large:
                limit.reschedule(asyncio.get_running_loop().time() + READ_WITHIN)
                most = await _make_room(request)
            if reader.size > most:
                raise Invalid(TOO_LARGE_FORM)
        except (TrackerError, ValueError) as error:
            refused, reader = error, Reader()
    if refused:
        raise refused
    return reader


async def _make_room(request: Request[Any, Any, Any]) -> int:
    """Wait for a large form's turn; returns how large it may be."""
    enter: Enter = request.scope[ROOM]  # type: ignore[literal-required]  # ours: see `Room`
    await enter()
    return LARGEST_OF_MEMBERS


async def _pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """What arrives, in pieces between which others are served."""
    arrived = 0
    async for part in request.stream():
        for start in range(0, len(part), PIECE):
            yield part[start : start + PIECE]
            await asyncio.sleep(0)
        if (arrived := arrived + len(part)) > LET_GO:
            break


async def _body(request: Request[Any, Any, Any], most: int, too_large: str) -> bytes:
    """What was sent; raises Invalid when it is more than that, of which no more is kept."""
    body = bytearray()
    async for piece in _pieces(request):
        if len(body) <= most:
            body += piece
    if len(body) > most:
        raise Invalid(too_large)
    return bytes(body)
