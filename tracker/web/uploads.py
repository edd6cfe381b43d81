"""Forms with a file (multipart/form-data), only on routes that say so. What its name claims is not believed."""

import re
from collections.abc import Iterator
from email.message import Message

import msgspec

from tracker.errors import Invalid

UPLOADS = "uploads"
"""A route whose `opt` has this set takes forms with files."""
MULTIPART = "multipart/form-data"
LARGEST_FILE = 2_000_000
"""Bytes of one file: a plan of a thousand actions is a tenth of it."""
LARGEST_UPLOAD = LARGEST_FILE + 100_000
"""Bytes of a whole form with its file."""
TOO_LARGE = "The file is larger than 2 MB. Take out pictures and sheets that are not needed, and choose it again."
MOST_PARTS = 50
LONGEST_HEAD = 4_000
UNREADABLE = "The file did not arrive whole. Choose it again."
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")
_UNSAFE = re.compile(r"[^\w .()&+-]")


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was sent. Its name is shown and no more; what it is, its bytes must say."""

    name: str
    content: bytes


Parts = tuple[list[tuple[str, str]], dict[str, Upload]]


def is_multipart(content_type: str) -> bool:
    """Whether this is the content type of a form with files."""
    return content_type.partition(";")[0].strip().lower() == MULTIPART


def read_parts(content_type: str, body: bytes) -> Parts:
    """The fields and the files of a form; raises Invalid when it is broken or holds too much."""
    fields: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    for name, file_name, content in _parts(body, _boundary(content_type)):
        if file_name is None:
            fields.append((name, _text(content)))
        elif len(content) > LARGEST_FILE:
            raise Invalid(TOO_LARGE)
        elif file_name or content:
            files[name] = Upload(name=_clean(file_name), content=content)
    return fields, files


def _boundary(content_type: str) -> bytes:
    found = _parameters(content_type).get_param("boundary", "")
    if not isinstance(found, str) or not _BOUNDARY.fullmatch(found):
        raise Invalid(UNREADABLE)
    return found.encode("ascii")


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """Each part: the name of its field, the name of its file (None for a plain field) and what it holds."""
    first, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_PARTS + 2)
    if first or len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Invalid(UNREADABLE)
    for piece in pieces[:-1]:
        head, blank, content = piece.partition(b"\r\n\r\n")
        if not head.startswith(b"\r\n") or not blank or len(head) > LONGEST_HEAD:
            raise Invalid(UNREADABLE)
        yield (*_names(head[2:]), content)


def _names(head: bytes) -> tuple[str, str | None]:
    for line in _text(head).split("\r\n"):
        title, _, value = line.partition(":")
        if title.strip().lower() == "content-disposition":
            given = _parameters(value)
            name, file_name = given.get_param("name"), given.get_param("filename")
            if isinstance(name, str):
                # RFC 7578 forbids “filename*”, and a browser never sends it.
                return name, file_name if isinstance(file_name, str) or file_name is None else ""
    raise Invalid(UNREADABLE)


def _parameters(value: str) -> Message:
    """A header of parameters, read by the library that reads mail."""
    message = Message()
    message["content-type"] = f"x/x;{value.partition(';')[2]}".replace("\n", " ").replace("\r", " ")
    return message


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Invalid(UNREADABLE) from error


def _clean(name: str) -> str:
    """A file's name for showing: without folders, and without what makes text read otherwise than it is written."""
    return _UNSAFE.sub("_", re.split(r"[\\/]", name)[-1]).strip()[:100] or "the file"
