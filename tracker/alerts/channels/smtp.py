"""One connection to a mail server, used for many mails. Blocking: it belongs in a thread."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

import msgspec

from tracker.alerts.schemas import SENT, Alert, Came, Tried

TIMEOUT_SECONDS = 30.0
NOT_THE_ADDRESS = re.compile(r"\b5\.(?:7|[345]|2\.[23])(?:\.\d+)?\b")
"""Permanent refusals that say nothing of the address: of our sending, a full mailbox, or their own system."""
FAILURES = (OSError, smtplib.SMTPException)
Reply = tuple[int, bytes]


class Parcel(msgspec.Struct, frozen=True):
    """A mail on its way: what it is of, to whom, and its bytes with dots doubled."""

    alert: Alert
    to: str
    data: bytes


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed in."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    """Whether it speaks TLS from the first byte; otherwise it is asked to begin."""

    @classmethod
    def from_url(cls, url: str) -> "MailServer":
        """What smtp://user:password@host:587 or smtps://host names."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (465 if tls else 587 if parts.username else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )


def open_session(server: MailServer) -> smtplib.SMTP:
    """A session, encrypted where the server can, and always where a password is told; raises what FAILURES names."""
    context = ssl.create_default_context()
    if server.tls:
        session: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        session.ehlo_or_helo_if_needed()
        if not server.tls and session.has_extn("starttls"):
            # Without a password anybody may answer: a certificate of its own is better than no encryption at all.
            session.starttls(context=context if server.user else ssl._create_unverified_context())  # noqa: S323 - said above
            session.ehlo()
        elif not server.tls and server.user:
            raise smtplib.SMTPNotSupportedError("it offers no encryption, so it is not told the password")
        if server.user:
            session.login(server.user, server.password)
    except FAILURES:
        session.close()
        raise
    return session


class Connection:
    """Hands in mail after mail, without waiting for each answer where the server can do that (RFC 2920)."""

    def __init__(self, session: smtplib.SMTP, *, sender: str) -> None:
        self._session = session
        self._pipelines = session.has_extn("pipelining")
        self._sender = f"MAIL FROM:<{sender}>\r\n".encode("ascii")
        self._pending: list[bytes] = []
        """What has to be sent before the next mail: the content of the last one, or the end of a refused one."""
        self._unanswered: Alert | None = None
        """Whose content was sent and not answered yet."""

    def hand_in(self, parcels: Iterable[Parcel], done: Callable[[Alert, Tried], None]) -> None:
        """Hand in these mails and say what came of each; raises what FAILURES names when the connection fails."""
        try:
            for parcel in parcels:
                recipient = f"RCPT TO:<{parcel.to}>\r\n".encode("ascii")
                *_, mail, to, data = self._ask(done, self._sender, recipient, b"DATA\r\n")
                if mail[0] != 250:
                    raise smtplib.SMTPSenderRefused(mail[0], mail[1], "")
                self._note(parcel, to, data, done)
            self._ask(done)
        except FAILURES as error:
            if self._unanswered is not None:
                done(self._unanswered, Tried(came=Came.AGAIN, error=f"not known whether it was taken: {error}"))
            raise

    def _note(self, parcel: Parcel, to: Reply, data: Reply, done: Callable[[Alert, Tried], None]) -> None:
        taken = to[0] in (250, 251)
        if taken and data[0] == 354:
            self._pending, self._unanswered = [parcel.data + b".\r\n"], parcel.alert
            return
        # A server that begins to take content although it refused everybody gets none.
        self._pending = [b".\r\n"] if data[0] == 354 else [b"RSET\r\n"]
        done(parcel.alert, refused(to) if not taken else Tried(came=Came.AGAIN, error=_said(data), status=data[0]))

    def _ask(self, done: Callable[[Alert, Tried], None], *commands: bytes) -> list[Reply]:
        """Send what is pending and then these, and read every answer, the one to a mail's content first."""
        group, self._pending = [*self._pending, *commands], []
        replies: list[Reply] = []
        for place, command in enumerate(group):
            if not self._pipelines:
                self._session.send(command)
            elif place == 0:
                self._session.send(b"".join(group))
            replies.append(self._session.getreply())
            if self._unanswered is not None:
                # Said at once: the server may hang up after it.
                alert, self._unanswered = self._unanswered, None
                done(alert, _taken(replies[0]))
        return replies

    def close(self) -> None:
        """End it without a word: the server notices."""
        self._session.close()


def _taken(reply: Reply) -> Tried:
    """Whether content was taken. Even a refusal for good is tried again: it may be our signature that is wrong."""
    return SENT if reply[0] == 250 else Tried(came=Came.AGAIN, error=_said(reply), status=reply[0])


def refused(reply: Reply) -> Tried:
    """What it means that an address was refused: for good, when the refusal is about the address itself."""
    code, text = reply[0], reply[1].decode(errors="replace")
    gone = 500 <= code < 600 and code != 552 and not NOT_THE_ADDRESS.match(text)
    return Tried(came=Came.GONE if gone else Came.AGAIN, error=_said(reply), status=code)


def _said(reply: Reply) -> str:
    return f"{reply[0]} {' '.join(reply[1].decode(errors='replace').split())}"
