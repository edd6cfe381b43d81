"""Addresses in mails that let somebody in: each is made from a row, and nothing that is stored could be used as one."""

from datetime import datetime
from typing import Protocol

from tracker.web.secrets import Secrets

CODE_DIGITS = 6
"""Few enough to be typed from another screen; tries are counted."""


class Addressed(Protocol):
    """A destination, or as much of one as a message has."""

    @property
    def id(self) -> int | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def address_hash(self) -> str: ...


class Asked(Protocol):
    """An asking, or as much of one as a message has."""

    @property
    def id(self) -> int | None: ...
    @property
    def asked_at(self) -> datetime: ...


class Links:
    """Makes and checks the paths of subscriptions.

    An address is part of what its links are made from, so that those in old mails end when it moves: who reads the old
    mailbox then can neither see nor stop what goes to the new one.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def manage(self, to: Addressed) -> str:
        """Where its owner sees and changes everything."""
        return f"/subscriptions/{to.id}/{self._secrets.token('manage', *_row(to))}"

    def may_manage(self, to: Addressed, token: str) -> bool:
        return self._secrets.check(token, "manage", *_row(to))

    def one_click(self, to: Addressed) -> str:
        """Where one POST stops its mails (RFC 8058); a browser is shown a page with one button."""
        return f"/subscriptions/{to.id}/{self._secrets.token('one-click', *_row(to))}/one-click"

    def may_stop(self, to: Addressed, token: str) -> bool:
        return self._secrets.check(token, "one-click", *_row(to))

    def confirm(self, asking: Asked) -> str:
        """Where the owner of an address says that it is to have what was asked for."""
        return f"/subscriptions/confirm/{asking.id}/{self._secrets.token('confirm', asking.id, asking.asked_at)}"

    def may_confirm(self, asking: Asked, token: str) -> bool:
        return self._secrets.check(token, "confirm", asking.id, asking.asked_at)

    def code(self, asking: Asked) -> str:
        """What can be typed instead of following the link."""
        return self._secrets.code("confirm", asking.id, asking.asked_at, digits=CODE_DIGITS)

    def is_code(self, asking: Asked, given: str) -> bool:
        return self._secrets.check_code(given, "confirm", asking.id, asking.asked_at, digits=CODE_DIGITS)

    def sent(self, asking: Asked) -> str:
        """The page that who typed the address is shown: it can take the code, and nothing else."""
        return f"/subscribe/sent/{asking.id}/{self._secrets.token('sent', asking.id, asking.asked_at)}"

    def may_see_sent(self, asking: Asked, token: str) -> bool:
        return self._secrets.check(token, "sent", asking.id, asking.asked_at)


def _row(to: Addressed) -> tuple[object, ...]:
    return to.id, to.created_at, to.address_hash
