"""Whose benchmark somebody is at: asked before anything is read, so that an answer tells a stranger nothing."""

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import HttpMethod, Request
from litestar.datastructures import State

from tracker.accounts.policies import OF_AUTHORITY, Policy, Role, held
from tracker.accounts.visitors import visitor_of
from tracker.authorities.invented import authority_of
from tracker.authorities.schemas import Authority
from tracker.benchmark.members import MemberView
from tracker.benchmark.queries import Colleague
from tracker.errors import Forbidden, NotFound
from tracker.web.forms import LARGE_FORMS
from tracker.web.secrets import Secrets, same

Asking = Request[Any, Any, State]
READ = [HttpMethod.GET, HttpMethod.HEAD]
MEMBERS: Policy = held(*OF_AUTHORITY)
"""Whoever takes part in the benchmark of some authority; of which one is for `member_at` to see."""
WRITING = {"policy": MEMBERS, LARGE_FORMS: "authority"}
"""Of routes on which members write: whatever they paste comes back with what is wrong with it."""
MARK = 16
"""Characters of the mark of a person."""
NOT_YOURS = "There is no such page, or it belongs to an authority whose benchmark you do not take part in."
"""Said alike of another authority's page, of a council that does not exist, and of what was never there."""
NOT_YOUR_PART = "You take part in this benchmark, but not with a role that may do this. Its lead can change that."


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at the benchmark of one authority."""

    person_id: int
    name: str
    authority: Authority
    roles: frozenset[Role]
    """What they hold for this authority."""
    secrets: Secrets

    @property
    def is_lead(self) -> bool:
        return Role.AUTHORITY_LEAD in self.roles

    @property
    def may_answer(self) -> bool:
        return not self.roles.isdisjoint({Role.AUTHORITY_LEAD, Role.CONTRIBUTOR})

    def mark(self, person_id: int) -> str:
        """What addresses and forms call somebody: see `person_mark`."""
        return person_mark(self.secrets, self.authority.key, person_id)

    def marked(self, mark: str, people: Iterable[Colleague | MemberView]) -> int:
        """Who of some people of this authority is called this; 0, which nobody is, where none is."""
        return next((person.id for person in people if same(mark, self.mark(person.id))), 0)

    def require(self, *roles: Role) -> None:
        """Raise Forbidden unless they hold one of these for this authority."""
        if self.roles.isdisjoint(roles):
            raise Forbidden(NOT_YOUR_PART)


def person_mark(secrets: Secrets, authority: str, person_id: int) -> str:
    """What one authority calls a person: their id would count everybody there is, and be the same elsewhere."""
    return secrets.token("benchmark-person", authority, person_id)[:MARK]


def member_at(request: Asking, key: str, *roles: Role) -> Member:
    """Who asks, at this authority; raises NotFound where they take no part in it, Forbidden without one of the roles.

    Decided from the session alone: neither what is on record nor how long it takes to read it can be felt from outside.
    """
    visitor = visitor_of(request)
    held_here = frozenset(held.role for held in visitor.held if held.role in OF_AUTHORITY and held.of == key)
    authority = authority_of(key)
    if not held_here or authority is None:
        raise NotFound(NOT_YOURS)
    member = Member(
        person_id=visitor.person_id,
        name=visitor.name,
        authority=authority,
        roles=held_here,
        secrets=request.app.state.secrets,
    )
    if roles:
        member.require(*roles)
    return member
