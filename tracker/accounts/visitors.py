"""Who asks: somebody who is signed in, as handlers and templates see them."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State

from tracker.accounts.policies import Role
from tracker.errors import Forbidden


class Held(msgspec.Struct, frozen=True):
    """A role, and the organisation or authority it is held for ("" where none is)."""

    role: Role
    of: str = ""


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """A person and the session they are signed in with."""

    person_id: int
    name: str
    address: str
    held: tuple[Held, ...]
    session_id: int
    form_token: str
    """What every form of theirs carries as its hidden field `token`."""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.held)

    def has(self, *roles: Role) -> bool:
        """Whether they hold at least one of these."""
        return not self.roles.isdisjoint(roles)

    def held_for(self, role: Role) -> tuple[str, ...]:
        """The organisations or authorities they hold a role for."""
        return tuple(sorted(held.of for held in self.held if held.role == role))

    def require(self, role: Role, of: str) -> None:
        """Raise Forbidden unless they hold a role for this organisation or authority."""
        if of not in self.held_for(role):
            raise Forbidden("You do not have this right here. Ask an admin of this tracker if you should have it.")


def visitor_of(request: Request[Any, Any, State]) -> Visitor:
    """Who asks, on a route whose policy lets only those in who are signed in."""
    visitor: Visitor = request.state["visitor"]
    return visitor
