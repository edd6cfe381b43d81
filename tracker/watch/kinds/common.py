"""What every kind of source has: the shape of its file, and how its answers are read."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

import msgspec

from tracker.errors import Invalid
from tracker.watch import text
from tracker.watch.plain import plain
from tracker.watch.schemas import Answer, Found, Reading, Spec, Unreadable

SHORTEST = timedelta(minutes=15)
"""How often a source of others is asked at most."""
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
MOST_REMARKS = 5
LONGEST_ADDRESS = 2_000
MEGABYTE = 1_000_000

_EVERY = re.compile(r"([1-9]\d{0,4})([smhd])")


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What a file of sources says of any kind; each kind adds its own."""

    title: str
    publisher: str
    every: str = "1h"
    """How often it is read: a number with s, m, h or d."""
    per_second: float | None = None
    """The most requests a second that its publisher allows, where it says so."""

    def specs(self, key: str) -> Iterable[Spec]:
        """What it asks to watch; raises Invalid naming what is wrong with it."""
        raise NotImplementedError

    def spec(self, key: str, url: str, *, link: str, base: str, **more: object) -> Spec:
        """One thing to watch, with what all of its file's have in common."""
        every = _every(self.every, url)
        if not self.title.strip() or not self.publisher.strip():
            raise Invalid("title and publisher may not be empty: readers see them")
        if self.per_second is not None and not 0 < self.per_second <= 100:
            raise Invalid(f"per_second is {self.per_second}: it must be above 0, and 100 at most")
        given = {"title": self.title, "publisher": self.publisher, "per_second": self.per_second, **more}
        kind = str(self.__struct_config__.tag)
        made = msgspec.convert(
            {"key": key, "kind": kind, "url": url, "link": link, "base": base, "host": origin(url), **given}
            | {"every": every},
            Spec,
        )
        # How texts are read is part of it: no page has changed because a new release reads it otherwise.
        told = msgspec.json.encode((made, text.VERSION), order="sorted")
        return msgspec.structs.replace(made, digest=hashlib.sha256(told).hexdigest())


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of source. `read` is pure and may take long: it is run in a thread."""

    file: type[File]
    read: Callable[[Spec, Answer], Reading]
    """What an answer with any status but 304 says; raises Unreadable."""
    accept: str
    watches_a_page: bool = False
    """Whether its one item is a page whose text is compared, not a window of items."""
    most_bytes: int = 32 * MEGABYTE
    note: Callable[[Spec, Answer], Found] | None = None
    """What the answer at a Found's note_url says of that item; raises Unreadable."""
    notes_at: str = ""
    """How the paths begin, behind the base, at which `note` is asked for."""


def _every(text: str, url: str) -> timedelta:
    match = _EVERY.fullmatch(text)
    if not match:
        raise Invalid(f"every is “{text}”: write a number with m, h or d, like 30m, 6h or 1d")
    every = timedelta(**{UNITS[match[2]]: int(match[1])})
    if every < SHORTEST and not is_loopback(url):
        raise Invalid(f"every is “{text}”: ask others every 15m at the most")
    return every


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def origin(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_web_address(value: str) -> bool:
    """Whether a value is an address that people can follow: http or https, with a host, and no white space."""
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_address and len(value) <= LONGEST_ADDRESS and value.isprintable() and " " not in value


def web_address(name: str, value: str) -> str:
    """A value that must be a web address; raises Invalid naming its key."""
    if not is_web_address(value) or not value.isascii() or "#" in value:
        raise Invalid(f"{name} is “{value}”: write a web address, like https://example.org/feed")
    if "@" in urlsplit(value).netloc:
        raise Invalid(f"{name} holds a user name or password: sources are public")
    return value


def base_address(value: str) -> str:
    """Where a publisher's addresses begin, without a slash at the end; raises Invalid."""
    if "?" in value:
        raise Invalid(f"base is “{value}”: it is where addresses begin, like https://www.gov.uk")
    return web_address("base", value).rstrip("/")


def path_of(name: str, value: str) -> str:
    """A value that must be a path of its publisher's site; raises Invalid naming its key."""
    if not value.startswith("/") or value.startswith("//") or not value.isascii() or re.search(r"[\s#]", value):
        raise Invalid(f"{name} is “{value}”: write a path that begins with one slash")
    return value


Terms = Mapping[str, str | int | list[str]]


def query(name: str, terms: Terms, *, never: Iterable[str] = ()) -> str:
    """Terms as the query of an address; raises Invalid for one that the kind sets by itself."""
    taken = sorted(set(terms) & set(never))
    if taken:
        raise Invalid(f"{name} gives “{taken[0]}”, which the tracker sets by itself")
    return urlencode(list(terms.items()), doseq=True)


def refuse_status(answer: Answer) -> None:
    """Raise Unreadable for an answer that is no success, with what its server says of it."""
    if answer.status == 200:
        return
    if answer.status in (404, 410):
        raise Unreadable(f"there is nothing at this address any more ({answer.status})", for_good=True)
    said = _said(answer)
    raise Unreadable(f"it answered {answer.status}" + (f": {said}" if said else ""))


def _said(answer: Answer) -> str:
    """What a server says of an error in JSON, as GOV.UK does."""
    try:
        body = msgspec.json.decode(answer.body[:20_000])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    named = body if isinstance(body, dict) else {}
    found = next((named[key] for key in ("error", "errors", "message") if named.get(key)), "")
    return plain(found if isinstance(found, str) else msgspec.json.encode(found).decode(), most=200)


def looks_like_html(answer: Answer) -> bool:
    """Whether a body is a web page, whatever its headers say."""
    start = answer.body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html"))


def remarks_on(left_out: list[str]) -> tuple[str, ...]:
    """What was left out and why, no more of it than a person reads."""
    more = len(left_out) - MOST_REMARKS
    return (*left_out[:MOST_REMARKS], f"and {more:,} more") if more > 0 else tuple(left_out)
