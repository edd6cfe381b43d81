"""A letter as the bytes of a mail: built once, and for each recipient only headers and links are put in."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

import msgspec

from tracker.errors import Invalid
from tracker.web.letters import MANAGE, Letter

_PLACE = b"=01"
"""How quoted-printable writes MANAGE; it never breaks a line inside it."""
_POLICY = SMTP.clone(max_line_length=76)  # of a line of quoted-printable; the default is two too long
_LINE = 75
"""Characters of a quoted-printable line, without the mark that it goes on."""
_LEADING_DOT = re.compile(rb"(?m)^\.")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What of a mail is one recipient's own."""

    to: str
    message_id: str
    sent_at: datetime
    manage: str
    """Where the recipient changes or stops what comes."""
    one_click: str
    """Where a mail program stops it (RFC 8058)."""

    def headers(self) -> bytes:
        """The headers of this recipient; raises Invalid for an address that cannot stand in one."""
        if not (self.to.isascii() and self.to.isprintable()) or set(self.to) & set(' <>,;:"()[]\\'):
            raise Invalid("The address has characters that mail cannot carry")
        date = _date(self.sent_at.replace(microsecond=0))
        return (
            f"To: {self.to}\r\nMessage-ID: <{self.message_id}>\r\nDate: {date}\r\n"
            f"List-Unsubscribe: <{self.one_click}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        ).encode("ascii")


@lru_cache(maxsize=8)
def _date(second: datetime) -> str:
    """A moment as headers have it: the same for thousands of mails."""
    return format_datetime(second)


class Sealed:
    """A letter that is ready but for its recipient."""

    def __init__(self, letter: Letter, *, sender: str, name: str) -> None:
        self.letter = letter
        message = EmailMessage(policy=_POLICY)
        message["From"] = Address(display_name=name, addr_spec=sender)
        message["Subject"] = letter.subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.plain, cte="quoted-printable")
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        # A random one might hold a place; quoted-printable text never holds this one.
        message.set_boundary("=_the-other-half")
        self._pieces = message.as_bytes().split(_PLACE)
        # After a link a new line begins, so each piece may begin with a dot of its own.
        self._stuffed = [_LEADING_DOT.sub(b"..", piece) for piece in self._pieces]
        expected = letter.plain.count(MANAGE) + letter.html.count(MANAGE)
        if len(self._pieces) != expected + 1:
            raise ValueError(f"{len(self._pieces) - 1} places of {expected} are left in “{letter.subject}”")

    def mail(self, envelope: Envelope) -> bytes:
        """The mail as it is read."""
        return envelope.headers() + _soft(envelope.manage).join(self._pieces)

    def wire(self, envelope: Envelope) -> bytes:
        """The mail as it is sent by SMTP: dots at the beginning of lines doubled, the closing one not included."""
        return envelope.headers() + _LEADING_DOT.sub(b"..", _soft(envelope.manage)).join(self._stuffed)


def _soft(link: str) -> bytes:
    """A link on lines of its own that count as one with what is around them, so that no line becomes too long."""
    raw = link.encode("ascii")
    parts = (raw[start : start + _LINE] for start in range(0, len(raw), _LINE))
    return b"=\r\n" + b"".join(part + b"=\r\n" for part in parts)
