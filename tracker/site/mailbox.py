"""The mailbox of a copy that is only tried out: what would have been sent, for the browser of the same machine."""

import asyncio
import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import HttpMethod, Request, Response, Router, route
from litestar.datastructures import State
from litestar.params import FromPath

from tracker.errors import Forbidden, NotFound
from tracker.settings import Settings
from tracker.web.dynamic import render
from tracker.web.origins import require_own_origin
from tracker.web.policies import PUBLIC

Asking = Request[Any, Any, State]
FOLDER = "mailbox"
"""In the data folder: a file for each mail."""
FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})
"""What proxies say, and browsers do not."""
MOST = 200
"""Mails that are listed, the newest first; the others stay in the folder."""
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class Piece(msgspec.Struct, frozen=True):
    """A stretch of text, and the address it is when it is one."""

    text: str
    href: str | None = None


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it is shown: only text, whatever it holds."""

    name: str
    to: str
    sender: str
    subject: str
    written_at: datetime
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str

    @property
    def pieces(self) -> list[Piece]:
        """The text, with what is an address apart."""
        return list(_pieces(self.text))


def is_shown(settings: Settings) -> bool:
    """Whether mail is only kept and shown: nothing is sent, and nobody but this machine can look.

    Links and codes that sign in are in these mails, so one wrong setting must not be enough to publish them.
    """
    own = _is_this_machine(settings.host) and _is_this_machine(urlsplit(settings.public_url).hostname or "")
    return own and not settings.mail_url and not settings.production


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@route("/dev/mailbox", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_mailbox(request: Asking) -> Response[Any]:
    """The newest mails."""
    mails = await asyncio.to_thread(_newest, _folder(request))
    return render(request, "site/mailbox.html", mails=mails, most=MOST)


@route("/dev/mailbox/{name:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_mail(request: Asking, name: FromPath[str]) -> Response[Any]:
    """One mail: its text with links, its headers, and its HTML as text."""
    files = await asyncio.to_thread(_files, _folder(request))
    file = next((file for file in files if file.name == name), None)
    mail = await asyncio.to_thread(_read, file) if file else None
    if mail is None:
        raise NotFound("There is no such mail in the mailbox.")
    return render(request, "site/mail.html", mail=mail)


def _folder(request: Asking) -> Path:
    # A proxy on this machine looks like this machine: what stands before it may be the internet.
    client = request.client.host if request.client else ""
    old = request.scope["http_version"] == "1.0"  # as some proxies ask, and no browser does
    if old or not _is_this_machine(client) or not FORWARDED.isdisjoint(request.headers.keys()):
        raise Forbidden("The mailbox is shown only to a browser on the same machine, without a proxy in between.")
    # Every address of ours may be read by any website's script, but not this one: our public data is what that is for.
    if "origin" in request.headers:
        require_own_origin(request)
    settings: Settings = request.app.state.settings
    return settings.data_dir / FOLDER


def _files(folder: Path) -> list[Path]:
    """The files of the mailbox, the newest first."""
    found = []
    for file in folder.glob("*.eml"):
        # The worker takes the oldest away when there are many: one may be gone by now.
        with contextlib.suppress(FileNotFoundError):
            found.append((file.stat().st_mtime_ns, file.name, file))
    return [file for _, _, file in sorted(found, reverse=True)]


def _newest(folder: Path) -> list[Mail]:
    return [mail for file in _files(folder)[:MOST] if (mail := _read(file))]


def _read(file: Path) -> Mail | None:
    try:
        message, written = message_from_bytes(file.read_bytes(), policy=policy.default), file.stat().st_mtime
    except FileNotFoundError:
        return None
    return Mail(
        name=file.name,
        to=str(message.get("to", "")),
        sender=str(message.get("from", "")),
        subject=str(message.get("subject", "")) or "No subject",
        written_at=datetime.fromtimestamp(written, UTC),
        headers=tuple((name, str(value)) for name, value in message.items()),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an encoding that is wrong or that nobody knows
        return "This part cannot be read."


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    for found in _LINK.finditer(text):
        yield Piece(text[end : found.start()])
        yield Piece(found[0], found[0])
        end = found.end()
    yield Piece(text[end:])


router = Router(path="/", route_handlers=[show_mailbox, show_mail], opt={"policy": PUBLIC}, include_in_schema=False)
