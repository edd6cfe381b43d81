"""Links and codes made from one key: nothing in the database lets anybody in, and the same mail can be made again."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import msgspec

CODE_DIGITS = 8


class Secrets:
    """Makes and checks what only this service can make.

    Give the purpose, the id of a row, and a moment of that row: an id that a restored database gives again is then
    another thing, and what was made for one purpose is worth nothing for another.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(b"tracker" + key).digest()

    def token(self, purpose: str, *parts: object) -> str:
        """43 characters that can stand in an address."""
        return urlsafe_b64encode(self._digest("token", purpose, parts)).decode().rstrip("=")

    def code(self, purpose: str, *parts: object, digits: int = CODE_DIGITS) -> str:
        """Digits that a person can type. Few enough to be guessed, so whoever checks them counts the tries."""
        number = int.from_bytes(self._digest("code", purpose, parts)) % 10**digits
        return f"{number:0{digits}}"

    def check(self, given: str, purpose: str, *parts: object) -> bool:
        """Whether this is the token, in a time that does not tell how much of it is right."""
        return same(given, self.token(purpose, *parts))

    def check_code(self, given: str, purpose: str, *parts: object, digits: int = CODE_DIGITS) -> bool:
        """Whether this is the code; spaces and hyphens that make it easier to read do not matter."""
        return same(given.translate(READING_AIDS), self.code(purpose, *parts, digits=digits))

    def _digest(self, kind: str, purpose: str, parts: tuple[object, ...]) -> bytes:
        # JSON keeps ("1", "23") and ("12", "3") apart.
        said = msgspec.json.encode([kind, purpose, *map(_text, parts)])
        return hmac.digest(self._key, said, hashlib.sha256)


READING_AIDS = str.maketrans("", "", " -\u2010\u2011\u2013\u00a0\t")


def _text(part: object) -> str:
    """A part as text, the same from either database engine."""
    if isinstance(part, datetime):
        return part.astimezone(UTC).isoformat(timespec="microseconds")
    return str(part)


def same(given: str, wanted: str) -> bool:
    """Whether two texts are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def digest(secret: str) -> str:
    """What is kept of a secret that is random already: enough to know it again, not to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()
